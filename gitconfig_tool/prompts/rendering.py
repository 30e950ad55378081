"""What renders the templates of one project, for all who render.

Here in our process, or, where the project does not trust its templates, in a process of its own
that the operating system limits. Loads Jinja2, and starts the process, when it is first asked.
"""

from collections.abc import Callable, Mapping
from types import TracebackType
from typing import TYPE_CHECKING, Any

from gitconfig_tool.prompts.limits import RenderLimits

if TYPE_CHECKING:
    from gitconfig_tool.prompts.isolation import Isolation

# Takes a template and variables; returns the text, or raises `TemplateFailure`.
Renderer = Callable[[str, Mapping[str, Any]], str]


class Rendering:
    """Renders; `untrusted` is what the project file says. Use it in a `with` statement."""

    def __init__(self, *, untrusted: bool) -> None:
        self._is_untrusted = untrusted
        self._isolation: Isolation | None = None
        self._renderer: Renderer | None = None

    def __enter__(self) -> "Rendering":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._renderer = None
        if self._isolation is not None:
            self._isolation.close()
            self._isolation = None

    def render(self, text: str, variables: Mapping[str, Any]) -> str:
        """Render a template; raises `TemplateFailure`, or `IsolationError` without a process."""
        if self._renderer is None:
            self._renderer = self._start()
        return self._renderer(text, variables)

    def _start(self) -> Renderer:
        if self._is_untrusted:
            from gitconfig_tool.prompts.isolation import Isolation

            self._isolation = Isolation(RenderLimits())
            return self._isolation.render
        from gitconfig_tool.prompts.templates import TemplateRenderer

        return TemplateRenderer(RenderLimits()).render

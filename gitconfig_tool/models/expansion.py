"""One chain, followed from document to document.

Takes the documents of a bundle; collects the hops in the order in which a gateway calls them: a
fallback, then the fallbacks of its own document, then the next fallback. LiteLLM's router walks so
(`run_async_fallback`, version 1.109), and skips what it has called before. A parameter that a hop
does not set itself is that of the chain's document: so a gateway sends it.
"""

from collections.abc import Collection, Mapping
from dataclasses import replace
from difflib import get_close_matches
from typing import Any

from gitconfig_tool.diagnostics import Note, Span
from gitconfig_tool.link import LinkedDocument
from gitconfig_tool.models.model import Hop, Parameter, Problem
from gitconfig_tool.pointer import Path, format_pointer

CONFIG = "gitconfig-tool:model-config"
CHAIN = "gitconfig-tool:model-chain"
ENDPOINT = "gitconfig-tool:model-endpoint"
PARAMETERS = "gitconfig-tool:model-parameters"
METADATA = "gitconfig-tool:model-metadata"
_KINDS = (CHAIN, CONFIG, ENDPOINT, PARAMETERS, METADATA)
_CALLABLE = frozenset({CONFIG, CHAIN, ENDPOINT})
# What a document says of itself, among the parameters that it holds.
_ABOUT = frozenset({"description", "owner", "classification"})
# Two hops that agree in these call the same thing.
_IDENTITY = ("provider", "model", "endpoint", "region", "deployment", "project", "organization")

# Far beyond what a request may wait for, and little enough for every document of a large project to
# be followed in a moment.
MAX_MODELS = 64
MAX_DEPTH = 32

_Parameters = Mapping[str, Parameter]


def kind_of(schemas: Collection[str]) -> str | None:
    """Return which of the schemas of models a document has; None without one."""
    return next((kind for kind in _KINDS if kind in schemas), None)


class Expansion:
    """The hops of one chain, and what is wrong with it; `used` are the ids that it asked for."""

    def __init__(
        self,
        documents: Mapping[str, LinkedDocument],
        kinds: Mapping[str, str],
        unreadable: Collection[str],
    ) -> None:
        self._documents = documents
        self._kinds = kinds
        self._unreadable = unreadable
        self._visited: set[str] = set()
        self._called: dict[tuple[str, ...], Hop] = {}
        self.hops: list[Hop] = []
        self.problems: list[Problem] = []
        self.used: list[str] = []
        # Where `extra` is written, and for models of which providers: no other knows its words.
        self._extra_for: dict[Span, set[str]] = {}
        self._is_too_long = False

    def begin(self, name: str) -> None:
        """Follow the chain that a document describes."""
        self._visit(name, {}, ((name, self._documents[name].span_at(())),))

    def _visit(
        self, name: str, inherited: _Parameters, trail: tuple[tuple[str, Span], ...]
    ) -> None:
        """Follow a document; `trail` holds the ids that lead to it, and where each is named."""
        self._visited.add(name)
        document = self._documents[name]
        value = document.value
        own = self._parameters(document, value, ())
        provider = value.get("provider")
        if "extra" in own and isinstance(provider, str):
            self._extra_for.setdefault(own["extra"].span, set()).add(provider)
        passed_on = {
            **inherited,
            **{key: replace(each, source="chain") for key, each in own.items()},
        }
        targets: list[tuple[Path, Any]] = []
        if self._kinds[name] == CHAIN:
            targets.append((("primary",), value.get("primary")))
        else:
            self._add(document, value, (), {**inherited, **own})
        fallbacks = value.get("fallbacks")
        for index, fallback in enumerate(fallbacks if isinstance(fallbacks, list) else ()):
            targets.append((("fallbacks", index), fallback))
        for path, target in targets:
            if self._is_too_long:
                return
            if isinstance(target, dict):
                its_own = self._parameters(document, target, path)
                self._add(document, target, path, {**passed_on, **its_own})
            elif isinstance(target, str):
                self._follow(document, path, target, passed_on, trail)

    def _follow(
        self,
        document: LinkedDocument,
        path: Path,
        target: str,
        inherited: _Parameters,
        trail: tuple[tuple[str, Span], ...],
    ) -> None:
        span = document.span_at(path)
        before = [name for name, _ in trail]
        if target in before:
            self._circle((*trail[before.index(target) + 1 :], (target, span)))
        elif target in self._visited:
            self.problems.append(
                Problem(
                    "GCT663",
                    f"expected each model once in the chain {before[0]}, found {target} again",
                    span,
                    label="named before",
                    hint="remove one of the two: a gateway does not call again what has failed",
                )
            )
        elif self._is_there(document, path, target, _CALLABLE, "a model or a chain"):
            if len(trail) >= MAX_DEPTH:
                self._too_long(f"{MAX_DEPTH} documents that lead to one another", trail, span)
                return
            self._visit(target, inherited, (*trail, (target, span)))

    def _is_there(
        self, document: LinkedDocument, path: Path, name: str, kinds: Collection[str], what: str
    ) -> bool:
        """Tell whether an id leads to a document of a kind; report where it does not."""
        self.used.append(name)
        if self._kinds.get(name) in kinds:
            return True
        if name in self._unreadable or format_pointer(path) in document.unknown:
            return False
        span = document.span_at(path)
        if name in self._documents:
            wanted = ENDPOINT if ENDPOINT in kinds else next(iter(kinds))
            self.problems.append(
                Problem(
                    "GCT662",
                    f"expected the id of {what}, found '{name}', which is another document",
                    span,
                    label="not " + what,
                    hint=f"give it a schema such as {wanted} under 'schemas' in the project file, "
                    "or name another document",
                )
            )
            return False
        known = [other for other, kind in self._kinds.items() if kind in kinds]
        near = get_close_matches(name, known, n=1)
        self.problems.append(
            Problem(
                "GCT661",
                f"expected the id of {what} of this bundle, found '{name}', which does not exist",
                span,
                label="no such document",
                hint=f"did you mean '{near[0]}'?"
                if near
                else f"known: {', '.join(sorted(known)[:5])}"
                if known
                else "an id is the path of a document below its layer, without '.yaml'",
            )
        )
        return False

    def _circle(self, steps: tuple[tuple[str, Span], ...]) -> None:
        """Report a circle, told from its first id in the alphabet: each chain finds the same."""
        at = min(range(len(steps)), key=lambda index: steps[index][0])
        turned = (*steps[at + 1 :], *steps[: at + 1])
        names = [steps[at][0], *(name for name, _ in turned)]
        self.problems.append(
            Problem(
                "GCT660",
                f"expected fallbacks that come to an end, found a circle: {' -> '.join(names)}",
                turned[-1][1],
                label="leads back",
                hint="remove one of these fallbacks",
                notes=tuple(Note(f"{name} is named", span) for name, span in turned[:-1]),
            )
        )

    def _add(
        self,
        document: LinkedDocument,
        value: Mapping[str, Any],
        path: Path,
        parameters: _Parameters,
    ) -> None:
        provider, model = value.get("provider"), value.get("model")
        if not isinstance(provider, str) or not isinstance(model, str):
            return  # The schema says so, or the link that gives it.
        dropped = _texts(value.get("drop_parameters"))
        hop = Hop(
            len(self.hops),
            document.id,
            path,
            provider,
            model,
            {
                name: each
                for name, each in parameters.items()
                if each.source == "hop"
                or (name not in dropped and self._is_understood(name, each, provider))
            },
            value,
            document.span_at(path),
            document.span_at((*path, "model")),
            document.span_at((*path, "region")),
            dropped,
            self._metadata(document, value, path),
        )
        key = _identity(document, value, path)
        first = self._called.get(key)
        if first is not None:
            self.problems.append(
                Problem(
                    "GCT663",
                    f"expected each model once in a chain, found {hop.name} again",
                    hop.model_span,
                    label="called before",
                    notes=(Note(f"{hop.name} stands in the chain already", first.model_span),),
                    hint="remove one of the two, or give it another region, endpoint or key",
                )
            )
            return
        self._called[key] = hop
        if len(self.hops) < MAX_MODELS:
            self.hops.append(hop)
        elif not self._is_too_long:
            self._is_too_long = True
            self._too_long(f"{MAX_MODELS} models", (), hop.model_span)

    def _is_understood(self, name: str, parameter: Parameter, provider: str) -> bool:
        """Tell whether what a chain sets may be for a provider: `extra` is for its own alone."""
        return name != "extra" or provider in self._extra_for.get(parameter.span, {provider})

    def _too_long(self, most: str, trail: tuple[tuple[str, Span], ...], span: Span) -> None:
        self.problems.append(
            Problem(
                "GCT668",
                f"expected a chain of at most {most}, found one more",
                span,
                label="what follows is left out",
                notes=tuple(Note(f"it begins at {name}", at) for name, at in trail[:1]),
                hint="remove fallbacks: nobody waits for so many",
            )
        )

    def _parameters(
        self, document: LinkedDocument, value: Mapping[str, Any], path: Path
    ) -> dict[str, Parameter]:
        at: Path = (*path, "parameters")
        given = value.get("parameters")
        if isinstance(given, str):
            if not self._is_there(document, at, given, {PARAMETERS}, "a set of parameters"):
                return {}
            document, at = self._documents[given], ()
            given = document.value
        if not isinstance(given, dict):
            return {}
        return {
            name: Parameter(each, document.span_at((*at, name)), "hop")
            for name, each in given.items()
            if name not in _ABOUT and each is not None
        }

    def _metadata(
        self, document: LinkedDocument, value: Mapping[str, Any], path: Path
    ) -> Mapping[str, Any]:
        given = value.get("metadata")
        if isinstance(given, str):
            at = (*path, "metadata")
            if not self._is_there(document, at, given, {METADATA}, "metadata of a model"):
                return {}
            given = self._documents[given].value
        return given if isinstance(given, dict) else {}


def _identity(document: LinkedDocument, value: Mapping[str, Any], path: Path) -> tuple[str, ...]:
    # Another key has another quota: falling back to it helps where the first one's is used up.
    key = document.secrets.get(format_pointer((*path, "api_key")))
    return (
        *(str(value.get(name, "")) for name in _IDENTITY),
        f"{key.document}#{key.pointer}" if key is not None else "",
    )


def _texts(value: Any) -> frozenset[str]:
    return (
        frozenset(each for each in value if isinstance(each, str))
        if isinstance(value, list)
        else frozenset()
    )

"""Whether prompts and answers fit into the models of a chain, counted in tokens.

Takes a chain, the prompts of the project and the catalogue; yields problems. What a request has in
any case is held against each window, and what it may have at most. Calls no provider.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from gitconfig_tool.diagnostics import Span
from gitconfig_tool.document import MappingNode, node_at
from gitconfig_tool.models.catalogue import Catalogue
from gitconfig_tool.models.declared import known_of
from gitconfig_tool.models.model import Chain, Hop, Problem
from gitconfig_tool.models.prompt_size import MAX_CHARACTERS, PromptSize, Rendered, sizes_of
from gitconfig_tool.models.tokens import Count, Tokenizers
from gitconfig_tool.prompts import Prompts, PromptVersion
from gitconfig_tool.prompts.rendering import Renderer

# OpenAI Cookbook, "How to count tokens with tiktoken" (read 2026-11-23): three tokens around each
# message, one for its role, and three that begin the answer. Others do not say what they add.
_AROUND_MESSAGE = 4
_AROUND_ANSWER = 3
_MOST_AROUND = 8
_MAX_NAMES = 5
# Tokens. A text that passes this has some 300,000 characters, a book: nobody sends one by accident,
# and a released version could get a bound by a major step only. So nothing is said.
_SMALL = 100_000


@dataclass(frozen=True, slots=True)
class Room:
    """What a hop takes, in tokens; None where it is not known.

    `window` counts the prompt and the answer together, `input` the prompt alone. `answer` is what
    is set aside for the answer: `max_tokens`, as far as the model gives that much.
    """

    window: int | None
    input: int | None
    answer: int


@dataclass(frozen=True, slots=True)
class Need:
    """The tokens of a prompt for one model.

    `fixed` is what each request has, None where that cannot be told. `bound` is what a request has
    at most, None where no largest rendering succeeds; `unbounded` are the places of variables that
    it leaves out, because they have no bound.
    """

    fixed: Count | None
    bound: Count | None
    unbounded: tuple[str, ...]


class Budgets:
    """The checks of one run: what a prompt becomes is found once for all chains.

    `renderer` renders the prompts: see `Rendering`.
    """

    def __init__(
        self,
        prompts: Prompts,
        catalogue: Catalogue,
        tokenizers: Tokenizers | None = None,
        *,
        renderer: Renderer,
    ) -> None:
        self._prompts = prompts
        self._catalogue = catalogue
        self._tokenizers = tokenizers or Tokenizers()
        self._renderer = renderer
        self._sizes: dict[tuple[str, str], tuple[PromptSize, ...]] = {}
        self._needs: dict[tuple[str, str, str], Need] = {}
        self._bytes: dict[str, int] = {}

    def check(self, chain: Chain) -> Iterator[Problem]:
        """Yield what does not fit, prompt by prompt and hop by hop."""
        for prompt_id, number in dict.fromkeys(chain.prompts):
            version = self._prompts.resolve(prompt_id, number)
            if version is None or version.version != number:
                continue
            sizes = self.sizes(version)
            unbounded = tuple(dict.fromkeys(place for each in sizes for place in each.unbounded))
            if unbounded and self._is_small(chain, version):
                yield _unbounded(version, unbounded)
            for size in sizes:
                for hop in chain.hops:
                    yield from self._check_hop(size, hop)

    def _is_small(self, chain: Chain, version: PromptVersion) -> bool:
        """Tell whether a model of a chain takes so little that a long text may not fit."""
        rooms = (self.room(hop, version.content) for hop in chain.hops)
        limits = (limit for room in rooms for limit in (room.window, room.input))
        return any(limit is not None and limit < _SMALL for limit in limits)

    def sizes(self, version: PromptVersion) -> tuple[PromptSize, ...]:
        """Return the sizes of a version and of its variants."""
        key = (version.id, version.version)
        if key not in self._sizes:
            self._sizes[key] = tuple(sizes_of(version, self._renderer))
        return self._sizes[key]

    def need(self, size: PromptSize, provider: str, model: str) -> Need:
        """Return the tokens that a prompt needs with a model."""
        # Variants have the name of the version with their own.
        key = (size.name, provider, model)
        if key not in self._needs:
            counts = [self._count(size, each, provider, model) for each in size.longest]
            shortest = size.shortest
            fixed = None if shortest is None else self._count(size, shortest, provider, model)
            bound = max(counts, key=lambda count: count.most, default=None)
            self._needs[key] = Need(fixed, bound, size.unbounded)
        return self._needs[key]

    def room(self, hop: Hop, content: Mapping[str, Any]) -> Room:
        """Return what a hop takes; what its document declares goes before the catalogue."""
        facts = known_of(hop, self._catalogue)
        answer = _answer(hop, content)
        if facts is None:
            return Room(None, None, answer)
        if facts.max_output is not None:
            # To ask for more than a model gives is a mistake of its own, told elsewhere.
            answer = min(answer, facts.max_output)
        return Room(facts.context_window, facts.max_input, answer)

    def _count(self, size: PromptSize, rendered: Rendered, provider: str, model: str) -> Count:
        count = Count(0, 0, 0, None)
        counts = [self._tokenizers.count(text, provider, model) for text in rendered.texts]
        if counts:
            count = counts[0]
            for each in counts[1:]:
                count += each
        count += _around(size, len(counts), count)
        schema = size.content.get("jsonSchema")
        if isinstance(schema, Mapping):
            # Providers write it in a form of their own, which is counted as part of the prompt.
            given = self._tokenizers.count(_schema_text(schema), provider, model)
            count = Count(count.least, count.tokens + given.tokens, count.most + given.most)
        return count

    def _check_hop(self, size: PromptSize, hop: Hop) -> Iterator[Problem]:
        room = self.room(hop, size.content)
        if room.window is None and room.input is None:
            return  # The catalogue's own checks say that the model is not known.
        if self._fits_surely(size, room):
            return
        need = self.need(size, hop.provider, hop.model)
        for limit, answer, what in (
            (room.window, room.answer, "in all"),
            (room.input, 0, "of input"),
        ):
            if limit is None:
                continue
            if need.fixed is not None and need.fixed.least + answer > limit:
                yield _exceeded(size, hop, need.fixed, answer, limit, what)
                return
        if size.is_huge:
            limit = room.window or room.input or 0
            yield _may_exceed(size, hop, None, room.answer, limit, "in all", None)
            return
        for limit, answer, what in (
            (room.window, room.answer, "in all"),
            (room.input, 0, "of input"),
        ):
            if limit is not None and need.bound is not None and need.bound.most + answer > limit:
                largest = self._largest_variable(size, hop, need.bound)
                yield _may_exceed(size, hop, need.bound, answer, limit, what, largest)
                return

    def _fits_surely(self, size: PromptSize, room: Room) -> bool:
        """Tell whether even a token for each byte would fit: then nothing need be counted.

        No tokenizer makes more of a text, and to load a vocabulary takes longer than all the rest.
        """
        if size.is_huge or not size.longest:
            return False
        if size.name not in self._bytes:
            every = size.longest if size.shortest is None else (*size.longest, size.shortest)
            schema = size.content.get("jsonSchema")
            self._bytes[size.name] = (
                max(sum(len(text.encode()) for text in each.texts) for each in every)
                + max(len(each.texts) + 1 for each in every) * _MOST_AROUND
                + (len(_schema_text(schema).encode()) if isinstance(schema, Mapping) else 0)
            )
        most = self._bytes[size.name]
        return (room.window is None or most + room.answer <= room.window) and (
            room.input is None or most <= room.input
        )

    def _largest_variable(self, size: PromptSize, hop: Hop, bound: Count) -> tuple[str, int] | None:
        """Return the variable that contributes most to the bound, and how many tokens."""
        shares = []
        for each in size.variables:
            without = size.without(each.name, self._renderer)
            if without is not None:
                count = self._count(size, without, hop.provider, hop.model)
                shares.append((each.name, bound.most - count.most))
        return max(shares, key=lambda share: share[1], default=None)


def _schema_text(schema: Mapping[str, Any]) -> str:
    return json.dumps(schema, separators=(",", ":"), ensure_ascii=False)


def _around(size: PromptSize, messages: int, count: Count) -> Count:
    if not size.is_chat:
        messages = 1  # A single text is sent as a message of the user.
    likely = messages * _AROUND_MESSAGE + _AROUND_ANSWER
    if count.is_exact:
        return Count(likely, likely, likely, count.encoding)
    return Count(0, likely, (messages + 1) * _MOST_AROUND)


def _answer(hop: Hop, content: Mapping[str, Any]) -> int:
    """Return the `max_tokens` of a request: the prompt's own goes before the model's."""
    parameters = content.get("modelParameters")
    own = parameters.get("max_tokens") if isinstance(parameters, Mapping) else None
    given = hop.parameters.get("max_tokens")
    return _tokens(own) or _tokens(None if given is None else given.value) or 0


def _tokens(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else None


def _hop_name(hop: Hop) -> str:
    return f"{'the fallback ' if hop.index else ''}{hop.provider}/{hop.model}"


def _estimated(count: Count) -> str:
    return "" if count.is_exact else " (estimated)"


def _exceeded(
    size: PromptSize, hop: Hop, fixed: Count, answer: int, limit: int, what: str
) -> Problem:
    found = f"at least {fixed.least + answer:,}"
    parts = f": {fixed.least:,} for the prompt{_estimated(fixed)} and {answer:,} for the answer"
    left = limit - fixed.most
    inherits = "max_tokens" in hop.parameters and hop.parameters["max_tokens"].source == "chain"
    return Problem(
        "GCT590",
        f"expected {size.name} to fit {_hop_name(hop)}, which takes {limit:,} tokens {what}, "
        f"found {found}{parts if answer else _estimated(fixed)}",
        hop.model_span,
        label=f"takes {limit:,} tokens {what}",
        hint=(f"give it a max_tokens of its own, {left:,} or less" if inherits else "")
        or f"lower max_tokens to {left:,} or less"
        if answer and left > 0
        else "shorten the fixed text of the prompt, or take a model that takes more",
    )


def _may_exceed(
    size: PromptSize,
    hop: Hop,
    bound: Count | None,
    answer: int,
    limit: int,
    what: str,
    largest: tuple[str, int] | None,
) -> Problem:
    if bound is None:
        found = f"values of more than {MAX_CHARACTERS:,} characters"
    else:
        parts = f": {bound.most:,} for the prompt{_estimated(bound)} and {answer:,} for the answer"
        found = f"up to {bound.most + answer:,} tokens{parts if answer else _estimated(bound)}"
    of_which = "" if largest is None else f"; '{largest[0]}' alone makes {largest[1]:,}"
    return Problem(
        "GCT591",
        f"expected {size.name} to fit {_hop_name(hop)} with the largest values of its variables, "
        f"found {found}{of_which}",
        hop.model_span,
        label=f"takes {limit:,} tokens {what}",
        hint="lower "
        + (f"maxLength or maxItems of '{largest[0]}'" if largest else "the bounds of its variables")
        + (", or max_tokens" if answer else ""),
    )


def _place(version: PromptVersion, place: str) -> Span:
    """Return where a variable is declared: that of the name before `.` and `[`."""
    schema = None if version.file is None else version.file.root.entries.get("variables")
    declared = None if schema is None else node_at(schema.value, ("properties",))
    name = re.split(r"[.\[]", place)[0]
    if not isinstance(declared, MappingNode) or name not in declared.entries:
        return version.span
    return declared.entries[name].key_mark.in_file(version.path)


def _unbounded(version: PromptVersion, places: tuple[str, ...]) -> Problem:
    shown = ", ".join(f"'{place}'" for place in places[:_MAX_NAMES])
    more = f" and {len(places) - _MAX_NAMES} more" if len(places) > _MAX_NAMES else ""
    return Problem(
        "GCT592",
        f"expected a bound for every variable of {version.id}@{version.version}, found none for "
        f"{shown}{more}",
        _place(version, places[0]),
        label="no bound",
        hint="give texts a maxLength, lists maxItems: else nobody knows whether it fits a model",
    )

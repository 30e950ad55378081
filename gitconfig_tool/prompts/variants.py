"""The variants of a prompt version and the experiment with them: read, and checked.

    variants:
      - {id: control, weight: 90}                    # the prompt as it stands
      - {id: short, weight: 10, template: "..."}     # what it says itself takes the place
    experiment:                                      # may be left out
      salt: support-tone-2026                        # by default the id of the prompt
      start: '2026-05-01'                              # both days count, in UTC
      end: '2026-05-31'
      environments: [staging, production]            # by default all of them
      key: user_id                                   # what stays with its variant

Takes a version; returns an `Experiment` and diagnostics. What templates of variants say is checked
with the others, see `check`. Whether users move is the
work of `moving`.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from gitconfig_tool.diagnostics import Diagnostic, Note, Span
from gitconfig_tool.document import MappingNode, Mark, ScalarNode, SequenceNode, plain_value
from gitconfig_tool.prompts.bucketing import (
    BUCKETS,
    CONTROL,
    Experiment,
    buckets_of_weight,
    share_buckets,
)
from gitconfig_tool.prompts.model import PromptVersion
from gitconfig_tool.prompts.parts import Variant
from gitconfig_tool.prompts.reading import Reader, describe, is_text

_SHAPES = {
    "salt": "text",
    "start": "text",
    "end": "text",
    "environments": "a list of text",
    "key": "text",
}
_EXAMPLE = "gitconfig-tool rules GCT552 shows an experiment"
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*", re.ASCII)
# What a variant says of itself; all else it says in the place of the prompt.
_OF_ITSELF = frozenset({"description", "id", "weight"})
# JSON Schema keywords that describe and do not restrict.
_ANNOTATIONS = frozenset({"$comment", "deprecated", "description", "examples", "title"})


@dataclass(frozen=True, slots=True)
class ReadExperiment:
    """An experiment with its places; `experiment` is None where it cannot be told who gets what.

    `salt_span`, `end_span` and `environment_spans` are None, or empty, where the file says nothing.
    """

    experiment: Experiment | None
    span: Span
    salt_span: Span | None
    end_span: Span | None
    environment_spans: Mapping[str, Span]


def read_experiment(
    prompt_id: str,
    path: str,
    root: MappingNode,
    variants: Sequence[Variant],
    node: MappingNode | None,
) -> tuple[ReadExperiment | None, tuple[Diagnostic, ...]]:
    """Read the variants and the experiment of a prompt file; None where it has neither."""
    if "variants" not in root.entries and node is None:
        return None, ()
    reader = _Reader(Reader(path, [], tuple(_SHAPES), _EXAMPLE), root)
    return reader.read(prompt_id, variants, node), tuple(reader.base.diagnostics)


def check_contracts(version: PromptVersion) -> Iterator[Diagnostic]:
    """Check that every variant takes what the prompt takes, gives the same kind, and differs."""
    if version.file is None:
        return
    base = version.content_of(None)
    # The control is the prompt as it stands. Where there is none, that is reported, and the variant
    # that has nothing of its own is the one that should be called so.
    has_control = any(each.id == CONTROL for each in version.file.variants)
    known = {json.dumps(base, sort_keys=True): CONTROL} if has_control else {}
    for variant in version.file.variants:
        if variant.id is None or variant.id == CONTROL:
            continue
        content = _content_of(version, variant)
        yield from _contract(version, variant, base, content)
        text = json.dumps(content, sort_keys=True)
        if text in known:
            yield Diagnostic(
                "GCT554",
                f"expected the variant '{variant.id}' to differ, "
                f"found all that '{known[text]}' has",
                variant.span,
                hint="say what is otherwise, or leave the variant out",
            )
        known.setdefault(text, variant.id)


def _content_of(version: PromptVersion, variant: Variant) -> Mapping[str, Any]:
    """Return what a variant has: two of one id are told apart by their places."""
    own = {
        key: plain_value(entry.value)
        for key, entry in variant.node.entries.items()
        if key not in _OF_ITSELF
    }
    base = dict(version.content_of(None))
    for one, other in (("template", "messages"), ("messages", "template")):
        if one in own:
            base.pop(other, None)
    return {**base, **own}


def _contract(
    version: PromptVersion, variant: Variant, base: Mapping[str, Any], content: Mapping[str, Any]
) -> Iterator[Diagnostic]:
    for one, other in (("template", "messages"), ("messages", "template")):
        entry = variant.node.entries.get(one)
        if entry is not None and one not in base and other in base:
            yield Diagnostic(
                "GCT553",
                f"expected '{other}' in the variant '{variant.id}' as in the prompt, found '{one}'",
                entry.key_mark.in_file(version.path),
                label="another kind of result",
                hint="who renders the prompt must not have to know which variant it is",
            )
    entry = variant.node.entries.get("variables")
    if entry is not None and _bare(content.get("variables")) != _bare(base.get("variables")):
        yield Diagnostic(
            "GCT553",
            f"expected the variant '{variant.id}' to take the variables of the prompt, "
            "found others",
            entry.key_mark.in_file(version.path),
            label="differs from 'variables' of the prompt",
            hint="leave it out: declare for the prompt what any variant uses",
        )


def _bare(schema: Any) -> Any:
    """Return a schema without what only describes, and with its lists of names in one order."""
    if isinstance(schema, Mapping):
        return {
            key: sorted(value)
            if key == "required" and isinstance(value, list) and all(map(_is_text, value))
            # Under `properties`, keys are names: one may be called `title`.
            else {name: _bare(inner) for name, inner in value.items()}
            if key in ("properties", "$defs", "patternProperties") and isinstance(value, Mapping)
            else _bare(value)
            for key, value in schema.items()
            if key not in _ANNOTATIONS
        }
    return [_bare(each) for each in schema] if isinstance(schema, list) else schema


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


@dataclass(frozen=True, slots=True)
class _Reader:
    base: Reader
    root: MappingNode

    def read(
        self, prompt_id: str, variants: Sequence[Variant], node: MappingNode | None
    ) -> ReadExperiment:
        entries = {} if node is None else node.entries
        if node is not None:
            self.base.shaped(node, _SHAPES, "an experiment")
        sizes = self.sizes(variants)
        salt = self.salt(node, prompt_id)
        start, end = self.day(node, "start"), self.day(node, "end")
        if start is not None and end is not None and start > end:
            self.base.problem(
                "GCT555",
                f"expected an end on or after the start {start}, found {end}",
                entries["end"].value.mark,
                hint="both days count; exchange them, or correct one",
            )
        environments = self.environments(node)
        experiment = None
        if sizes is not None and salt is not None:
            experiment = Experiment(salt, share_buckets(sizes), start, end, tuple(environments))
        place = self.root.entries.get("variants") or self.root.entries["experiment"]
        return ReadExperiment(
            experiment,
            place.key_mark.in_file(self.base.path),
            self.place(node, "salt"),
            self.place(node, "end"),
            environments,
        )

    def sizes(self, variants: Sequence[Variant]) -> list[tuple[str, int]] | None:
        """Return how many buckets each variant has; None where that cannot be told."""
        entry = self.root.entries.get("variants")
        if entry is None:
            self.base.problem(
                "GCT552",
                "expected 'variants' beside 'experiment', found none",
                self.root.entries["experiment"].key_mark,
                hint="an experiment needs a control and another variant, each with its weight",
            )
            return None
        if not isinstance(entry.value, SequenceNode) or len(entry.value.items) != len(variants):
            return None  # That is reported as what it is: another kind of value.
        self.control(entry.key_mark, variants)
        is_sound = self.ids(variants)
        sizes: list[tuple[str, int]] = []
        for variant in variants:
            size = buckets_of_weight(variant.weight)
            if variant.weight is not None and size is None:
                self.base.problem(
                    "GCT550",
                    f"expected a weight from 0 to 100 with at most two decimals, "
                    f"found {variant.weight}",
                    variant.node.entries["weight"].value.mark,
                    hint="a weight is a part of all users in percent",
                )
            if variant.id is None or size is None:
                is_sound = False
            else:
                sizes.append((variant.id, size))
        if is_sound and variants and sum(size for _, size in sizes) != BUCKETS:
            total = sum(size for _, size in sizes)
            each = ", ".join(f"{name} {_percent(size)}" for name, size in sizes)
            self.base.problem(
                "GCT550",
                f"expected weights that add up to 100, found {_percent(total)}",
                entry.key_mark,
                label=each,
                hint=_sum_hint(total, sizes),
            )
            return None
        return sizes if is_sound and variants else None

    def control(self, mark: Mark, variants: Sequence[Variant]) -> None:
        """Check that there is something to compare, and something to compare with."""
        controls = [variant for variant in variants if variant.id == CONTROL]
        if len(variants) < 2:
            self.base.problem(
                "GCT552",
                f"expected at least two variants, found {len(variants) or 'none'}",
                mark,
                hint=f"one is '{CONTROL}', the prompt as it stands",
            )
        elif not controls and all(variant.id is not None for variant in variants):
            self.base.problem(
                "GCT552",
                f"expected a variant '{CONTROL}', found "
                + ", ".join(f"'{variant.id}'" for variant in variants),
                mark,
                hint=_control_hint(variants),
            )
        for variant in controls:
            for name, entry in variant.node.entries.items():
                if name not in _OF_ITSELF:
                    self.base.problem(
                        "GCT552",
                        f"expected the variant '{CONTROL}' to be the prompt as it stands, "
                        f"found its own '{name}'",
                        entry.key_mark,
                        hint="move it to the prompt itself, or to another variant",
                    )

    def ids(self, variants: Sequence[Variant]) -> bool:
        """Check that the ids are names, each of its own; tell whether they are."""
        seen: dict[str, Variant] = {}
        is_sound = True
        for variant in variants:
            if variant.id is None:
                continue
            mark = variant.node.entries["id"].value.mark
            if _NAME.fullmatch(variant.id) is None:
                is_sound = False
                self.base.problem(
                    "GCT551",
                    f"expected an id of letters, digits, '.', '-' and '_', "
                    f"found {describe(variant.node.entries['id'].value)}",
                    mark,
                    hint="it stands in logs and metrics: such as short-answer",
                )
            elif variant.id in seen:
                is_sound = False
                self.base.diagnostics.append(
                    Diagnostic(
                        "GCT551",
                        f"expected an id of its own for each variant, found '{variant.id}' again",
                        mark.in_file(self.base.path),
                        notes=(Note("the first one", seen[variant.id].span),),
                        hint="rename one, or put the two together with the sum of their weights",
                    )
                )
            seen.setdefault(variant.id, variant)
        return is_sound

    def salt(self, node: MappingNode | None, default: str) -> str | None:
        entry = None if node is None else node.entries.get("salt")
        if entry is None:
            return default
        if not isinstance(entry.value, ScalarNode) or not is_text(entry.value):
            return None
        salt = str(entry.value.value)
        if salt == "" or "\0" in salt:
            found = "a zero character in it" if salt else "none"
            self.base.wrong_shape(entry.value, "text in 'salt'", found)
            return None
        return salt

    def day(self, node: MappingNode | None, name: str) -> date | None:
        entry = None if node is None else node.entries.get(name)
        if entry is None or not is_text(entry.value):
            return None
        text = str(plain_value(entry.value))
        try:
            if _DAY.fullmatch(text) is not None:
                return date.fromisoformat(text)
        except ValueError:
            pass  # Such as February 30: said below.
        self.base.problem(
            "GCT555",
            f"expected a day in '{name}', found '{text}'",
            entry.value.mark,
            hint="write it as '2026-05-01', in quotes; days are those of UTC",
        )
        return None

    def environments(self, node: MappingNode | None) -> dict[str, Span]:
        entry = None if node is None else node.entries.get("environments")
        if entry is None or not isinstance(entry.value, SequenceNode):
            return {}
        return {
            str(plain_value(item)): item.mark.in_file(self.base.path)
            for item in entry.value.items
            if is_text(item)
        }

    def place(self, node: MappingNode | None, name: str) -> Span | None:
        entry = None if node is None else node.entries.get(name)
        return None if entry is None else entry.value.mark.in_file(self.base.path)


def _control_hint(variants: Sequence[Variant]) -> str:
    plain = [each.id for each in variants if each.node.entries.keys() <= _OF_ITSELF]
    if len(plain) == 1:
        return (
            f"rename '{plain[0]}' to '{CONTROL}': it has nothing of its own, and is the prompt as "
            "it stands"
        )
    return "who is not in the experiment gets it: the prompt as it stands; its weight may be 0"


def _sum_hint(total: int, sizes: Sequence[tuple[str, int]]) -> str:
    if total == BUCKETS // 100:
        each = ", ".join(f"{name} {_percent(size * 100)}" for name, size in sizes)
        return f"weights are percent: {each}"
    return f"{'add' if total < BUCKETS else 'take away'} {_percent(abs(BUCKETS - total))}"


def _percent(buckets: int) -> str:
    """Write a number of buckets as percent: 3333 as 33.33, 5000 as 50."""
    return f"{buckets / 100:.2f}".rstrip("0").rstrip(".")

"""What a comparison of two revisions returns: the changes of compiled results. Pure data.

Whatever is shown in several bundles stands here once, with the names of the bundles. No value of a
secret is held: only what SOPS leaves in the clear.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from gitconfig_tool.compiler.paired import Pair

if TYPE_CHECKING:
    from gitconfig_tool.prompts.cases import Case


class Kind(StrEnum):
    """What happened to a thing between the old revision and the new one."""

    ADDED = "added"
    CHANGED = "changed"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Revision:
    """One side of the comparison.

    `name` is what people read: `HEAD`, a branch, a short id, `work tree`, `index`. `commit` is the
    full id of the commit, or of the one that the index or the work tree follows; None before the
    first commit.
    """

    name: str
    kind: str
    commit: str | None


@dataclass(frozen=True, slots=True)
class Place:
    """Who set a value: the layer, and the place in its file. `commit` as in `merge.Origin`."""

    layer: str
    path: str
    line: int
    column: int
    commit: str = ""


@dataclass(frozen=True, slots=True)
class Side:
    """A value on one side of a change.

    `value` is JSON. `link` is set where the value stands elsewhere: `!secret PATH#/pointer` (then
    `value` is None) or `!prompt ID@VERSION`. `places` tell who set it, strongest first.
    `is_hidden` says that the value looks like a credential in the clear, and must not be shown.
    """

    value: Any
    places: tuple[Place, ...]
    link: str = ""
    is_hidden: bool = False

    @property
    def is_text(self) -> bool:
        """Whether it is a text that stands here, and not elsewhere."""
        return not self.link and isinstance(self.value, str)


@dataclass(frozen=True, slots=True)
class ValueChange:
    """One value of one document, in the bundles that share the change.

    `pointer` is a JSON Pointer (RFC 6901); empty where the whole document came or went. Of a list
    item it is the place in the new list, or in the old one where it was removed.
    """

    document: str
    pointer: str
    kind: Kind
    before: Side | None
    after: Side | None
    bundles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BundleChange:
    """A bundle that came or went, or whose dimension values or protection are other ones."""

    name: str
    kind: Kind
    before: Mapping[str, str] | None
    after: Mapping[str, str] | None


class SecretKind(StrEnum):
    """What happened to a SOPS file or to a value in it, as far as can be told without a key."""

    ADDED = "added"
    REMOVED = "removed"
    ROTATED = "rotated"
    REENCRYPTED = "re-encrypted"
    RECIPIENTS = "recipients"
    CLEARED = "cleared"


@dataclass(frozen=True, slots=True)
class SecretChange:
    """A change of one SOPS file. Holds names, never values.

    `pointers` are the values that it concerns; empty where it is the whole file. `bundles` are
    those that link to one of them, and `readers` those whose layers have the file at all.
    `moved_from` is set where nothing happened but that a move gives the file to other bundles.
    """

    path: str
    document: str
    kind: SecretKind
    pointers: tuple[str, ...]
    bundles: tuple[str, ...]
    readers: tuple[str, ...]
    recipients_added: tuple[str, ...] = ()
    recipients_removed: tuple[str, ...] = ()
    note: str = ""
    moved_from: str = ""


@dataclass(frozen=True, slots=True)
class PromptChange:
    """A prompt that bundles resolve to another version, or whose text is another one.

    `before` and `after` are versions; None where no version was, or is, used. `step` is the size of
    the step (`major`, `minor`, `patch`) with its reasons; None where it cannot be told. `source`
    holds the lines of a unified diff, `cases` what renders on sample inputs, both sides.
    """

    id: str
    before: str | None
    after: str | None
    bundles: tuple[str, ...]
    step: str | None
    reasons: tuple[str, ...]
    source: tuple[str, ...]
    cases: "tuple[Case, ...]"
    through: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Effect:
    """One thing that a change of models does: `what` names it, in words, with both sides.

    For example `price` with `$0.40 in, $1.60 out per million tokens` on either side.
    """

    what: str
    before: str
    after: str
    is_worse: bool | None = None


@dataclass(frozen=True, slots=True)
class ModelChange:
    """What happens to the models that one document asks, in the bundles that share it."""

    document: str
    bundles: tuple[str, ...]
    effects: tuple[Effect, ...]


class RuleKind(StrEnum):
    """What kind of rule changed: what is checked, and who may read or change what."""

    PROJECT = "project"
    SCHEMA = "schema"
    POLICY = "policy"
    PERMISSION = "permission"
    SILENCING = "silencing"
    CLASSIFICATION = "classification"


@dataclass(frozen=True, slots=True)
class RuleChange:
    """A change of what is allowed: a policy, a schema, recipients, who may silence what.

    `name` is the file, or the key of the project file. `summary` says in a sentence what is other
    now, `is_weaker` whether less is refused than before; None where that cannot be told.
    """

    kind: RuleKind
    change: Kind
    name: str
    summary: str
    path: str
    line: int
    bundles: tuple[str, ...]
    is_weaker: bool | None = None


class Level(StrEnum):
    """A class of risk."""

    NONE = "none"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a change has a class of risk: `level` is what this reason alone makes it."""

    level: Level
    text: str
    bundles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Risk:
    """The class of risk of all changes together: that of the gravest reason; gravest first."""

    level: Level = Level.NONE
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class Radius:
    """How far changes reach.

    `bundles` are those that get other content, of `bundles_of` in all. `values` maps each dimension
    to its values that are concerned, such as `tenant` to tenants. `documents` and `secrets` count
    those that are other now, each once.
    """

    bundles: tuple[str, ...] = ()
    bundles_of: int = 0
    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    documents: int = 0
    secrets: int = 0


@dataclass(frozen=True, slots=True)
class Changes:
    """All that differs between two revisions, as compiled.

    `dimensions` holds the dimension values of each bundle of either side, and `is_protected` names
    the protected ones. `pairs` are the documents that differ, whole. `unknown` says, in sentences,
    what could not be compared, because one side has errors there.
    """

    base: Revision
    head: Revision
    dimensions: Mapping[str, Mapping[str, str]]
    protected: frozenset[str]
    bundles: tuple[BundleChange, ...] = ()
    values: tuple[ValueChange, ...] = ()
    secrets: tuple[SecretChange, ...] = ()
    prompts: tuple[PromptChange, ...] = ()
    models: tuple[ModelChange, ...] = ()
    rules: tuple[RuleChange, ...] = ()
    risk: Risk = field(default_factory=Risk)
    radius: Radius = field(default_factory=Radius)
    pairs: tuple[Pair, ...] = field(default=(), repr=False, compare=False)
    unknown: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether both sides compile to the same."""
        return not (
            self.bundles
            or self.values
            or self.secrets
            or self.prompts
            or self.models
            or self.rules
            or self.unknown
        )

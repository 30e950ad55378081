"""What the project file says of levels, bodies of rules, quotas and isolation. Pure data.

`governance_reader` and `compliance` read it; whether documents keep to it is the work of
`classification`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from gitconfig_tool.diagnostics import Span
from gitconfig_tool.project.levels import Level

Globs = tuple[str, ...]
# What is looked for in values, and the level that a document with it should have.
PATTERNS: Mapping[str, Level] = {
    "card-number": Level.RESTRICTED,
    "national-id": Level.CONFIDENTIAL,
    "iban": Level.CONFIDENTIAL,
    "private-key": Level.RESTRICTED,
    "pem-block": Level.INTERNAL,
    "e-mail": Level.INTERNAL,
    "private-ip": Level.INTERNAL,
}


@dataclass(frozen=True, slots=True)
class Scope:
    """Conditions, each of which holds when one of its globs matches; an empty one always holds.

    `dimensions` holds globs by a dimension, or by one with an attribute: `tenant.region`. A bundle
    without such a value does not match.
    """

    span: Span
    documents: Globs = ()
    namespaces: Globs = ()
    bundles: Globs = ()
    dimensions: Mapping[str, Globs] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Retention:
    """How long data may or must be kept, in days; both None where it is only to be stated."""

    at_least: int | None = None
    at_most: int | None = None


@dataclass(frozen=True, slots=True)
class Demands:
    """What is demanded; None where nothing is.

    `encryption`: values of this level and above must be secrets. `regions`: globs, one of which
    must match the region of a bundle. `retention`: documents that are declared confidential or
    above must say how long data is kept. `rotation`: the days after which a secret must be
    replaced at the latest.
    """

    encryption: Level | None = None
    regions: tuple[str, ...] | None = None
    retention: Retention | None = None
    rotation: int | None = None


@dataclass(frozen=True, slots=True)
class ComplianceRule:
    """One entry: the documents and bundles that a tag holds for, and what it demands of them.

    `title` is the usual name of the tag, such as `PCI-DSS`. `sources` says where the tag demands
    what, by the name of the demand.
    """

    tag: str
    title: str
    scope: Scope
    demands: Demands
    sources: Mapping[str, str]
    span: Span


@dataclass(frozen=True, slots=True)
class ClassificationRule:
    """Documents whose id, or the path of one of whose files, matches the glob have this level."""

    match: str
    level: Level
    span: Span


@dataclass(frozen=True, slots=True)
class ClassificationSettings:
    """The section `classification`; `is_used` tells whether the project file has it.

    `patterns` maps each kind of pattern to the level that it asks for; None where it is off.
    """

    is_used: bool = False
    default: Level = Level.INTERNAL
    default_span: Span | None = None
    rules: tuple[ClassificationRule, ...] = ()
    patterns: Mapping[str, Level | None] = field(default_factory=lambda: dict(PATTERNS))


@dataclass(frozen=True, slots=True)
class Quota:
    """How much each bundle, or each namespace of it that `scope` names, may hold at most.

    `limits` maps `documents`, `secrets` and `bytes` to a number and the place where it stands.
    """

    scope: Scope
    limits: Mapping[str, tuple[int, Span]]


@dataclass(frozen=True, slots=True)
class Isolation:
    """Dimensions of whose values no two may have a recipient in common, but for `shared` ones."""

    dimensions: tuple[str, ...] = ()
    shared: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Governance:
    """All four sections."""

    classification: ClassificationSettings = field(default_factory=ClassificationSettings)
    compliance: tuple[ComplianceRule, ...] = ()
    quotas: tuple[Quota, ...] = ()
    isolation: Isolation = field(default_factory=Isolation)

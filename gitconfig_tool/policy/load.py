"""Loading of policies: which packages and rules there are, and what they depend on.

The conventions are conftest's: a package may define `deny`, `violation` and `warn`, and each of
them with a suffix, such as `deny_unpinned_model`. Unlike conftest, every package counts, not only
`main`. Does not read files and does not evaluate.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from gitconfig_tool.diagnostics import Diagnostic, Span
from gitconfig_tool.policy.engine import FACTS, DataPath, Definition, Engine, Fault, Module, Program

# conftest, policy/engine.go: isWarning and isFailure.
_RULE_NAME = re.compile(r"(deny|violation|warn)(?:_[a-zA-Z0-9]+)*")
_TEST_SUFFIX = "_test.rego"
_BUNDLE: DataPath = (FACTS, "bundle")
# What `data.gitconfig_tool.bundle` holds, see `evaluate`.
BUNDLE_FACTS = frozenset({"name", "dimensions", "protected"})


@dataclass(frozen=True, slots=True)
class PolicyRule:
    """One rule that gives results; `places` are its definitions, in order of path."""

    path: DataPath
    warns: bool
    places: tuple[Span, ...]

    @property
    def name(self) -> str:
        """Package and rule, as they stand under `data`: `main.deny`."""
        return ".".join(self.path)


@dataclass(frozen=True, slots=True)
class PolicyPackage:
    """One package with rules that give results.

    `bundle_facts` names the facts about the bundle that it, or a package that it refers to, reads:
    one evaluation of a document holds for every bundle that has the document and these facts.
    """

    path: DataPath
    rules: tuple[PolicyRule, ...]
    bundle_facts: frozenset[str]
    reads_facts: bool


@dataclass(frozen=True, slots=True)
class Policies:
    """Compiled policies, ready to be evaluated."""

    program: Program
    packages: tuple[PolicyPackage, ...]

    def split(self) -> tuple[tuple[frozenset[str], "Policies"], ...]:
        """Return groups of packages that read the same facts about the bundle, with those facts."""
        groups: dict[frozenset[str], list[PolicyPackage]] = {}
        for package in self.packages:
            groups.setdefault(package.bundle_facts, []).append(package)
        return tuple(
            (facts, replace(self, packages=tuple(packages))) for facts, packages in groups.items()
        )


def load_policies(
    files: Mapping[str, bytes], engine: Engine | None = None
) -> tuple[Policies, tuple[Diagnostic, ...]]:
    """Compile policies, given by project path or as `gitconfig-tool:SET/FILE.rego`.

    Files that end with `_test.rego` are left out. A file with a diagnostic is not evaluated, and
    its diagnostic is an error: nothing passes because a policy is broken.
    """
    if engine is None:
        # Loaded here, not above: the library takes 10 ms, and many projects have no policy.
        from gitconfig_tool.policy.regorus import Regorus

        engine = Regorus()
    texts: dict[str, str] = {}
    diagnostics: list[Diagnostic] = []
    for path, data in sorted(files.items()):
        if path.endswith(_TEST_SUFFIX):
            continue
        try:
            texts[path] = data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            found = f"expected UTF-8 text, found the byte 0x{data[error.start]:02x}"
            diagnostics.append(_invalid(Fault(found, Span(path), "save the file as UTF-8")))
    program, faults = engine.compile(texts)
    diagnostics += map(_invalid, faults)
    for module in program.modules:
        diagnostics += _check_module(module)
    return Policies(program, _packages(program.modules)), tuple(diagnostics)


def _invalid(fault: Fault) -> Diagnostic:
    return Diagnostic("GCT304", _one_line(fault.text), fault.span, hint=fault.hint)


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _check_module(module: Module) -> Iterator[Diagnostic]:
    if module.package[:1] == (FACTS,):
        yield Diagnostic(
            "GCT304",
            f"expected a package of your own, found {'.'.join(module.package)}",
            Span(module.path),
            hint=f"data.{FACTS} holds the facts about document and bundle: rename the package",
        )
    for name, definitions in sorted(module.rules.items()):
        for definition in definitions:
            if _RULE_NAME.fullmatch(name) and definition.kind in ("function", "object"):
                yield _wrong_kind(name, definition)


def _wrong_kind(name: str, definition: Definition) -> Diagnostic:
    article = "an" if definition.kind == "object" else "a"
    return Diagnostic(
        "GCT306",
        f"expected {name} to be a set of messages, found {article} {definition.kind}",
        definition.span,
        hint=f"in Rego v1, write: {name} contains msg if {{ ... }}",
    )


def _packages(modules: tuple[Module, ...]) -> tuple[PolicyPackage, ...]:
    reads: dict[DataPath, set[DataPath]] = {}
    rules: dict[DataPath, dict[str, list[Span]]] = {}
    for module in modules:
        reads.setdefault(module.package, set()).update(module.reads)
        for name, definitions in module.rules.items():
            if _RULE_NAME.fullmatch(name):
                places = rules.setdefault(module.package, {}).setdefault(name, [])
                places += [each.span for each in definitions]
    found = []
    for package, named in sorted(rules.items()):
        everything = _reads_of(package, reads)
        found.append(
            PolicyPackage(
                package,
                tuple(
                    PolicyRule((*package, name), name.startswith("warn"), tuple(places))
                    for name, places in sorted(named.items())
                ),
                _bundle_facts(everything),
                any(_overlap(path, (FACTS,)) for path in everything),
            )
        )
    return tuple(found)


def _bundle_facts(paths: Iterable[DataPath]) -> frozenset[str]:
    """Return the facts about the bundle that are read; a path to all of them reads all."""
    found: set[str] = set()
    for path in paths:
        if _overlap(path, _BUNDLE):
            found |= {path[len(_BUNDLE)]} if len(path) > len(_BUNDLE) else BUNDLE_FACTS
    return frozenset(found)


def _reads_of(package: DataPath, reads: Mapping[DataPath, set[DataPath]]) -> set[DataPath]:
    """Return what a package reads, directly and through the packages that it refers to."""
    waiting, seen = [package], {package}
    paths: set[DataPath] = set()
    while waiting:
        for path in reads[waiting.pop()]:
            paths.add(path)
            for other in reads:
                if other not in seen and _overlap(path, other):
                    seen.add(other)
                    waiting.append(other)
    return paths


def _overlap(one: DataPath, other: DataPath) -> bool:
    length = min(len(one), len(other))
    return one[:length] == other[:length]

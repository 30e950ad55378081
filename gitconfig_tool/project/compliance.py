"""The section `compliance` of the project file: which bodies of rules hold for what.

    compliance:
      gdpr: {match: {tenant: acme}}
      pci-dss:
        match: payments/**
        requires: {rotation: 30d, regions: false}   # other than what the tag demands by itself

Takes the parsed section; returns one `ComplianceRule` for each entry. What a tag demands is data
here, with its source. It helps to keep to these rules, and is no legal advice.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches

from gitconfig_tool.document import Entry, MappingNode, Node, ScalarNode, SequenceNode
from gitconfig_tool.project.fields import FieldReader
from gitconfig_tool.project.governance import ComplianceRule, Demands, Retention
from gitconfig_tool.project.levels import Level, read_level
from gitconfig_tool.project.model import Dimension
from gitconfig_tool.project.scope import read_scope

DEMANDS = ("encryption", "regions", "retention", "rotation")
_DURATION = re.compile(r"([0-9]{1,5})\s*([dwy])")
# A year of 365 days, as the retention policies of cloud providers count.
_DAYS = {"d": 1, "w": 7, "y": 365}


@dataclass(frozen=True, slots=True)
class Tag:
    """A body of rules: its usual name, what it demands, and where it says so, for each demand."""

    title: str
    demands: Demands
    sources: Mapping[str, str]


# The regions of AWS, Google Cloud and Azure, by name, as of 2026. Article 45: there are adequacy
# decisions for Andorra, Argentina, Canada (commercial), the Faroe Islands, Guernsey, Israel, the
# Isle of Man, Japan, Jersey, New Zealand, the Republic of Korea, Switzerland, the United Kingdom
# and Uruguay. The United States are left out: theirs holds only for organisations that certify.
_GDPR_REGIONS = (
    "eu",
    "eea",
    "eu-*",
    "europe-*",
    "*europe",
    "austria*",
    "belgium*",
    "denmark*",
    "finland*",
    "france*",
    "germany*",
    "greece*",
    "italy*",
    "norway*",
    "poland*",
    "spain*",
    "sweden*",
    "switzerland*",
    "uk*",
    "ca-*",
    "canada*",
    "northamerica-northeast*",
    "il-*",
    "israel*",
    "me-west1",
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-northeast-3",
    "asia-northeast*",
    "japan*",
    "korea*",
    "newzealand*",
    "ap-southeast-6",
)
_FEDRAMP_REGIONS = (
    "us",
    "us-*",
    "usgov*",
    "usdod*",
    "eastus*",
    "westus*",
    "centralus*",
    "northcentralus",
    "southcentralus",
    "westcentralus",
)

TAGS: Mapping[str, Tag] = {
    "gdpr": Tag(
        "GDPR",
        Demands(Level.CONFIDENTIAL, _GDPR_REGIONS, Retention()),
        {
            "encryption": "GDPR Art. 32(1)(a)",
            "regions": "GDPR Art. 44-46",
            "retention": "GDPR Art. 5(1)(e)",
        },
    ),
    "hipaa": Tag(
        "HIPAA",
        # Six years from when it was made or last in effect.
        Demands(Level.CONFIDENTIAL, retention=Retention(at_least=6 * 365)),
        {
            "encryption": "45 CFR 164.312(a)(2)(iv)",
            "retention": "45 CFR 164.316(b)(2)(i)",
        },
    ),
    "pci-dss": Tag(
        "PCI-DSS",
        Demands(Level.CONFIDENTIAL, retention=Retention(), rotation=90),
        {
            "encryption": "PCI DSS v4.0 req. 3.5.1, 3.6 and 3.7",
            "retention": "PCI DSS v4.0 req. 3.2.1",
            "rotation": "PCI DSS v4.0 req. 8.3.9 and 8.6.3",
        },
    ),
    "soc2": Tag(
        "SOC 2",
        Demands(Level.CONFIDENTIAL, retention=Retention()),
        {
            "encryption": "SOC 2 CC6.1",
            "retention": "SOC 2 C1.1 and C1.2",
        },
    ),
    "fedramp": Tag(
        "FedRAMP",
        Demands(Level.CONFIDENTIAL, _FEDRAMP_REGIONS, Retention()),
        {
            "encryption": "FedRAMP SC-28(1)",
            "regions": "FedRAMP SA-9(5)",
            "retention": "FedRAMP SI-12",
        },
    ),
}


def read_compliance(
    entry: Entry | None, dimensions: Mapping[str, Dimension], reader: FieldReader
) -> Iterator[ComplianceRule]:
    """Read the section; problems go to the reader."""
    for name, item in reader.mapping(entry, "compliance"):
        if name not in TAGS:
            near = get_close_matches(name.lower(), TAGS, n=1)
            reader.problem(
                "GCT031",
                f"expected a compliance tag, found '{name}'",
                item.key_mark,
                hint=f"did you mean '{near[0]}'?" if near else f"tags: {', '.join(TAGS)}",
            )
            continue
        nodes = item.value.items if isinstance(item.value, SequenceNode) else (item.value,)
        for node in nodes:
            rule = _rule(name, node, item, dimensions, reader)
            if rule is not None:
                yield rule


def _rule(
    tag: str,
    node: Node,
    item: Entry,
    dimensions: Mapping[str, Dimension],
    reader: FieldReader,
) -> ComplianceRule | None:
    if not isinstance(node, MappingNode) or "match" not in node.entries:
        reader.wrong(node, "a compliance tag", "'match: GLOB'")
        return None
    fields = reader.fields(node, "a compliance tag", ("match", "requires"))
    scope = read_scope(fields["match"], "a compliance tag", dimensions, reader)
    demands = _demands(TAGS[tag].demands, fields.get("requires"), reader)
    if scope is None:
        return None
    known = TAGS[tag]
    span = item.key_mark.in_file(reader.path)
    return ComplianceRule(tag, known.title, scope, demands, known.sources, span)


def _demands(demands: Demands, entry: Entry | None, reader: FieldReader) -> Demands:
    if entry is None:
        return demands
    if not isinstance(entry.value, MappingNode):
        reader.wrong(entry.value, "requires", "a mapping")
        return demands
    for name, item in reader.fields(entry.value, "requires", DEMANDS).items():
        node = item.value
        if isinstance(node, ScalarNode) and node.value is False:
            demands = replace(demands, **{name: None})
        elif name == "encryption":
            level = read_level(node, "encryption", reader)
            demands = replace(demands, encryption=level or demands.encryption)
        elif name == "regions":
            regions = (reader.scalar_text(each, "a region") for each in reader.items(item, name))
            found = tuple(each for each in regions if each is not None)
            demands = replace(demands, regions=found or demands.regions)
        elif name == "retention":
            demands = replace(demands, retention=_retention(item, reader))
        else:
            demands = replace(demands, rotation=_days(item, "rotation", reader))
    return demands


def _retention(entry: Entry, reader: FieldReader) -> Retention:
    if not isinstance(entry.value, MappingNode):
        reader.wrong(entry.value, "retention", "'min: 365d', 'max: 7y' or false")
        return Retention()
    fields = reader.fields(entry.value, "retention", ("min", "max"))
    return Retention(*(_days(fields.get(key), f"'{key}'", reader) for key in ("min", "max")))


def _days(entry: Entry | None, what: str, reader: FieldReader) -> int | None:
    if entry is None:
        return None
    days = parse_days(entry.value.value) if isinstance(entry.value, ScalarNode) else None
    if days is None:
        reader.wrong(entry.value, what, "a time such as 90d, 12w or 7y")
    return days


def parse_days(value: object) -> int | None:
    """Return the days of a time such as `90d`, `12w` or `7y`; None for anything else."""
    match = _DURATION.fullmatch(value) if isinstance(value, str) else None
    return None if match is None else int(match[1]) * _DAYS[match[2]]

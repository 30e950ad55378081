"""The head of a page: what is compared, how risky it is and why, and how far it reaches. Pure."""

from collections.abc import Iterator, Sequence

from gitconfig_tool.changes.model import Changes, Level, Radius, Reason, Revision
from gitconfig_tool.report.html.bundle_sets import BundleSets
from gitconfig_tool.report.html.layout import badge
from gitconfig_tool.report.html.markup import Html, element, joined, plain, together
from gitconfig_tool.report.tables import count

_SHORT_ID = 12
# Filled parts of a scale of four, so that a level is told by a shape as well as by its colour.
_STEPS = {Level.NONE: 0, Level.LOW: 1, Level.MEDIUM: 2, Level.HIGH: 3, Level.CRITICAL: 4}
_MAX_REASONS = 6
_MAX_NAMED = 8


def title(changes: Changes) -> str:
    """Return the title of the page."""
    return plain(f"{changes.base.name} \u2192 {changes.head.name}: what changes")


def summary(changes: Changes, sets: BundleSets) -> Html:
    """Return the risk with its reasons, the reach, and what could not be compared."""
    if changes.is_empty:
        text = "Both revisions compile to the same: no bundle changes."
        return element("section", element("p", text, class_="empty"), aria_label="summary")
    return element(
        "section",
        _risk(changes, sets),
        _radius(changes.radius),
        _unknown(changes.unknown),
        id="summary",
        aria_label="summary",
    )


def compared(changes: Changes) -> Html:
    """Return both revisions."""
    return element(
        "p",
        _revision(changes.base),
        element("span", " \u2192 ", class_="arrow"),
        _revision(changes.head),
        class_="compared",
    )


def level_badge(level: Level) -> Html:
    """Return a level of risk: its name, and as many filled parts as it is grave."""
    filled = _STEPS[level]
    scale = element("span", "\u25a0" * filled + "\u25a1" * (4 - filled), aria_hidden="true")
    return badge_of(level.value, scale)


def badge_of(level: str, scale: Html) -> Html:
    """Return a level's name behind its scale, in the level's colour."""
    return element("span", scale, " ", level, class_=f"badge level {level}")


def _revision(revision: Revision) -> Html:
    name = element("b", revision.name)
    if revision.commit is None or revision.commit.startswith(revision.name):
        return name
    after = "" if revision.kind == "commit" else "on "
    return together(name, " ", element("code", f"{after}{revision.commit[:_SHORT_ID]}"))


def _risk(changes: Changes, sets: BundleSets) -> Html:
    risk = changes.risk
    first = [_reason(each, sets) for each in risk.reasons[:_MAX_REASONS]]
    others = [_reason(each, sets) for each in risk.reasons[_MAX_REASONS:]]
    return element(
        "div",
        element("h2", "Risk ", level_badge(risk.level)),
        element("ul", *first, class_="reasons") if first else None,
        element(
            "details",
            element("summary", count(len(others), "more reason")),
            element("ul", *others, class_="reasons"),
        )
        if others
        else None,
        class_="card risk",
    )


def _reason(reason: Reason, sets: BundleSets) -> Html:
    chip = sets.chip(reason.bundles) if reason.bundles else None
    return element("li", level_badge(reason.level), element("span", reason.text, " ", chip))


def _radius(radius: Radius) -> Html:
    figures = [
        (str(len(radius.bundles)), f"of {count(radius.bundles_of, 'bundle')}"),
        (str(radius.documents), "document" if radius.documents == 1 else "documents"),
        (str(radius.secrets), "secret" if radius.secrets == 1 else "secrets"),
    ]
    boxes = (
        element("div", element("dt", noun), element("dd", number), class_="figure")
        for number, noun in figures
    )
    return element(
        "div",
        element("h2", "Reach"),
        element("dl", *boxes, class_="figures"),
        *_dimensions(radius),
        class_="card radius",
    )


def _dimensions(radius: Radius) -> Iterator[Html]:
    for name, values in radius.values.items():
        if not values:
            continue
        title = element("span", f"{name}: ", class_="title")
        if len(values) <= _MAX_NAMED:
            yield element("p", title, _named(values), class_="list")
        else:
            few = f"{', '.join(values[:3])} and {len(values) - 3} more"
            yield element(
                "details",
                element("summary", title, few),
                element("p", _named(values), class_="list"),
            )


def _named(values: Sequence[str]) -> Html:
    return joined((element("bdi", each) for each in values), ", ")


def _unknown(sentences: Sequence[str]) -> Html | None:
    if not sentences:
        return None
    return element(
        "div",
        element("h2", badge("!", "high"), " Not compared"),
        element("ul", *(element("li", each) for each in sentences)),
        class_="card unknown",
    )

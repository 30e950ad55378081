"""What in a template other programs than Jinja2 do not render, or render otherwise.

Two bounds, which a project chooses by `prompts: {portable: ...}`. `jinja`: engines of the family of
Jinja2 in other languages. `variables`: programs that put variables in their places and know nothing
else, such as Mustache, Handlebars and what Langfuse does. Takes a template that Jinja2 can read.

What each engine lacks was read in its own documentation or source, as of November 2026:

- MiniJinja (Rust): COMPATIBILITY.md and minijinja/src/defaults.rs of its repository.
- Nunjucks 3 (JavaScript): the pages "Templating" (tags, loop variables, global functions, built-in
  filters) and "FAQ" of its site, nunjucks/src/tests.js, and its change log (slices).
- Jinjava (Java): the classes in lib/tag and lib/filter of its repository.
- Dotprompt: "Template Content" of its reference. Langfuse: `{{variable}}` is all that it replaces.
"""

from collections.abc import Collection, Iterator, Mapping

from jinja2 import nodes

from gitconfig_tool.prompts.limits import RenderLimits
from gitconfig_tool.prompts.sandbox import make_sandbox
from gitconfig_tool.prompts.syntax import place_tokens
from gitconfig_tool.prompts.templates import ParsedTemplate, Problem

_RUST, _NODE, _JAVA = "MiniJinja (Rust)", "Nunjucks (JavaScript)", "Jinjava (Java)"
_FILTERS: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(("attr", "count", "format", "map", "tojson"), (_NODE,)),
    **dict.fromkeys(("items", "max", "min"), (_NODE, _JAVA)),
    **dict.fromkeys(("center", "striptags", "truncate", "wordcount"), (_RUST,)),
    **dict.fromkeys(("filesizeformat", "wordwrap"), (_RUST, _NODE)),
}
_TESTS: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(
        (
            "boolean",
            "false",
            "filter",
            "float",
            "in",
            "integer",
            "none",
            "sequence",
            "test",
            "true",
        ),
        (_NODE,),
    ),
    "callable": (_RUST,),
}
_GLOBALS: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(("dict", "namespace"), (_NODE,)),
    **dict.fromkeys(("cycler", "joiner"), (_RUST,)),
}
# What Nunjucks has of `loop`; Jinja2 has more.
_LOOP = frozenset({"first", "index", "index0", "last", "length", "revindex", "revindex0"})
_WORDS = frozenset({"True", "False", "None"})
_LOCAL = frozenset({"caller", "loop"})


def find_unportable(
    parsed: ParsedTemplate, portability: str, scoped: Collection[str] = ()
) -> Iterator[Problem]:
    """Yield each construct that not every program within the bound knows, in order of place.

    `portability` is `jinja` or `variables`. `scoped` are the aliases of partials that are put in
    their places within `{% with %}`, because they set something.
    """
    if portability == "variables":
        found = list(_beyond_variables(parsed))
    else:
        found = list(_beyond_jinja(parsed))
        for tag in parsed.includes:
            if tag.alias in scoped:
                what = "a partial that sets something, and so is delivered in the tag 'with'"
                found.append(_lacking(what, (_NODE, _JAVA), parsed.text, tag.offset, ""))
    yield from sorted(set(found), key=lambda problem: (problem.offset, problem.message))


def _beyond_variables(parsed: ParsedTemplate) -> Iterator[Problem]:
    hint = "render it in the application, or take 'portable: variables' out of gitconfig.yaml"
    tokens = list(place_tokens(make_sandbox(RenderLimits()), parsed.text))
    for (offset, kind, value), after in zip(tokens, [*tokens[1:], None], strict=True):
        what = {"block_begin": "a tag", "comment_begin": "a comment", "raw_begin": "'raw'"}.get(
            kind
        )
        if kind == "variable_begin" and after is not None and not _is_name(parsed, offset):
            what = "an expression"
        if kind == "variable_begin" and value != "{{":
            what = f"the mark for white space '{value}'"
        if what is not None:
            yield Problem(
                "GCT526",
                f"expected text and variables only, such as {{{{ name }}}}, found {what}",
                offset,
                len(value),
                hint=hint,
            )


def _is_name(parsed: ParsedTemplate, offset: int) -> bool:
    """Tell whether what stands between the brackets at an offset is a name, or names with dots."""
    end = parsed.text.find("}}", offset)
    inner = parsed.text[offset + 2 : end].strip(" -+")
    return all(part.isidentifier() and part not in _WORDS for part in inner.split("."))


def _beyond_jinja(parsed: ParsedTemplate) -> Iterator[Problem]:
    text = parsed.text
    for each in parsed.tree.find_all((nodes.Filter, nodes.Test)):
        table, kind = (_FILTERS, "filter") if isinstance(each, nodes.Filter) else (_TESTS, "test")
        if each.name in table:
            yield _lacking(
                f"the {kind} '{each.name}'", table[each.name], text, each.lineno, each.name
            )
    for name in parsed.tree.find_all(nodes.Name):
        if name.name in _GLOBALS and any(use.offset == name.lineno for use in parsed.uses):
            what = f"the function '{name.name}'"
            yield _lacking(what, _GLOBALS[name.name], text, name.lineno, name.name)
        elif name.name in ("varargs", "kwargs") and name.ctx == "load":
            yield _lacking(f"'{name.name}'", (_RUST,), text, name.lineno, name.name)
    for attribute in parsed.tree.find_all(nodes.Getattr):
        owner = attribute.node
        is_loop = isinstance(owner, nodes.Name) and owner.name == "loop"
        if is_loop and attribute.attr not in _LOOP:
            what = f"'loop.{attribute.attr}'"
            yield _lacking(what, (_NODE,), text, owner.lineno, "loop")
    for call in parsed.tree.find_all(nodes.Call):
        method = call.node
        if isinstance(method, nodes.Getattr) and not _is_of_engine(method):
            what = f"the method '{method.attr}' of Python"
            yield _lacking(what, (_RUST, _NODE), text, method.lineno, method.attr)
    for format_ in parsed.tree.find_all(nodes.Mod):
        if isinstance(format_.left, nodes.Const) and isinstance(format_.left.value, str):
            what = "text formatted with '%'"
            yield _lacking(what, (_RUST, _NODE), text, format_.lineno, "%")
    for piece in parsed.tree.find_all(nodes.Slice):
        yield _lacking("a slice", (f"{_NODE} without installJinjaCompat",), text, piece.lineno, "")
    for loop in parsed.tree.find_all(nodes.For):
        if loop.test is not None:
            yield _lacking("a loop with 'if'", (_NODE,), text, loop.lineno, "for")
    for kinds, word, lacking in (
        (nodes.With, "with", (_NODE, _JAVA)),
        (nodes.FilterBlock, "filter", (_JAVA,)),
    ):
        for tag in parsed.tree.find_all(kinds):
            yield _lacking(f"the tag '{word}'", lacking, text, tag.lineno, word)
    for offset, kind, value in place_tokens(make_sandbox(RenderLimits()), text):
        if kind == "name" and value in _WORDS:
            what = f"'{value}' for '{value.lower()}'"
            yield _lacking(what, (_NODE,), text, offset, value)


def _is_of_engine(method: nodes.Getattr) -> bool:
    """Tell whether a call is one of a loop, or of what a macro was given."""
    return isinstance(method.node, nodes.Name) and method.node.name in _LOCAL


def _lacking(what: str, engines: tuple[str, ...], text: str, offset: int, word: str) -> Problem:
    # Jinja2 places some nodes at the value before the word.
    at = text.find(word, offset) if word else offset
    return Problem(
        "GCT526",
        f"expected what all engines of Jinja's kind render, found {what}, which "
        f"{' and '.join(engines)} {'lacks' if len(engines) == 1 else 'lack'}",
        max(at, offset),
        max(len(word), 1),
        hint="write it otherwise, or take 'portable: jinja' out of gitconfig.yaml",
    )

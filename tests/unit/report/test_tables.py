"""Tables for a terminal."""

from gitconfig_tool.report.tables import count, shorten, table


def test_columns_are_aligned_by_what_a_terminal_shows() -> None:
    assert table([("a", "日本", "x"), ("abc", "e\u0301", "y")]) == [
        "  a    日本  x",
        "  abc  e\u0301     y",
    ]


def test_one_column_gives_way() -> None:
    rows = [("name", "v" * 100, "place"), ("n", "v", "p")]

    lines = table(rows, width=40, cut=1)

    assert lines == [
        f"  name  {'v' * 22}...  place",
        f"  n     v{' ' * 24}  p",
    ]
    assert len(lines[0]) == 40


def test_a_column_stays_readable_where_the_others_are_too_wide() -> None:
    assert table([("n" * 50, "v" * 30)], width=40, cut=1) == [f"  {'n' * 50}  {'v' * 9}..."]


def test_what_a_terminal_would_obey_is_escaped() -> None:
    assert table([("a\x1b[31m", "b\u202ec\n")]) == ["  a\\x1b[31m  b\\u202ec\\n"]


def test_texts() -> None:
    assert table([]) == []
    assert [shorten("日本語です", width) for width in (10, 8, 7)] == [
        "日本語です",
        "日本...",
        "日本...",
    ]
    # An emoji of three, which a terminal shows as one, stays whole.
    assert shorten("ab\U0001f468\u200d\U0001f469\u200d\U0001f467cdef", 7) == (
        "ab\U0001f468\u200d\U0001f469\u200d\U0001f467..."
    )
    assert (count(1, "key"), count(1200, "key")) == ("1 key", "1,200 keys")

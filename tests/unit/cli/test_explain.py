"""`explain`: what each layer did to a value, strongest first."""

import json

from tests.projects import PROJECT, MakeTool, commit, git

FILES = {
    "base/chat/model.yaml": (
        "provider: openai\n"
        "limits: {rpm: 60, tpm: 9000}\n"
        "stop: [END]\n"
        'region: !ref "platform/region#/name"\n'
    ),
    "base/platform/region.yaml": "name: eu\n",
    "environments/production/chat/model.yaml": (
        'limits: {rpm: 600}\nstop: !append ["###"]\nprovider: !unset\n'
    ),
}
WINNER = 'the winning line is from ID, 2024-05-01, Test: "First"\n'


def test_every_layer_is_told(make_tool: MakeTool) -> None:
    tool = make_tool(FILES)

    shown = tool.printed("explain", "production", "chat/model#/limits/rpm")

    assert tool.without_ids(shown) == (
        "chat/model#/limits/rpm in production is 600\n"
        "\n"
        "layers, strongest first; > marks the one that wins:\n"
        "\n"
        "> environments/production   600\n"
        "    replaces 60 of base\n"
        "    environments/production/chat/model.yaml:1:15\n"
        "  environments/development  no such file\n"
        "  base                      60\n"
        "    sets it\n"
        "    base/chat/model.yaml:2:15\n"
        "\n" + WINNER
    )


def test_blame_names_the_commit_of_every_line(make_tool: MakeTool) -> None:
    tool = make_tool(FILES)

    shown = tool.printed("explain", "production", "chat/model#/stop", "--blame")

    assert tool.without_ids(shown) == (
        "chat/model#/stop in production is [2 items]\n"
        "\n"
        "layers, strongest first; > marks the one that wins:\n"
        "\n"
        "> environments/production   !append [1 item]\n"
        "    appends 1 item\n"
        "    environments/production/chat/model.yaml:2:7\n"
        '    ID, 2024-05-01, Test: "First"\n'
        "  environments/development  no such file\n"
        "  base                      [1 item]\n"
        "    sets it\n"
        "    base/chat/model.yaml:3:7\n"
        '    ID, 2024-05-01, Test: "First"\n'
        "\n"
        "inside, each with the layer and line that won:\n"
        "\n"
        "  /0  'END'\n"
        '      base:3  ID, 2024-05-01, Test: "First"\n'
        "  /1  '###'\n"
        '      environments/production:2  ID, 2024-05-01, Test: "First"\n'
    )


def test_blame_follows_renames_and_tells_lines_apart(make_tool: MakeTool) -> None:
    tool = make_tool(
        {"old/chat.yaml": "a: 1\nb: 1\nc: 1\nd: 1\ntext: |\n  one\n  two\n"},
        PROJECT.replace("layers: [base,", "layers: [old,"),
    )
    git(tool.folder, "mv", "old", "base")
    (tool.folder / "gitconfig.yaml").write_text(PROJECT, encoding="utf-8")
    commit(tool.folder, "Move", 2)
    text = (tool.folder / "base/chat.yaml").read_text(encoding="utf-8")
    commit(tool.folder, "Raise b", 3, {"base/chat.yaml": text.replace("b: 1", "b: 2")})
    text = text.replace("b: 1", "b: 2").replace("  two", "  three")
    commit(tool.folder, "Say three", 4, {"base/chat.yaml": text})
    # Not committed: a comment, which moves all lines, and another value of c.
    (tool.folder / "base/chat.yaml").write_text(f"# new\n{text.replace('c: 1', 'c: 2')}")

    report = json.loads(
        tool.printed("explain", "production", "chat", "--blame", "--format", "json")
    )

    found = {each["pointer"]: each["commit"] for each in report["inside"]}
    assert {pointer: each and each["summary"] for pointer, each in found.items()} == {
        "/a": "First",
        "/b": "Raise b",
        "/c": None,
        "/d": "First",
        # A text of several lines is as new as the newest of them.
        "/text": "Say three",
    }
    assert found["/b"]["date"] == "2024-05-03"
    shown = tool.printed("explain", "production", "chat#/c", "--blame")
    assert "    the work tree: not committed yet\n" in shown


def test_blame_of_a_value_that_was_overridden(make_tool: MakeTool) -> None:
    tool = make_tool({"base/a.yaml": "x: 1\n"})
    commit(tool.folder, "Override x", 2, {"environments/production/a.yaml": "x: 2\n"})

    shown = tool.without_ids(tool.printed("explain", "production", "a#/x", "--blame"))

    assert (
        '    environments/production/a.yaml:1:4\n    ID, 2024-05-02, Test: "Override x"\n' in shown
    )
    assert '    base/a.yaml:1:4\n    ID, 2024-05-01, Test: "First"\n' in shown


def test_a_document_fits_a_narrow_terminal(make_tool: MakeTool) -> None:
    long = {"base/a.yaml": f"text: {'word ' * 60}\nlist: [1, 2]\n"}
    tool = make_tool({**long, "environments/production/a.yaml": "list: []\nnew: {x: 1, y: 2}\n"})

    shown = tool.printed("explain", "production", "a")

    assert max(map(len, shown.splitlines())) <= 80
    assert shown == (
        "a in production is {3 keys}\n"
        "\n"
        "layers, strongest first:\n"
        "\n"
        "  environments/production   {2 keys}\n"
        "    merges: 2 values added, 2 removed\n"
        "    environments/production/a.yaml:1:1\n"
        "  environments/development  no such file\n"
        "  base                      {2 keys}\n"
        "    sets it\n"
        "    base/a.yaml:1:1\n"
        "\n"
        "inside, each with the layer and line that won:\n"
        "\n"
        "  /text   'word word word word word word word word...  base:1\n"
        "  /list   [0 items]                                    environments/production:1\n"
        "  /new/x  1                                            environments/production:2\n"
        "  /new/y  2                                            environments/production:2\n"
    )


def test_a_reference_is_followed(make_tool: MakeTool) -> None:
    tool = make_tool(FILES)

    shown = tool.printed("explain", "development", "chat/model#/region")

    assert tool.without_ids(shown) == (
        "chat/model#/region in development is 'eu'\n"
        "\n"
        "layers, strongest first; > marks the one that wins:\n"
        "\n"
        "  environments/development  no such file\n"
        "> base                      !ref platform/region#/name\n"
        "    sets it\n"
        "    base/chat/model.yaml:4:9\n"
        "\n"
        "the reference leads to platform/region#/name\n"
        "\n"
        "layers, strongest first; > marks the one that wins:\n"
        "\n"
        "  environments/development  no such file\n"
        "> base                      'eu'\n"
        "    sets it\n"
        "    base/platform/region.yaml:1:7\n"
        "\n" + WINNER
    )


def test_a_removed_value_is_explained(make_tool: MakeTool) -> None:
    tool = make_tool(FILES)

    assert tool.printed("explain", "production", "chat/model#/provider") == (
        "chat/model#/provider in production has no value: no 'provider'\n"
        "\n"
        "layers, strongest first:\n"
        "\n"
        "  environments/production   !unset\n"
        "    removes 'openai' of base\n"
        "    environments/production/chat/model.yaml:3:11\n"
        "  environments/development  no such file\n"
        "  base                      'openai'\n"
        "    sets it\n"
        "    base/chat/model.yaml:1:11\n"
    )


def test_an_item_of_a_list(make_tool: MakeTool) -> None:
    shown = make_tool(FILES).printed("explain", "production", "chat/model#/stop/0")

    assert "it stands in the list chat/model#/stop\n" in shown
    assert "> environments/production   !append [1 item]\n    appends 1 item\n" in shown


def test_an_entry_of_a_list_merged_by_key_has_layers_of_its_own(make_tool: MakeTool) -> None:
    tool = make_tool(
        {
            "gitconfig.yaml": PROJECT + "schemas: [{match: a, schema: s.yaml}]\n",
            "s.yaml": (
                "properties: {m: {type: array, x-kubernetes-list-type: map, "
                "x-kubernetes-list-map-keys: [n], items: {required: [n], "
                "properties: {n: {type: string}}}}}\n"
            ),
            "base/a.yaml": "m:\n- {n: log, size: 10}\n- {n: tmp, size: 2}\n",
            "environments/production/a.yaml": "m: [{n: tmp, size: 20}]\n",
        }
    )

    shown = tool.printed("explain", "production", "a#/m/1/size")

    assert (
        "\nwho set the value itself, strongest first:\n\n"
        "> environments/production  20\n"
        "    replaces 2 of base\n"
        "    environments/production/a.yaml:1:20\n"
        "  base                     2\n"
        "    sets it\n"
        "    base/a.yaml:3:18\n\n"
    ) in shown


def test_errors_do_not_keep_it_from_explaining(make_tool: MakeTool) -> None:
    tool = make_tool(
        {
            "base/a.yaml": "x: !final 1\ny: 2\n",
            "environments/production/a.yaml": "x: 3\ny: 4\n",
            "base/b.yaml": "z: !ref nowhere#/x\n",
        }
    )

    code, out, err = tool("explain", "production", "a#/x")

    assert code == 1
    assert "error[GCT105]" in err
    assert "GCT151" not in err
    assert tool.without_ids(out) == (
        "a#/x in production is 1\n"
        "\n"
        "layers, strongest first; > marks the one that wins:\n"
        "\n"
        "  environments/production   3\n"
        "    refused: !final at base/a.yaml:1:4\n"
        "    environments/production/a.yaml:1:4\n"
        "  environments/development  no such file\n"
        "> base                      !final 1\n"
        "    sets it; !final: no stronger layer may change it\n"
        "    base/a.yaml:1:4\n"
        "\n" + WINNER
    )
    code, out, err = tool("explain", "production", "b#/z")
    assert code == 1
    assert "error[GCT151]" in err
    assert out.startswith("b#/z in production is not known: its link leads nowhere\n")


def test_json_has_it_all(make_tool: MakeTool) -> None:
    tool = make_tool(FILES)

    report = json.loads(
        tool.printed("explain", "production", "chat/model#/limits", "--blame", "--format", "json")
    )

    first = {
        "id": git(tool.folder, "rev-parse", "HEAD"),
        "date": "2024-05-01",
        "author": "Test",
        "summary": "First",
    }
    base = {
        "layer": "base",
        "path": "base/chat/model.yaml",
        "line": 2,
        "column": 9,
        "tag": None,
        "value": {"rpm": 60, "tpm": 9000},
    }
    production = {
        "layer": "environments/production",
        "path": "environments/production/chat/model.yaml",
        "line": 1,
        "column": 9,
        "tag": None,
        "value": {"rpm": 600},
    }
    assert report["present"] is True
    assert report["value"] == {"rpm": 600, "tpm": 9000}
    assert report["chain"] == [{**production, "commit": first}, {**base, "commit": first}]
    assert report["traces"] == [
        {
            "document": "chat/model",
            "pointer": "/limits",
            "layers": [
                {
                    **production,
                    "exists": True,
                    "action": "merge",
                    "wins": False,
                    "overrides": base,
                    "changes": {
                        "added": 0,
                        "changed": 1,
                        "repeated": 0,
                        "removed": 0,
                        "refused": 0,
                    },
                    "commit": first,
                },
                {
                    "layer": "environments/development",
                    "path": "environments/development/chat/model.yaml",
                    "exists": False,
                    "action": "no-file",
                    "wins": False,
                },
                {**base, "exists": True, "action": "set", "wins": False, "commit": first},
            ],
        }
    ]


def test_what_is_not_there(make_tool: MakeTool) -> None:
    tool = make_tool(FILES)

    assert tool("explain", "production", "chat/model#/limits/rmp") == (
        4,
        "",
        "error: expected a value at chat/model#/limits/rmp, found no 'rmp'\n"
        "  = hint: did you mean 'rpm'?\n",
    )


def test_a_value_of_another_commit(make_tool: MakeTool) -> None:
    tool = make_tool({"base/a.yaml": "x: {y: 1}\n"})
    git(tool.folder, "tag", "v1")
    first = git(tool.folder, "rev-parse", "HEAD")
    commit(
        tool.folder,
        "Keep the old value",
        2,
        {"base/a.yaml": "# changed\n\nx: {y: 2}\n", "base/b.yaml": 'z: !ref "a@v1#/x"\n'},
    )

    shown = tool.printed("explain", "development", "b#/z")
    report = json.loads(tool.printed("explain", "development", "b#/z", "--format", "json"))
    inner = tool.printed("explain", "development", "b#/z/y")

    assert "> base                      !ref a@v1#/x\n    sets it\n" in shown
    assert (
        "\nwho set the value itself, strongest first:\n\n"
        f"> base  {{1 key}}\n    sets it\n    base/a.yaml:1:4 at {first[:12]}\n"
    ) in shown
    assert "it stands behind the reference b#/z\n" in inner
    assert f"    base/a.yaml:1:8 at {first[:12]}\n" in inner
    assert shown.endswith("  /y  1  base:1 (!ref)\n")
    assert report["value"] == {"y": 1}
    assert report["chain"][1]["at"] == first
    assert report["chain"][1]["commit"] is None
    assert tool.printed("show", "development", "b", "--origins") == (
        "z:\n  y: 1  # base:1, !ref a@v1#/x\n"
    )


def test_colours_mark_the_winner_and_what_is_silent(make_tool: MakeTool) -> None:
    tool = make_tool(FILES)

    shown = tool.printed("--color", "always", "explain", "production", "chat/model#/limits/rpm")

    assert "\x1b[1m> environments/production   600\x1b[0m\n" in shown
    assert "\x1b[2m  environments/development  no such file\x1b[0m\n" in shown
    assert "\x1b" not in tool.printed("explain", "production", "chat/model#/limits/rpm")

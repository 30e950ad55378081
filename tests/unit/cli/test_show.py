"""`show`: the effective configuration, with origins, by globs, and several bundles side by side."""

import json
from pathlib import Path

from gitconfig_tool.document import parse_document, plain_value
from tests.projects import PROJECT, MakeTool

SEALED = Path(__file__).resolve().parents[3] / "example-repo/environments/production/secrets"
FILES = {
    "base/chat/model.yaml": (
        "provider: openai\n"
        "limits: {rpm: 60, tpm: 9000}\n"
        "stop: [END]\n"
        'region: !ref "platform/region#/name"\n'
        "key: !secret secrets/jwt#/key_id\n"
        "text: |\n"
        "  one\n"
        "  two\n"
    ),
    "base/platform/region.yaml": "name: eu\nempty: {}\n",
    "base/secrets/jwt.sops.yaml": (SEALED / "jwt.sops.yaml").read_text(encoding="utf-8"),
    "environments/production/chat/model.yaml": (
        'limits: {rpm: 600}\nstop: !append ["###"]\nprovider: mistral\n'
    ),
}


def test_origins_are_comments_in_one_column(make_tool: MakeTool) -> None:
    shown = make_tool(FILES).printed("show", "production", "chat/model", "--origins")

    assert shown == (
        "provider: mistral                 # environments/production:3\n"
        "limits:\n"
        "  rpm: 600                        # environments/production:1\n"
        "  tpm: 9000                       # base:2\n"
        "stop:\n"
        "- END                             # base:3\n"
        "- '###'                           # environments/production:2\n"
        "region: eu                        # base:4, !ref platform/region#/name\n"
        "key: !secret secrets/jwt#/key_id  # base:5\n"
        "text: |                           # base:6\n"
        "  one\n"
        "  two\n"
    )


def test_a_lone_value_with_its_origin(make_tool: MakeTool) -> None:
    tool = make_tool(FILES)

    assert tool.printed("show", "production", "chat/model#/limits/rpm", "--origins") == (
        "600  # environments/production:1\n"
    )
    assert tool.printed("show", "production", "chat/model#/text", "--origins") == (
        "|  # base:6\n  one\n  two\n"
    )
    assert tool.printed("show", "production", "platform/region", "--origins") == (
        "name: eu   # base:1\nempty: {}  # base:2\n"
    )


def test_a_format_is_named_with_the_origin(make_tool: MakeTool) -> None:
    tool = make_tool({"base/a.yaml": 'url: !format "https://{environment}.example"\n'})

    assert tool.printed("show", "production", "a", "--origins") == (
        "url: https://production.example  # base:1, !format https://{environment}.example\n"
    )


def test_a_long_format_leaves_room_for_the_value(make_tool: MakeTool) -> None:
    tool = make_tool({"base/a.yaml": 'motd: !format "Welcome to {environment}, and take care"\n'})

    assert tool.printed("show", "production", "a", "--origins") == (
        "motd: Welcome to production, and take care"
        "  # base:1, !format Welcome to {environment}, and...\n"
    )
    assert tool.printed("show", "--across", "environment", "a#/motd").splitlines()[2:] == [
        "  * development  'Welcome to development, and take care'  base:1, !format",
        "  * production   'Welcome to production, and take care'   base:1, !format",
        "",
        "* each of 2 bundles has a value of its own",
    ]


def test_the_whole_bundle_with_origins_reads_as_the_same_value(make_tool: MakeTool) -> None:
    tool = make_tool(FILES)

    plain, noted = (
        parse_document("a.yaml", tool.printed("show", "production", *more).encode())
        for more in ([], ["--origins"])
    )

    assert plain[0].root is not None
    assert noted[0].root is not None
    assert plain_value(plain[0].root) == plain_value(noted[0].root)
    assert list(plain_value(plain[0].root)) == ["chat/model", "platform/region"]


def test_origins_as_json(make_tool: MakeTool) -> None:
    shown = make_tool(FILES).printed(
        "show", "production", "chat/model#/limits", "--origins", "--format", "json"
    )

    assert json.loads(shown) == {
        "apiVersion": "gitconfig-tool/v1",
        "kind": "EffectiveConfiguration",
        "bundle": "production",
        "dimensions": {"environment": "production"},
        "document": "chat/model",
        "pointer": "/limits",
        "value": {"rpm": 600, "tpm": 9000},
        "origins": [
            {
                "document": "chat/model",
                "pointer": "/limits/rpm",
                "layer": "environments/production",
                "path": "environments/production/chat/model.yaml",
                "line": 1,
                "column": 15,
            },
            {
                "document": "chat/model",
                "pointer": "/limits/tpm",
                "layer": "base",
                "path": "base/chat/model.yaml",
                "line": 2,
                "column": 24,
            },
        ],
    }


def test_globs_on_documents_and_on_pointers(make_tool: MakeTool) -> None:
    tool = make_tool({**FILES, "base/deep/er/x.yaml": "limits: {rpm: 1}\n"})

    assert tool.printed("show", "production", "plat*/*") == (
        "platform/region:\n  name: eu\n  empty: {}\n"
    )
    assert tool.printed("show", "production", "**#/limits/*") == (
        "chat/model#/limits/rpm: 600\nchat/model#/limits/tpm: 9000\ndeep/er/x#/limits/rpm: 1\n"
    )
    assert tool.printed("show", "production", "*/*#/**/rpm") == "chat/model#/limits/rpm: 600\n"
    assert tool.printed("show", "production", "chat/model#/stop/?") == (
        "chat/model#/stop/0: END\nchat/model#/stop/1: '###'\n"
    )
    assert tool.printed("show", "production", "chat/model#/stop/**") == (
        "chat/model#/stop/0: END\nchat/model#/stop/1: '###'\n"
    )
    values = json.loads(tool.printed("show", "production", "**#/*/?pm", "--format", "json"))
    assert values["values"] == {
        "chat/model#/limits/rpm": 600,
        "chat/model#/limits/tpm": 9000,
        "deep/er/x#/limits/rpm": 1,
    }
    documents = json.loads(tool.printed("show", "production", "deep/**", "--format", "json"))
    assert documents["documents"] == {"deep/er/x": {"limits": {"rpm": 1}}}


def test_a_literal_match_wins_over_a_glob(make_tool: MakeTool) -> None:
    tool = make_tool({"base/a.yaml": '"*": star\nb: 1\n"a/b": {"*x": 2, yx: 3}\n'})

    assert tool.printed("show", "production", "a#/*") == "star\n"
    # The key `a/b` is one step: a star matches any key as a whole.
    assert tool.printed("show", "production", "a#/a*/?x") == "a#/a~1b/*x: 2\na#/a~1b/yx: 3\n"
    assert tool.printed("show", "production", "a#/a~1b/*x") == "2\n"


def test_a_glob_that_matches_nothing(make_tool: MakeTool) -> None:
    tool = make_tool(FILES)

    assert tool("show", "production", "chut/*") == (
        4,
        "",
        "error: expected a match for chut/* in bundle production, found none\n"
        "  = hint: '*' and '?' stay within a folder or a key; '**' crosses them\n",
    )
    assert tool("show", "production", "chat/*#/limit?/z*")[2] == (
        "error: expected a match for chat/*#/limit?/z* in bundle production, found none\n"
        "  = hint: documents that match: chat/model; '*' and '?' stay within a folder or a key; "
        "'**' crosses them\n"
    )


def test_an_encrypted_document_is_named_as_such(make_tool: MakeTool) -> None:
    tool = make_tool(FILES)

    code, out, err = tool("show", "production", "secrets/jwt")

    assert (code, out) == (4, "")
    assert err == (
        "error: expected a document in the clear, found 'secrets/jwt' encrypted in "
        "base/secrets/jwt.sops.yaml, which holds /key_id, /private_key\n"
        "  = hint: nothing is decrypted here; link to a value of it: !secret secrets/jwt#/key_id\n"
    )


def test_what_is_not_there_is_suggested(make_tool: MakeTool) -> None:
    tool = make_tool(FILES)

    assert tool("show", "production", "chat/modle")[2] == (
        "error: expected a document of bundle production, found 'chat/modle'\n"
        "  = hint: did you mean 'chat/model'?\n"
    )
    assert tool("show", "production", "chat/model#/stop/2")[2] == (
        "error: expected a value at chat/model#/stop/2, found no '2'\n"
        "  = hint: the list at chat/model#/stop has 2 items, numbered from 0\n"
    )
    assert tool("show", "prod", "chat/model")[2] == (
        "error: expected the name of a bundle or a glob that matches one, found 'prod'\n"
        "  = hint: did you mean 'production'?\n"
    )
    assert tool("show", "*", "chat/model")[2] == (
        "error: expected the name of one bundle, found '*', which matches development, production\n"
        "  = hint: name one of them; --across DIMENSION shows several side by side\n"
    )


def test_errors_elsewhere_do_not_hide_a_value(make_tool: MakeTool) -> None:
    tool = make_tool({**FILES, "base/other.yaml": "a: [\n", "base/third.yaml": "b: !ref x#/y\n"})

    assert tool.printed("show", "production", "platform/region#/name") == "eu\n"


def test_errors_in_the_value_hide_it(make_tool: MakeTool) -> None:
    tool = make_tool(
        {
            "base/a.yaml": 'x: 1\ny: !ref "b#/gone"\n',
            "base/b.yaml": "z: 1\n",
            "base/c.yaml": "a: 1\na: 2\n",
            "base/d.yaml": 'x: !ref "c#/a"\n',
        }
    )

    code, out, err = tool("show", "production", "a")
    assert (code, out) == (1, "")
    assert "error[GCT151]: expected a value at b#/gone" in err
    assert err.endswith("explain shows what is known of a value all the same\n")
    for document in ("c", "d"):
        code, out, err = tool("show", "production", document)
        assert (code, out) == (1, "")
        assert "error[GCT012]" in err


def test_a_value_that_a_schema_refuses_is_shown_with_the_error(make_tool: MakeTool) -> None:
    project = PROJECT + "schemas: [{match: a, schema: a.schema.json}]\n"
    tool = make_tool(
        {"base/a.yaml": "x: 5\n", "a.schema.json": '{"properties": {"x": {"maximum": 2}}}'}, project
    )

    code, out, err = tool("show", "production", "a")

    assert (code, out) == (1, "x: 5\n")
    assert "error[GCT204]" in err


def test_policies_are_left_to_validate(make_tool: MakeTool) -> None:
    project = PROJECT + "policies: [policies/]\n"
    tool = make_tool({"base/a.yaml": "x: 5\n", "policies/broken.rego": "no rego\n"}, project)

    assert tool.printed("show", "production", "a") == "x: 5\n"


def test_across_marks_what_differs(make_tool: MakeTool) -> None:
    project = PROJECT.replace(
        "production: {inherits: development}",
        "staging: {inherits: development}, production: {inherits: staging}, lab: {}",
    )
    tool = make_tool(
        {**FILES, "environments/lab/chat/model.yaml": "limits: !replace {tpm: 1}\n"}, project
    )

    assert tool.printed("show", "--across", "environment", "chat/model#/limits/rpm") == (
        "chat/model#/limits/rpm\n"
        "\n"
        "    development  60   base:2\n"
        "    staging      60   base:2\n"
        "  * production   600  environments/production:1\n"
        "    lab          -    no 'rpm'\n"
        "\n"
        "* differs from the most common value, 60 (2 of 4 bundles); 1 has none\n"
    )
    assert tool.printed(
        "show", "--across", "environment", "chat/model#/provider", "--bundle", "[ds]*"
    ) == (
        "chat/model#/provider\n"
        "\n"
        "    development  'openai'  base:1\n"
        "    staging      'openai'  base:1\n"
        "\n"
        "the same value in 2 bundles\n"
    )


def test_across_with_a_glob_prints_a_table_for_each_place(make_tool: MakeTool) -> None:
    tool = make_tool(FILES)

    assert tool.printed("show", "--across", "environment", "**#/limits/*") == (
        "chat/model#/limits/rpm\n"
        "\n"
        "  * development  60   base:2\n"
        "  * production   600  environments/production:1\n"
        "\n"
        "* each of 2 bundles has a value of its own\n"
        "\n"
        "chat/model#/limits/tpm\n"
        "\n"
        "    development  9000  base:2\n"
        "    production   9000  base:2\n"
        "\n"
        "the same value in 2 bundles\n"
    )


def test_across_as_json(make_tool: MakeTool) -> None:
    shown = make_tool(FILES).printed(
        "show", "--across", "environment", "chat/model#/stop/1", "--format", "json"
    )

    assert json.loads(shown) == {
        "apiVersion": "gitconfig-tool/v1",
        "kind": "Comparison",
        "dimension": "environment",
        "places": [
            {
                "document": "chat/model",
                "pointer": "/stop/1",
                "mostCommon": "###",
                "bundles": [
                    {
                        "bundle": "development",
                        "dimensions": {"environment": "development"},
                        "present": False,
                        "why": "no '1'",
                    },
                    {
                        "bundle": "production",
                        "dimensions": {"environment": "production"},
                        "present": True,
                        "value": "###",
                        "differs": False,
                        "layer": "environments/production",
                        "path": "environments/production/chat/model.yaml",
                        "line": 2,
                        "column": 16,
                    },
                ],
            }
        ],
    }


def test_across_many_bundles_counts_those_that_are_alike(make_tool: MakeTool) -> None:
    names = ", ".join(f"h{number:02}: {{}}" for number in range(50))
    project = PROJECT.replace(
        "{development: {}, production: {inherits: development}}", f"{{{names}}}"
    )
    tool = make_tool({"base/a.yaml": "x: 1\n", "environments/h07/a.yaml": "x: 2\n"}, project)

    assert tool.printed("show", "--across", "environment", "a#/x") == (
        "a#/x\n"
        "\n"
        "  * h07                  2  environments/h07:1\n"
        "    ... 49 more bundles  1\n"
        "\n"
        "* differs from the most common value, 1 (49 of 50 bundles)\n"
        "--all lists every bundle\n"
    )
    every = tool.printed("show", "--across", "environment", "a#/x", "--all")
    assert every.count("base:1") == 49


def test_across_shows_which_bundle_has_errors(make_tool: MakeTool) -> None:
    tool = make_tool({"base/a.yaml": "x: 1\n", "environments/production/a.yaml": "x: [\n"})

    code, out, err = tool("show", "--across", "environment", "a#/x")

    assert code == 1
    assert out == (
        "a#/x\n"
        "\n"
        "    development  1  base:1\n"
        "    production   -  not known: it has errors\n"
        "\n"
        "the same value in 1 bundle; 1 has none\n"
    )
    assert "error[GCT010]" in err


def test_options_that_do_not_go_together(make_tool: MakeTool) -> None:
    tool = make_tool(FILES)

    assert "there are: environment" in tool("show", "--across", "size", "chat/model")[2]
    assert "did you mean 'environment'?" in tool("show", "--across", "enviroment", "a")[2]
    for arguments in (
        ["--across", "environment"],
        ["--across", "environment", "production", "chat/model"],
        ["production", "--all"],
        ["production", "#/x"],
        [],
    ):
        assert tool("show", *arguments)[0] == 2


def test_a_part_of_a_name_lists_the_bundles_that_have_it(make_tool: MakeTool) -> None:
    project = PROJECT.replace('"{environment}"}]', '"{environment}/{host}"}]').replace(
        "layers:", "  host: {web-01: {}, web-02: {}}\nlayers:"
    )
    tool = make_tool({"gitconfig.yaml": project, "base/a.yaml": "x: 1\n"})

    assert tool("show", "web-01", "a")[2] == (
        "error: expected the name of a bundle or a glob that matches one, found 'web-01'\n"
        "  = hint: bundles with that in their name: development/web-01, production/web-01\n"
    )
    assert "in their name: production/web-01, production/web-02\n" in tool("show", "production")[2]
    assert "did you mean 'production/web-01'?" in tool("show", "prodution/web-01")[2]
    assert tool("validate", "--bundle", "web-01")[2] == tool("show", "web-01", "a")[2]


def test_without_a_bundle_their_names_are_listed(make_tool: MakeTool) -> None:
    code, _, problem = make_tool(FILES)("show")

    assert code == 2
    assert problem.endswith(
        "Error: Missing argument 'BUNDLE': the bundles are development, production\n"
    )


def test_places_as_other_tools_write_them(make_tool: MakeTool) -> None:
    tool = make_tool(FILES)

    for written in ("chat/model/limits/rpm", "chat/model.limits.rpm", "chat/model:limits:rpm"):
        assert (
            "hint: a value in a document is written with '#/': chat/model#/limits/rpm\n"
            in (tool("show", "production", written)[2])
        )
    assert "write chat/model#/limits\n" in tool("show", "production", "chat/model#limits")[2]
    assert (
        "hint: '/' stands between keys: chat/model#/limits/rpm\n"
        in (tool("show", "production", "chat/model#/limits.rpm")[2])
    )


def test_across_refuses_what_no_bundle_has(make_tool: MakeTool) -> None:
    code, shown, problem = make_tool(FILES)(
        "show", "--across", "environment", "chat/model#/limits/rmp"
    )

    assert (code, shown) == (4, "")
    assert problem.endswith("found no 'rmp'\n  = hint: did you mean 'rpm'?\n")


def test_across_says_how_to_compare_what_is_inside(make_tool: MakeTool) -> None:
    shown = make_tool(FILES).printed("show", "--across", "environment", "chat/model#/limits")

    assert shown.endswith("\nto compare value by value: 'chat/model#/limits/**'\n")


def test_many_bundles_that_say_the_same_share_a_row(make_tool: MakeTool) -> None:
    hosts = {f"hosts/h{number:02}.yaml": "serial: 1\n" for number in range(42)}
    project = (
        "apiVersion: gitconfig-tool/v1\nname: small\n"
        "dimensions: {host: {from: hosts/*.yaml}, environment: {production: {}}}\n"
        'layers: [base, {file: "hosts/{host}.yaml", document: node}]\n'
        'bundles: [{name: "{host}"}]\n'
    )
    odd = {f"hosts/h{number:02}.yaml": "serial: 1\nmtu: 9000\n" for number in (3, 5)}
    files = {"gitconfig.yaml": project, "base/node.yaml": "mtu: 1500\n", **hosts, **odd}
    tool = make_tool({**files, "base/rack.yaml": "a: 1\n"})

    assert tool.printed("show", "--across", "host", "node#/mtu") == (
        "node#/mtu\n"
        "\n"
        "  * h03                  9000  hosts/h03.yaml:2\n"
        "  * h05                  9000  hosts/h05.yaml:2\n"
        "    ... 40 more bundles  1500\n"
        "\n"
        "* differs from the most common value, 1500 (40 of 42 bundles)\n"
        "--all lists every bundle\n"
    )
    layer = project.replace("layers: [base,", 'layers: [base, "racks/{host.rack}",').replace(
        "hosts/*.yaml}", "hosts/*.yaml, values: {h03: {rack: r1}, h05: {rack: r1}}}"
    )
    (tool.folder / "gitconfig.yaml").write_text(layer)
    (tool.folder / "racks/r1").mkdir(parents=True)
    (tool.folder / "racks/r1/rack.yaml").write_text("a: 2\n")
    assert "\n  * h03 and 1 more       2  racks/r1:1\n" in (
        tool.printed("show", "--across", "host", "rack#/a")
    )


def test_a_key_that_stands_deeper_is_found(make_tool: MakeTool) -> None:
    assert (
        "did you mean chat/model#/limits/rpm?"
        in (make_tool(FILES)("show", "production", "chat/model#/rpm")[2])
    )

"""`models list`, `models due` and `models cost`: what they print, and how they end."""

import json
from pathlib import Path

import pytest

from tests.projects import Tool, commit, make_project

PROJECT = """\
apiVersion: gitconfig-tool/v1
name: small
dimensions:
  environment: {development: {}, production: {inherits: development}}
layers: [base, "environments/{environment}"]
bundles: [{name: "{environment}"}]
schemas: [{match: "**/model", schema: gitconfig-tool:model-config}]
models:
  catalogue: models.yaml
  notice: [{match: {environment: production}, before: 60d}]
"""
MODELS = """\
openai/small-1:
  context_window: 128000
  max_output: 16384
  prices: {input: 0.40, output: 1.60, cached_input: 0.10}
  retires: "2026-06-01"
  replacement: small-2
openai/small-2: {context_window: 400000, max_input: 272000, prices: {input: 0.25, output: 2}}
openai/long-1:
  context_window: 1000000
  prices: {input: 2, output: 8, tiers: [{above: 200000, input: 4, output: 12}]}
  may_retire: "2026-12-31"
openai/bare: {context_window: 8192}
"""
# 10,000 requests of 1,000 + 200 tokens, 500 of them cached.
CHAT = """\
provider: openai
model: small-1
parameters: {max_tokens: 200}
traffic: {requests_per_month: 10000, input_tokens: 1000, output_tokens: 200,
  cached_input_tokens: 500}
fallbacks:
  - {provider: openai, model: long-1}
"""
FILES = {
    "models.yaml": MODELS,
    "base/chat/model.yaml": CHAT,
    "environments/production/chat/model.yaml": "traffic: {requests_per_month: 1000000}\n",
}


@pytest.fixture
def tool(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Tool:
    return Tool(make_project(tmp_path, FILES, PROJECT), capsys)


def test_list(tool: Tool) -> None:
    assert tool.printed("models", "list") == (
        "development, production\n"
        "  hop  model           window     $ in  $ out  ends\n"
        "  chat/model\n"
        "  0    openai/small-1  128,000    0.40  1.60   2026-06-01\n"
        "  1    openai/long-1   1,000,000  2.00  8.00   from 2026-12-31\n"
        "\n"
        "2 models in 2 bundles\n"
        "Prices are US dollars for a million tokens, without longer requests' tiers.\n"
    )


def test_list_as_json(tool: Tool) -> None:
    report = json.loads(tool.printed("models", "list", "--bundle", "production", "--format=json"))

    assert (report["kind"], report["asOf"]) == ("ModelList", "2024-05-01")
    assert report["catalogue"]["sources"][0]["package"] == "litellm"
    first, second = report["models"]
    assert first == {
        "bundle": "production",
        "document": "chat/model",
        "hop": 0,
        "provider": "openai",
        "model": "small-1",
        "known": True,
        "source": "models.yaml",
        "contextWindow": 128000,
        "maxInput": None,
        "maxOutput": 16384,
        "prices": {"input": "0.40", "output": "1.60", "cachedInput": "0.10", "tiers": []},
        "standing": "served",
        "deprecated": None,
        "retires": "2026-06-01",
        "mayRetire": None,
        "replacement": "small-2",
    }
    assert second["prices"]["tiers"] == [
        {"above": 200000, "input": "4.00", "output": "12.00", "cachedInput": None}
    ]


def test_a_name_that_leaves_no_room_has_a_line_of_its_own(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    name = "arn:aws:bedrock:eu-west-1:111122223333:application-inference-profile/a1b2c3"
    model = f"provider: aws-bedrock\nmodel: {name}\n"
    tool = Tool(
        make_project(
            tmp_path,
            {
                "base/chat/model.yaml": model,
            },
            _plain(),
        ),
        capsys,
    )

    assert tool.printed("models", "list", "--bundle", "production") == (
        "production\n"
        "  hop  model  window     $ in  $ out  ends\n"
        "  chat/model\n"
        f"  0    aws-bedrock/{name}\n"
        "              not known  -     -      -\n"
        "\n"
        "1 model in 1 bundle\n"
        "Prices are US dollars for a million tokens, without longer requests' tiers.\n"
    )


def _plain() -> str:
    return PROJECT.partition("models:\n  catalogue")[0]


def test_nothing_is_due(tool: Tool) -> None:
    assert tool.printed("models", "due", "--as-of", "2026-01-01") == (
        "no model ends within 90 days of 2026-01-01\n"
    )


def test_due_within_the_notice_fails(tool: Tool) -> None:
    """1 May is 31 days before the end: within the notice of production, not within the default."""
    code, out, err = tool("models", "due", "--as-of", "2026-05-01", "--within", "52w")

    assert (code, err) == (1, "")
    assert out == (
        "2026-06-01  ENDS in 31 days  openai/small-1\n"
        "    use small-2\n"
        "    chat/model in development, production\n"
        "\n"
        "2026-12-31  may end in 244 days  openai/long-1\n"
        "    chat/model (fallback 1) in development, production\n"
        "\n"
        "2 models within 364 days of 2026-05-01\n"
    )
    assert tool("models", "due", "--as-of", "2026-05-01", "--bundle", "development")[0] == 0


def test_retired_is_shown_whatever_the_time(tool: Tool) -> None:
    code, out, err = tool("models", "due", "--as-of", "2027-01-02", "--within", "0d")

    assert (code, err) == (1, "")
    assert out == (
        "2026-06-01  RETIRED  openai/small-1\n"
        "    use small-2\n"
        "    chat/model in development, production\n"
        "\n"
        "2026-12-31  promised until then, 2 days ago  openai/long-1\n"
        "    chat/model (fallback 1) in development, production\n"
        "\n"
        "2 models within 0 days of 2027-01-02, 1 of them retired\n"
    )


def test_due_as_json(tool: Tool) -> None:
    code, out, _ = tool("models", "due", "--as-of", "2026-05-01", "--format", "json")
    report = json.loads(out)

    assert code == 1
    assert (report["kind"], report["failing"], report["withinDays"]) == ("ModelsDue", 1, 90)
    development, production = report["models"]
    assert (development["standing"], development["noticeDays"]) == ("served", 30)
    assert (production["standing"], production["noticeDays"]) == ("ends-soon", 60)
    assert (production["days"], production["replacement"]) == (31, "small-2")


def test_due_judges_at_today(tool: Tool) -> None:
    """Whatever today is, it is after the day on which this was written."""
    code, out, _ = tool("models", "due", "--format", "json")
    assert code == 1
    assert json.loads(out)["asOf"] >= "2026-11-23"


@pytest.mark.parametrize("text", ["soon", "90", "1y", "-1d"])
def test_a_time_that_is_none(tool: Tool, text: str) -> None:
    code, _, err = tool("models", "due", f"--within={text}")
    assert code == 2
    assert "expected a time such as 90d or 12w" in err


def test_cost(tool: Tool) -> None:
    """500 x 0.40 + 500 x 0.10 + 200 x 1.60 = 570 millionths; 1,000 x 2 + 200 x 8 = 3,600."""
    assert tool.printed("models", "cost") == (
        "development\n"
        "                            a request  a month\n"
        "  chat/model: 10,000 requests, 1,000 + 200 tokens each\n"
        "    primary openai/small-1  $0.000570    $5.70\n"
        "    worst openai/long-1     $0.003600   $36.00\n"
        "  total                                  $5.70\n"
        "  total, worst                          $36.00\n"
        "\n"
        "production\n"
        "                            a request    a month\n"
        "  chat/model: 1,000,000 requests, 1,000 + 200 tokens each\n"
        "    primary openai/small-1  $0.000570    $570.00\n"
        "    worst openai/long-1     $0.003600  $3,600.00\n"
        "  total                                  $570.00\n"
        "  total, worst                         $3,600.00\n"
        "\n"
        "worst: the most expensive hop answers each request; US dollars, list prices\n"
    )


def test_cost_as_json(tool: Tool) -> None:
    report = json.loads(tool.printed("models", "cost", "--bundle", "production", "--format=json"))

    (bundle,) = report["bundles"]
    (document,) = bundle["documents"]
    assert (report["kind"], report["currency"]) == ("ModelCosts", "USD")
    assert document["primary"] == {
        "hop": 0,
        "provider": "openai",
        "model": "small-1",
        "request": "0.00057",
        "month": "570",
    }
    assert document["worst"]["month"] == "3600"
    assert bundle["total"] == {"primary": "570", "worst": "3600", "unpriced": 0}
    assert report["withoutTraffic"] == []


def test_the_difference_of_a_pull_request(tool: Tool) -> None:
    """1,000 x 0.25 + 200 x 2 = 650 millionths: cached input has no price of its own there."""
    changed = CHAT.replace("small-1", "small-2")
    commit(tool.folder, "Second", 2, {"base/chat/model.yaml": changed})

    assert tool.printed("models", "cost", "HEAD~1", "HEAD", "--bundle", "production") == (
        "a month, HEAD~1 -> HEAD\n"
        "\n"
        "production\n"
        "                   before      after  difference\n"
        "  chat/model: small-1 -> small-2\n"
        "    primary       $570.00    $650.00     +$80.00  +14.0%\n"
        "    worst       $3,600.00  $3,600.00       $0.00   +0.0%\n"
        "  total           $570.00    $650.00     +$80.00  +14.0%\n"
        "  total, worst  $3,600.00  $3,600.00       $0.00   +0.0%\n"
        "\n"
        "US dollars, list prices; worst: the most expensive hop answers each request\n"
    )
    report = json.loads(tool.printed("models", "cost", "HEAD~1", "--format", "json"))
    assert report["kind"] == "ModelCostChanges"
    assert report["head"] is None
    development, production = report["bundles"]
    assert production["total"]["primary"] == {
        "before": "570",
        "after": "650",
        "delta": "80",
        "percent": "14.0",
    }
    assert development["documents"][0]["primary"]["delta"] == "0.8"


def test_no_difference(tool: Tool) -> None:
    assert tool.printed("models", "cost", "HEAD") == (
        "no cost changes between HEAD and work tree\n"
    )


def test_what_has_no_price_is_said(tool: Tool) -> None:
    bare = CHAT.replace("small-1", "bare")
    commit(tool.folder, "Second", 2, {"base/chat/model.yaml": bare})

    assert tool.printed("models", "cost", "--bundle", "development") == (
        "development\n"
        "                         a request          a month\n"
        "  chat/model: 10,000 requests, 1,000 + 200 tokens each\n"
        "    primary openai/bare          -   no price known\n"
        "    worst openai/long-1  $0.003600           $36.00\n"
        "  total                              at least $0.00\n"
        "  total, worst                      at least $36.00\n"
        "  chat/model: no price is known of openai/bare\n"
        "\n"
        "worst: the most expensive hop answers each request; US dollars, list prices\n"
    )


def test_without_traffic(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    model = "provider: openai\nmodel: gpt-4.1\n"
    tool = Tool(make_project(tmp_path, {"base/chat/model.yaml": model}, _plain()), capsys)
    out = tool.printed("models", "cost")
    assert out.startswith("no document declares 'traffic': write requests_per_month")


def test_errors_that_hide_models_are_shown(tool: Tool) -> None:
    commit(tool.folder, "Second", 2, {"base/chat/model.yaml": "provider: [openai\n"})
    for name in ("list", "due", "cost"):
        code, _, err = tool("models", name)
        assert code == 1
        assert "GCT010" in err


def test_a_retired_model_hides_nothing(tool: Tool) -> None:
    """`validate` fails with it; the list is there to show it."""
    code, out, err = tool("models", "list", "--as-of", "2027-01-01")
    assert (code, err) == (0, "")
    assert "openai/small-1" in out

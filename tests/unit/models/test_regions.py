"""Regions that addresses name, beside what the field `region` says."""

import pytest

from gitconfig_tool.diagnostics import Span
from gitconfig_tool.models.model import Chain, Hop
from gitconfig_tool.models.regions import check_regions
from gitconfig_tool.project.governance import Scope
from gitconfig_tool.project.llm import RegionRule

HERE = Span("model.yaml", 1, 1)
RULE = RegionRule(Scope(HERE), ("eu", "eu-*", "europe-*", "westeurope"), HERE)
ARN = "arn:aws:bedrock:{}:123456789012:inference-profile/eu.amazon.nova-lite-v1:0"


def messages(provider: str, model: str, **fields: str) -> list[str]:
    hop = Hop(0, "model", (), provider, model, {}, fields, HERE, HERE)
    chain = Chain("model", (hop,))
    return [each.message for each in check_regions(chain, [RULE], lambda _: None)]


@pytest.mark.parametrize(
    ("provider", "model", "region", "endpoint", "found"),
    [
        ("aws-bedrock", "m", "eu-west-1", "https://bedrock-runtime.us-east-1.amazonaws.com", 1),
        (
            "aws-bedrock",
            "m",
            "eu-west-1",
            "https://BEDROCK-runtime-fips.us-east-1.amazonaws.com",
            1,
        ),
        ("aws-bedrock", "m", "eu-west-1", "https://bedrock-runtime.eu-west-1.amazonaws.com/x", 0),
        ("aws-bedrock", "m", "eu-west-1", "https://bedrock-runtime.eu-west-3.amazonaws.com", 0),
        (
            "aws-bedrock",
            "m",
            "eu-west-1",
            "https://vpce-1-a.bedrock-runtime.us-east-1.vpce.amazonaws.com",
            1,
        ),
        ("google-vertex", "m", "europe-west4", "https://us-central1-aiplatform.googleapis.com/", 1),
        ("google-vertex", "m", "europe-west4", "https://europe-west4-aiplatform.googleapis.com", 0),
        ("azure-openai", "m", "westeurope", "https://eastus.api.cognitive.microsoft.com", 1),
        ("azure-openai", "m", "westeurope", "https://eastus.openai.azure.com", 0),
        ("aws-bedrock", ARN.format("us-east-1"), "eu-west-1", "", 1),
        ("aws-bedrock", ARN.format("eu-west-1"), "eu-west-1", "", 0),
    ],
)
def test_an_address_in_another_region_is_not_hidden_by_the_field(
    provider: str, model: str, region: str, endpoint: str, found: int
) -> None:
    given = {"region": region, **({"endpoint": endpoint} if endpoint else {})}
    assert len(messages(provider, model, **given)) == found

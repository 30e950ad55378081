"""Names in emitted files: made of ids and pointers, and never of values."""

import pytest

from gitconfig_tool.emit.configmap import kubernetes_name
from gitconfig_tool.emit.envoy import duration
from gitconfig_tool.emit.secrets import environment_name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("secrets/providers#/openai/api_key", "SECRETS_PROVIDERS_OPENAI_API_KEY"),
        ("a-b#/c.d", "A_B_C_D"),
        ("größe#/x", "GR_E_X"),
        ("2fa#/seed", "_2FA_SEED"),
        ("a#", "A"),
        ("#/~1", "_1"),
        ("ß", "_"),
    ],
)
def test_the_name_of_an_environment_variable(text: str, name: str) -> None:
    assert environment_name(text) == name


@pytest.mark.parametrize(
    ("parts", "name"),
    [
        (("production/acme",), "production-acme"),
        (("ml-service/Inference_2",), "ml-service-inference-2"),
        (("-a-", "b"), "a-b"),
        (("ß",), "unnamed"),
    ],
)
def test_the_name_of_an_object_in_kubernetes(parts: tuple[str, ...], name: str) -> None:
    assert kubernetes_name(*parts) == name


@pytest.mark.parametrize(
    ("seconds", "text"), [(30, "30s"), (0.5, "500ms"), (270.0, "270s"), (1.25, "1250ms")]
)
def test_a_duration_of_the_gateway_api(seconds: float, text: str) -> None:
    assert duration(seconds) == text

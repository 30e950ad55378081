"""Runs in the environment of other programs: renders exported prompts with their real readers.

Takes a JSON request on standard input, `{reader, files | text, variables}`; prints what the reader
makes of it: a list of messages, or a text.
"""

import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

os.environ.setdefault("LITELLM_LOCAL_MODEL_COST_MAP", "True")


def litellm(text: str, name: str, variables: dict[str, Any]) -> Any:
    from litellm.integrations.dotprompt.dotprompt_manager import DotpromptManager

    with tempfile.TemporaryDirectory() as folder:
        Path(folder, name).write_text(text, encoding="utf-8")
        manager = DotpromptManager(prompt_directory=folder)
        found = manager._compile_prompt_helper(
            prompt_id=name.removesuffix(".prompt"),
            prompt_spec=None,
            prompt_variables=variables,
            dynamic_callback_params={},
        )
    return {
        "messages": found["prompt_template"],
        "parameters": found["prompt_template_optional_params"],
    }


def mlflow(text: str, name: str, variables: dict[str, Any]) -> Any:
    from mlflow.entities.model_registry import PromptModelConfig
    from mlflow.entities.model_registry.prompt_version import PromptVersion

    given = json.loads(text)
    config = PromptModelConfig.from_dict(given["model_config"]) if "model_config" in given else None
    version = PromptVersion(
        given["name"],
        1,
        given["template"],
        commit_message=given["commit_message"],
        tags=given["tags"],
        response_format=given.get("response_format"),
        model_config=config,
    )
    return {
        "messages": version.format(**variables),
        "parameters": version.model_config,
        "tags": version.tags,
    }


def prompty(text: str, name: str, variables: dict[str, Any]) -> Any:
    from prompty.core.loader import load
    from prompty.core.pipeline import prepare

    os.environ["OPENAI_API_KEY"] = "fake-key-of-a-test"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, name)
        path.write_text(text, encoding="utf-8")
        agent = load(path, trusted_endpoints=["https://api.openai.example"])
        found = prepare(agent, variables)
    return {
        "messages": [
            {"role": each.role, "content": each.text} for each in found if hasattr(each, "parts")
        ]
    }


READERS = {"litellm": litellm, "mlflow": mlflow, "prompty": prompty}

if __name__ == "__main__":
    answers = [
        READERS[each["reader"]](each["text"], each["name"], each["variables"])
        for each in json.load(sys.stdin)
    ]
    print(json.dumps(answers))

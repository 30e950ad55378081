"""How many prompts are rendered in a second: `python -m bench.prompts`.

A prompt as people write it: two messages, a condition, a loop over five passages, a partial. It is
rendered in this process, in a process of its own that renders one after the other, and in a process
for each one. Prints the median of several rounds, and the most memory that was used.
"""

import argparse
import resource
import statistics
import time
from collections.abc import Callable

from gitconfig_tool.document import parse_document
from gitconfig_tool.prompts import PromptVersion, load_prompts
from gitconfig_tool.prompts.isolation import Isolation
from gitconfig_tool.prompts.limits import RenderLimits
from gitconfig_tool.prompts.render import render
from gitconfig_tool.prompts.templates import TemplateRenderer

_FILES = {
    "prompts/answer/1.0.0.prompt.yaml": """\
variables:
  type: object
  properties:
    product: {type: string, maxLength: 60}
    question: {type: string, maxLength: 2000}
    customer: {type: object, properties: {name: {type: string}, plan: {type: string}}}
    passages:
      type: array
      items: {type: object, properties: {source: {type: string}, text: {type: string}}}
  required: [product, question, passages]
includes: {tone: house-style@1.0.0}
messages:
  - role: system
    content: |
      You are the support assistant of {{ product }}.
      {% include "tone" %}
      {% for passage in passages %}
      [{{ loop.index }}] {{ passage.source }}: {{ passage.text }}
      {% endfor %}
  - role: user
    content: |
      {% if customer is defined %}{{ customer.name }} asks:{% endif %}
      {{ question | trim }}
""",
    "prompts/house-style/1.0.0.partial.yaml": "template: Answer in at most five sentences.\n",
}
_VALUES = {
    "product": "Ledger",
    "question": "How do I export my invoices? " * 10,
    "customer": {"name": "Ada", "plan": "team"},
    "passages": [
        {"source": f"handbook/{n}.md", "text": "Invoices are kept. " * 20} for n in range(5)
    ],
}


def main() -> None:
    """Measure, and print a table."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--renderings", type=int, default=1000)
    arguments.add_argument("--rounds", type=int, default=5)
    given = arguments.parse_args()
    version = _version()
    renderer = TemplateRenderer(RenderLimits()).render
    with Isolation() as isolation:
        ways: dict[str, tuple[int, Callable[[], object]]] = {
            "in this process": (given.renderings, lambda: render(version, _VALUES)),
            "in this process, compiled once": (
                given.renderings,
                lambda: render(version, _VALUES, renderer=renderer),
            ),
            "in one process of its own": (
                given.renderings,
                lambda: render(version, _VALUES, renderer=isolation.render),
            ),
            "in a process for each": (
                max(given.renderings // 100, 1),
                lambda: render(version, _VALUES, isolated=True),
            ),
        }
        for name, (count, once) in ways.items():
            once()
            rates = [count / _seconds(once, count) for _ in range(given.rounds)]
            print(f"{name:32}{statistics.median(rates):10,.0f} prompts per second")
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    child = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    print(f"memory: {used} MiB here, {child} MiB in a process of its own")


def _version() -> PromptVersion:
    documents = {path: parse_document(path, text.encode())[0] for path, text in _FILES.items()}
    sources = {path: text.encode() for path, text in _FILES.items()}
    prompts, diagnostics = load_prompts(documents, sources)
    assert diagnostics == ()
    return prompts.versions("answer")[0]


def _seconds(once: Callable[[], object], count: int) -> float:
    begun = time.perf_counter()
    for _ in range(count):
        once()
    return time.perf_counter() - begun


if __name__ == "__main__":
    main()

"""Templates that mean harm: each ends in bounded time and memory, here and in a process of its own.

The first half shows that the sandbox stops them. The second half takes the sandbox for broken, and
shows that the process of untrusted templates can do no harm all the same.
"""

import subprocess
import sys
import time
from pathlib import Path

import pytest

from gitconfig_tool.compiler import compile_snapshot
from gitconfig_tool.prompts import isolation as isolation_module
from gitconfig_tool.prompts.isolation import Isolation, IsolationError
from gitconfig_tool.prompts.limits import RenderLimits
from gitconfig_tool.prompts.sandbox import make_sandbox
from gitconfig_tool.prompts.templates import TemplateFailure, parse_template, render_template
from tests.unit.conftest import PROJECT_FILE, GitProject

# No measure of speed: the slowest takes half a second on a machine that does nothing else.
SECONDS = 30
VALUES = {"xs": ["a"] * 1000, "text": "a" * 50_000, "n": 7, "d": {"k": "v"}}

HOSTILE = {
    "laughs by the billion": "{% set a = 'ha' * 100 %}" + "{% set a = a * 100 %}" * 5 + "{{ a }}",
    "laughs in lists": "{% set a = [1] %}"
    + "{% set a = [a, a, a, a, a, a, a, a] %}" * 15
    + "{{ a }}",
    "laughs by joining": "{% set a = 'ha' %}" + "{% set a = a ~ a ~ a ~ a %}" * 20 + "{{ a }}",
    "laughs by replacing": "{% set a = 'aaaaaaaaaa' %}"
    + "{% set a = a | replace('a', a) %}" * 6
    + "{{ a }}",
    "a huge range": "{% for i in range(10**9) %}{% endfor %}",
    "a large range as a list": "{{ range(1000000000) | list | length }}",
    "counting in a long text": "{% set a = 'a' * 3000000 %}"
    "{% for a1 in range(10000) %}{{ a.count('b') }}{% endfor %}",
    "searching a long text": "{% set a = 'a' * 3000000 %}"
    "{% for i in range(10000) %}{% if 'b' in a %}{% endif %}{% endfor %}",
    "comparing long lists": "{% set a = range(10000) | list %}{% set b = range(10000) | list %}"
    "{% for i in range(10000) %}{% if a == b %}{% endif %}{% endfor %}",
    "the largest of many": "{% set a = range(10000) | list %}"
    "{% for i in range(10000) %}{{ a | max }}{% endfor %}",
    "a long word, letter by letter": "{{ ('a' * 3000000) | wordwrap(1) | length }}",
    "cutting a long text": "{% set a = 'a' * 3000000 %}"
    "{% for i in range(10000) %}{% if a[1:] %}{% endif %}{% endfor %}",
    "nested loops": "{% for a in xs %}{% for b in xs %}{% for c in xs %}{% for d in xs %}x"
    "{% endfor %}{% endfor %}{% endfor %}{% endfor %}",
    "a loop that grows what it writes": "{% for a in xs %}{{ text }}{% endfor %}",
    "a recursive loop": "{% for a in xs recursive %}{{ loop(xs) }}{% endfor %}",
    "a macro that calls itself": "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
    "macros that call each other twice": "{% macro m(k) %}{% if k %}{{ m(k - 1) }}{{ m(k - 1) }}"
    "{% endif %}x{% endmacro %}{{ m(90) }}",
    "a wide text": "{{ 'a' | center(10000000000) }}",
    "a wide format": "{{ '%1000000000d' | format(1) }}",
    "a format of a format": "{{ '%0*d' | format(100000000, 1) }}",
    "a large power": "{{ 9 ** 9 ** 9 }}",
    "a large product": "{% set a = 7 %}" + "{% set a = a * a %}" * 40 + "{{ a }}",
    "a long shift of digits": "{{ 1.0 | round(10000000) }}",
    "many batches": "{{ xs | batch(1, 'a') | map('list') | list * 100000 }}",
    "a deep indentation": "{{ (text | replace('a', 'a\n')) | indent(1000000) }}",
    "sums of lists": "{{ [xs, xs, xs] | sum(start=[]) }}",
    "sorts and groups": "{% for i in xs %}{{ xs | sort | unique | list }}{% endfor %}",
    "regular expressions of a filter": "{{ ('<' * 50000) | striptags | length }}"
    "{{ ('a ' * 20000) | wordcount }}{{ ('<!--' * 10000) | striptags | length }}",
    "json of json": "{% set a = {'k': text} %}"
    + "{% set a = {'k': a | tojson} %}" * 12
    + "{{ a.k }}",
    "a cycler without end": "{% set c = cycler('a', 'b') %}{% for a in xs %}{% for b in xs %}"
    "{{ c.next() }}{% endfor %}{% endfor %}",
    "its class": "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "its class by a name in a text": "{{ ''['__class__'] }}",
    "its class by attr": "{{ '' | attr('__class__') }}",
    "its class by map": "{{ xs | map(attribute='__class__') | list }}",
    "the class of a function": "{{ range.__self__ }}{{ cycler.__init__.__globals__ }}",
    "the globals of a macro": "{% macro m() %}{% endmacro %}{{ m._func.__globals__ }}",
    "the frame of a loop": "{% for x in xs %}{{ loop._iterable }}{{ loop.__class__ }}{% endfor %}",
    "the environment": "{{ self._TemplateReference__context.environment }}",
    "a format string": "{{ '{0.__class__.__mro__}'.format(n) }}",
    "a format string with a mapping": "{{ '{x.__class__}'.format_map({'x': n}) }}",
    "a format string by a filter": "{{ xs | map('format') | list }}{{ '%(a)s' | format(a=n) }}",
    "a change of what is given": "{{ xs.append(1) }}{{ d.update({'k': 2}) }}",
    "a namespace as a loophole": "{% set ns = namespace(a=1) %}{{ ns.__init__.__globals__ }}",
}
DEEP = {
    "deep brackets": "{{ " + "(" * 5000 + "1" + ")" * 5000 + " }}",
    "deep lists": "{{ " + "[" * 3000 + "]" * 3000 + " }}",
    "deep blocks": "{% if n %}" * 2000 + "{% endif %}" * 2000,
    "deep operators": "{{ " + "not " * 20000 + "n }}",
    "a long sum": "{{ " + "1 + " * 20000 + "1 }}",
    "a long chain of attributes": "{{ d" + ".k" * 20000 + " }}",
    "a long chain of filters": "{{ n" + "|string" * 20000 + " }}",
    "a long comment that does not end": "{#" * 50000,
    "many openings": "{{" * 50000,
    "many openings of blocks": "{%" * 50000,
    "a long number": "{{ " + "9" * 100000 + " }}",
    "a bomb for the compiler": "{{ 'a' * 10000000000 }}{{ [0] * 10000000000 }}{{ 10 ** 10000000 }}",
}

USES = [("xs", ""), ("text", ""), ("n", ""), ("'a <b> c'", "(3)"), ("xs", "('k')"), ("3.7", "(2)")]


def outcome(text: str, isolation: Isolation | None) -> tuple[str, TemplateFailure | None]:
    try:
        if isolation is None:
            return render_template(text, VALUES, RenderLimits()), None
        return isolation.render(text, VALUES), None
    except TemplateFailure as failure:
        return "", failure


@pytest.mark.parametrize("name", [*HOSTILE, *DEEP])
def test_the_sandbox_ends_it(name: str) -> None:
    text = {**HOSTILE, **DEEP}[name]
    begun = time.process_time()
    parsed, problems = parse_template(text, RenderLimits())
    assert (parsed is None) == bool(problems)
    if parsed is not None:
        found, failure = outcome(text, None)
        assert len(found) <= RenderLimits().output_characters
        assert "class '" not in found
        assert "object at 0x" not in found
        assert failure is None or failure.message.startswith("expected ")
        assert failure is None or failure.hint
    assert time.process_time() - begun < SECONDS


def test_a_process_of_its_own_gives_the_same() -> None:
    """Texts and failures alike; and all are rendered by one process, as none gets that far."""
    with Isolation() as isolation:
        for text in HOSTILE.values():
            (here, failure), (there, its) = outcome(text, None), outcome(text, isolation)
            assert (there, str(its)) == (here, str(failure))
            assert (its and its.hint) == (failure and failure.hint)
            # How deep a recursion gets depends on what it began in.
            if failure is not None and its is not None and "recursion" not in str(failure):
                assert its.offset == failure.offset
        assert isolation.started == 1


@pytest.mark.parametrize("kind", ["filter", "test"])
def test_every_filter_and_test_works_without_files(kind: str) -> None:
    """What Python loads when it is used must be loaded before no file may be opened."""
    sandbox = make_sandbox(RenderLimits())
    filters = [
        f"{{{{ {value} | {name}{args} }}}}" for name in sandbox.filters for value, args in USES
    ]
    tests = [f"{{{{ {value} is {name}{args} }}}}" for name in sandbox.tests for value, args in USES]
    with Isolation() as isolation:
        for text in filters if kind == "filter" else tests:
            (here, failure), (there, its) = outcome(text, None), outcome(text, isolation)
            assert (there, str(its)) == (here, str(failure)), text


def test_untrusted_templates_are_rendered_elsewhere(project: GitProject) -> None:
    """The same diagnostics, from `prompts: {untrusted: true}`."""
    project.commit(
        {
            "gitconfig.yaml": PROJECT_FILE + "prompts: {untrusted: true}\n",
            "prompts/a/1.0.0.prompt.yaml": "template: '{% for i in range(9999) %}{% for j in "
            "range(9999) %}{% endfor %}{% endfor %}'\ntestData: [{}]\n",
        }
    )
    found = compile_snapshot(project.open().at_commit()).diagnostics
    (failed,) = [each for each in found if each.code == "GCT512"]
    assert failed.message == "expected at most 100,000 loop steps and calls"
    assert str(failed.span) == "prompts/a/1.0.0.prompt.yaml:1:41"


# --- with the sandbox taken for broken ------------------------------------------------------------

GIVE_UP = (
    "import sys, os, socket, time; sys.path[:] = sys.argv[2:]\n"
    "from gitconfig_tool.prompts import isolated\n"
    "from gitconfig_tool.prompts.limits import RenderLimits\n"
    "isolated._give_up(RenderLimits(address_space=2**29), 10)\n"
    "isolated._allow_time(60)\n"
    "try:\n    exec(sys.argv[1])\n"
    "except BaseException as error:\n    print(type(error).__name__)\n"
    "else:\n    print('done')\n"
)
ATTEMPTS = {
    "open('/etc/passwd').read()": "OSError",
    "open('loot', 'w').write('x')": "OSError",
    "os.listdir('/')": "OSError",
    "socket.socket()": "OSError",
    "os.dup(1)": "OSError",
    "os.pipe()": "OSError",
    "import ftplib": "OSError",
    "'x' * 2**30": "MemoryError",
    "[bytearray(2**20) for _ in range(2**20)]": "MemoryError",
    "__import__('resource').setrlimit(7, (99, 99))": "ValueError",
}


@pytest.mark.parametrize("attempt", ATTEMPTS)
def test_what_the_process_cannot_do(attempt: str, tmp_path: Path) -> None:
    result = _after_giving_up(attempt, tmp_path)
    assert result.stdout.decode().strip() in (ATTEMPTS[attempt], "ModuleNotFoundError")
    assert list(tmp_path.iterdir()) == []


def test_a_loop_without_end_ends(tmp_path: Path) -> None:
    result = _after_giving_up("isolated._allow_time(1)\nwhile True: pass", tmp_path)
    assert result.returncode < 0
    assert result.stdout == b""


def _after_giving_up(code: str, folder: Path) -> "subprocess.CompletedProcess[bytes]":
    return subprocess.run(
        [sys.executable, "-I", "-c", GIVE_UP, code, *sys.path],
        cwd=folder,
        env={},
        capture_output=True,
        timeout=120,
        check=False,
    )


READY = "import sys, time, os; sys.stdin.buffer.read(4)\n"
ANSWER = (
    "def answer(data):\n"
    "    sys.stdout.buffer.write(len(data).to_bytes(4, 'big') + data); sys.stdout.flush()\n"
)
BROKEN = {
    "never answers": ("time.sleep(600)", "within 1 seconds"),
    "ends": ("sys.exit(7)", "ended with 7"),
    "runs out of memory": ("os.kill(os.getpid(), 9)", "of memory"),
    "answers no JSON": ("answer(b'{{{')", "answers something else"),
    "answers a list": ("answer(b'[]')", "answers something else"),
    "answers nothing": ("answer(b'{}')", "answers something else"),
    "answers without end": (
        "sys.stdout.buffer.write(b'\\xff' * 10**6)",
        "answers something else",
    ),
    "answers half": ("sys.stdout.buffer.write(b'\\0\\0\\0\\x09{')", "ended with 0"),
    "breaks the time of the processor": (
        "import resource; resource.setrlimit(0, (1, 2))\nwhile True: pass",
        "within 1 seconds",
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_process_that_breaks_is_ended(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    code, words = BROKEN[name]
    program = f"{READY}{ANSWER}answer(b'{{}}')\nsys.stdin.buffer.read(4)\n{code}\n"
    if "answers" in name and name != "never answers" and name != "answers half":
        program += "time.sleep(600)\n"
    monkeypatch.setattr(isolation_module, "_PROGRAM", program)
    with Isolation(RenderLimits(seconds=1)) as isolation:
        with pytest.raises(TemplateFailure, match=words) as failure:
            isolation.render("x", {})
        assert failure.value.hint
        assert isolation._child is None


def test_a_process_that_does_not_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(isolation_module, "_PROGRAM", "raise SystemExit(3)")
    with Isolation() as isolation, pytest.raises(IsolationError, match="ended with 3"):
        isolation.render("x", {})


def test_a_system_without_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "resource", None)
    with Isolation() as isolation, pytest.raises(IsolationError, match="can limit a process"):
        isolation.render("x", {})
    assert isolation.started == 0

"""What loads what: counted in `sys.modules`, not measured in milliseconds."""

import json
import pkgutil
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import gitconfig_tool
from tests.projects import git

# Libraries that take long to load; each is loaded by the stage that needs it, when it is needed.
HEAVY = {
    "cryptography",
    "hvac",
    "jinja2",
    "jsonschema",
    "jsonschema_rs",
    "pygit2",
    "referencing",
    "regorus",
    "requests",
    "rfc8785",
    "ruamel",
    "securesystemslib",
    "yaml",
}
COMPILER_SIDE = {
    "gitconfig_tool.bundle",
    "gitconfig_tool.classification",
    "gitconfig_tool.compiler",
    "gitconfig_tool.document",
    "gitconfig_tool.fix",
    "gitconfig_tool.link",
    "gitconfig_tool.merge",
    "gitconfig_tool.policy",
    "gitconfig_tool.project",
    "gitconfig_tool.prompts",
    "gitconfig_tool.report",
    "gitconfig_tool.schema",
    "gitconfig_tool.secrets",
    "gitconfig_tool.source",
    "gitconfig_tool.suppress",
}
COMPILER_LIBRARIES = {"jinja2", "jsonschema_rs", "pygit2", "regorus", "ruamel", "yaml"}

_RUN = """\
import json, sys
module, *sys.argv = sys.argv[1:]
try:
    sys.exit(__import__(module, fromlist=["main"]).main())
except SystemExit as ending:
    code = ending.code
json.dump({"code": code, "modules": sorted(sys.modules)}, sys.stderr)
"""


def _run(module: str, *arguments: str, folder: Path | None = None) -> tuple[object, set[str]]:
    """Run a program in a fresh interpreter; return its exit code and the modules that it loaded."""
    done = subprocess.run(
        [sys.executable, "-c", _RUN, module, *arguments],
        cwd=folder or Path(gitconfig_tool.__file__).parent.parent,
        check=True,
        capture_output=True,
        text=True,
    )
    report = json.loads(done.stderr)
    return report["code"], set(report["modules"])


@pytest.mark.parametrize("option", ["--version", "--help"])
def test_the_first_answer_loads_no_library(option: str) -> None:
    code, loaded = _run("gitconfig_tool.__main__", "gitconfig-tool", option)

    assert code in (0, None)
    assert loaded & HEAVY == set()
    assert loaded & COMPILER_SIDE == set()


def test_the_editor_of_yaml_is_loaded_to_repair_only() -> None:
    example = str(Path(gitconfig_tool.__file__).parent.parent / "example-repo")
    arguments = ("gitconfig_tool.__main__", "gitconfig-tool", "-q", "-C", example, "validate")

    assert _run(*arguments)[1] & {"ruamel", "gitconfig_tool.fix"} == set()
    assert "ruamel" in _run(*arguments, "--diff")[1]


# What no check of a single file needs.
_OF_OTHERS = {
    "gitconfig_tool.compiler.pipeline",
    "gitconfig_tool.secrets.replacing",
    "gitconfig_tool.secrets.tampering.comparing",
    "gitconfig_tool.source.blame",
    "jinja2",
}


@pytest.mark.parametrize(
    ("name", "others", "command"),
    [
        (
            "base/platform/rate-limits.yaml",
            {"gitconfig_tool.artifact.layers", "gitconfig_tool.leaks"},
            ("validate", "--staged", "--affected"),
        ),
        (
            "README.md",
            {
                "gitconfig_tool.compiler.sealed",
                "gitconfig_tool.merge.merger",
                "importlib.resources",
            },
            ("secrets", "check", "--staged", "--affected", "--scan"),
        ),
        (
            "base/platform/rate-limits.yaml",
            {"gitconfig_tool.fix.plan", "gitconfig_tool.leaks", "gitconfig_tool.link", "ruamel"},
            ("fmt", "base/platform/rate-limits.yaml"),
        ),
    ],
)
def test_a_hook_loads_what_its_one_file_needs(
    name: str, others: set[str], command: tuple[str, ...], tmp_path: Path
) -> None:
    folder = tmp_path / "platform"
    shutil.copytree(Path(gitconfig_tool.__file__).parent.parent / "example-repo", folder)
    git(folder, "init", "--quiet")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "the example")
    with (folder / name).open("a", encoding="utf-8") as file:
        file.write("# a remark\n")
    git(folder, "add", "--all")

    code, loaded = _run("gitconfig_tool.__main__", "gitconfig-tool", "-q", *command, folder=folder)

    assert code == 0
    assert loaded & (_OF_OTHERS | others) == set()


_OPENED = """\
import sys
opened = []
sys.addaudithook(lambda event, args: event == "open" and opened.append(str(args[0])))
from gitconfig_tool.cli.ending import run
from gitconfig_tool.cli.main import group
code = run(group, sys.argv[1:])
print(code, any(name.replace("\\\\", "/").endswith("catalogue/models.json") for name in opened))
"""


@pytest.mark.parametrize(
    ("arguments", "reads"),
    [
        (("show", "production", "ml-service/inference/model"), False),
        (("secrets", "list"), False),
        (("rules", "GCT603"), False),
        (("validate",), True),
        (("models", "list"), True),
    ],
)
def test_the_catalogue_is_read_where_models_are_asked_for(
    arguments: tuple[str, ...], reads: bool
) -> None:
    root = Path(gitconfig_tool.__file__).parent.parent
    done = subprocess.run(
        [sys.executable, "-c", _OPENED, "-C", "example-repo", *arguments],
        cwd=root,
        check=True,
        capture_output=True,
        text=True,
    )
    assert done.stdout.splitlines()[-1] == f"0 {reads}"


def test_the_fetcher_is_thin() -> None:
    code, loaded = _run("gitconfig_tool.cli.fetch_main", "gitconfig-fetch", "--help")

    assert code in (0, None)
    assert loaded & (HEAVY | COMPILER_SIDE) == set()


@pytest.mark.parametrize("package", ["artifact", "fetch", "stores", "trust"])
def test_the_fetchers_side_never_loads_the_compiler(package: str) -> None:
    """Import every module of the package, not only what the package itself imports."""
    script = """\
import importlib, json, pkgutil, sys
package = importlib.import_module(sys.argv[1])
for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
    importlib.import_module(module.name)
json.dump(sorted(sys.modules), sys.stdout)
"""
    done = subprocess.run(
        [sys.executable, "-c", script, f"gitconfig_tool.{package}"],
        cwd=Path(gitconfig_tool.__file__).parent.parent,
        check=True,
        capture_output=True,
        text=True,
    )
    loaded = set(json.loads(done.stdout))

    assert loaded & (COMPILER_SIDE | COMPILER_LIBRARIES) == set()


def test_the_shared_words_need_the_standard_library_only() -> None:
    # -I: no PYTHONPATH and no user folder; -S: no site-packages.
    root = Path(gitconfig_tool.__file__).parent.parent
    script = f"""\
import sys
sys.path.insert(0, {str(root)!r})
import gitconfig_tool.diagnostics, gitconfig_tool.errors, gitconfig_tool.pointer
"""
    subprocess.run([sys.executable, "-I", "-S", "-c", script], check=True)


def test_every_module_can_be_the_first_to_be_imported() -> None:
    """A cycle of imports shows only in some orders: here each module is once the first."""
    names = [
        module.name
        for module in pkgutil.walk_packages(gitconfig_tool.__path__, "gitconfig_tool.")
        if not module.name.endswith("__main__")
    ]
    script = """\
import importlib, sys
for name in sys.argv[1:]:
    for loaded in [m for m in sys.modules if m.partition(".")[0] == "gitconfig_tool"]:
        del sys.modules[loaded]
    importlib.import_module(name)
"""
    done = subprocess.run(
        [sys.executable, "-c", script, *names],
        cwd=Path(gitconfig_tool.__file__).parent.parent,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr

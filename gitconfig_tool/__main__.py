"""Entry point of the scripts `gitconfig-tool` and `gct`, and of `python -m gitconfig_tool`."""

import gc
import sys

# Objects made before the collector looks for cycles among the young ones; Python says 700.
_YOUNG = 100_000


def main() -> None:
    """Run the command line and exit with its code."""
    if sys.argv[1:] == ["--version"]:
        # Asked for by every CI job and editor: not worth the import of a command-line library.
        from gitconfig_tool import __version__

        sys.stdout.write(f"gitconfig-tool {__version__}\n")
        return
    # What libraries make while they are loaded stays: to look through it again and again takes a
    # third of the time that a small command has.
    gc.set_threshold(_YOUNG)
    try:
        from gitconfig_tool.cli.ending import run
        from gitconfig_tool.cli.main import group
    except KeyboardInterrupt:
        sys.exit(130)  # Ctrl-C while the libraries are loaded: nothing has begun.
    sys.exit(run(group, sys.argv[1:]))


if __name__ == "__main__":
    main()

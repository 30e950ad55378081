"""Where tests of compiled values lie. Loads nothing else: whoever asks mostly finds none."""

TEST_FOLDER = "tests"
_ENDINGS = (".test.yaml", ".test.yml")


def is_test_path(path: str) -> bool:
    """Tell whether a file of the project holds tests of values."""
    return path.startswith(f"{TEST_FOLDER}/") and path.endswith(_ENDINGS)

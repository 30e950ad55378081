"""GCT001-GCT009: what the Git repository holds."""

from gitconfig_tool.diagnostics.model import Rule, Severity

RULES = (
    Rule(
        code="GCT001",
        name="symlink",
        group="source",
        summary="A symbolic link stands where a project file is read.",
        why="Links are never followed, so that no file outside the project can enter a bundle.",
        failing="base/model.yaml -> ../../elsewhere/model.yaml",
        fixed="base/model.yaml, an ordinary file",
    ),
    Rule(
        code="GCT002",
        name="submodule",
        group="source",
        summary="A submodule stands where a layer is read.",
        why="A bundle comes from one commit of one repository; a submodule is another repository.",
        failing="base/vendor  (mode 160000)",
        fixed="base/vendor/  (the files themselves)",
    ),
    Rule(
        code="GCT003",
        name="file-name-encoding",
        group="source",
        summary="The name of a file is not UTF-8.",
        why="A document's id is its path, and JSON, OCI and Vault know names in Unicode only.",
        failing="base/caf\\xe9.yaml  (Latin-1)",
        fixed="base/café.yaml  (UTF-8)",
    ),
    Rule(
        code="GCT004",
        name="case-collision",
        group="source",
        summary="Two names in one folder differ only by case.",
        why=(
            "The file systems of macOS and Windows take both for one name: a clone there keeps one "
            "of the files, or mixes two folders. Only names that a layer, a prompt or a policy is "
            "read from are reported."
        ),
        failing="base/Model.yaml\nbase/model.yaml",
        fixed="base/model.yaml\nbase/model-eu.yaml",
        severity=Severity.WARNING,
    ),
    Rule(
        code="GCT005",
        name="normalisation-collision",
        group="source",
        summary="The name of a file or folder is not in Unicode normalisation form NFC.",
        why=(
            "A document's id is its path. Two names that look the same would be two documents, "
            "no layer would override the other, and macOS keeps only one of the two files."
        ),
        failing="base/cafe\\u0301.yaml",
        fixed="base/café.yaml",
    ),
    Rule(
        code="GCT006",
        name="lfs-pointer",
        group="source",
        summary="A file holds a pointer of Git LFS, not its content.",
        why=(
            "The content lies on another server, which the commit does not sign for, and no filter "
            "is ever run to fetch it. Configuration is small enough for Git itself."
        ),
        failing="version https://git-lfs.github.com/spec/v1\noid sha256:4d7a...\nsize 12345",
        fixed="temperature: 0.2  # after: git lfs untrack, git add --renormalize",
    ),
    Rule(
        code="GCT007",
        name="odd-name",
        group="source",
        summary="A name is `.`, `..`, `.git`, empty or too long, or holds a control character.",
        why=(
            "Such a path leaves the project, changes Git's own files, or breaks what prints or "
            "stores it. Git refuses to check out the first three: somebody made them by hand."
        ),
        failing="base/../../etc/passwd  (a tree entry that is named '..')",
        fixed="base/passwd.yaml",
    ),
    Rule(
        code="GCT008",
        name="duplicate-entry",
        group="source",
        summary="One tree of the commit has two entries of the same name.",
        why="Each program takes another of the two; git fsck calls such a tree broken.",
        failing="100644 blob 1f3a... model.yaml\n100644 blob 9c0d... model.yaml",
        fixed="100644 blob 1f3a... model.yaml",
    ),
    Rule(
        code="GCT009",
        name="blob-too-large",
        group="source",
        summary="A file that should be read is larger than 64 MiB.",
        why="It would fill the memory; nothing that configures a service is so large.",
        failing="base/embeddings.yaml  (200 MB)",
        fixed="base/embeddings.yaml  (the address of the data, not the data)",
    ),
)

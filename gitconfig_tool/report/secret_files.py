"""SOPS files and what is wrong with them as JSON: `kind: SecretFilesReport`, in docs/json.md."""

from typing import TYPE_CHECKING, Any

from gitconfig_tool.report.diagnostics_json import validation_report

if TYPE_CHECKING:
    from gitconfig_tool.compiler.secret_check import SecretCheck
    from gitconfig_tool.secrets import SopsDocument


def secret_files_report(result: "SecretCheck") -> dict[str, Any]:
    """Return the report of one run; what a value holds is not in it."""
    snapshot = result.snapshot
    report = validation_report(
        result.diagnostics,
        (),
        snapshot.commit.id if snapshot.commit else None,
        snapshot.kind,
        result.silenced,
    )
    del report["bundles"]
    return {"files": [_file_json(sops) for sops in result.sops.values()], **report}


def _file_json(sops: "SopsDocument") -> dict[str, Any]:
    return {
        "path": sops.path,
        "format": sops.format,
        "recipients": list(sops.recipients),
        "groups": [list(group) for group in sops.groups],
        "threshold": sops.threshold,
        "encryptedValues": len(sops.encrypted),
    }

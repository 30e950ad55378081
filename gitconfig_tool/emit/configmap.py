"""A Kubernetes ConfigMap: one key for each document.

Holds no secret: a reference `${NAME}` stands in the place of each, and the names are listed in an
annotation. Limits are those of Kubernetes ("ConfigMaps", "Object Names and IDs").
"""

import re
from typing import Any

from gitconfig_tool.document.writing import write_yaml
from gitconfig_tool.emit.model import Draft, Emitted, Source
from gitconfig_tool.emit.options import Options
from gitconfig_tool.emit.plain import SECRETS_OPTION, refuse_other_references, value_of, write_json
from gitconfig_tool.emit.secrets import OPTION, Secrets

_OPTIONS = (OPTION, SECRETS_OPTION, "name", "namespace", "format")
# RFC 1123 subdomains of at most 253 characters, and labels of at most 63.
_LABEL = r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?"
_SUBDOMAIN = r"(?=.{1,253}\Z)[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*"
# The API server refuses a ConfigMap whose data exceed 1 MiB.
MAX_BYTES = 1024 * 1024
_MAX_KEY = 253


def kubernetes_name(*parts: str) -> str:
    """Make a name for Kubernetes of texts: small letters, digits and '-'."""
    joined = "-".join(re.sub(r"[^a-z0-9]+", "-", part.lower()).strip("-") for part in parts)
    return re.sub(r"-+", "-", joined).strip("-") or "unnamed"


def emit_configmap(source: Source) -> Emitted:
    """Make a manifest of one ConfigMap."""
    draft = Draft(source.span)
    options = Options(source, "configmap", _OPTIONS, draft)
    default = kubernetes_name(source.bundle)[:_MAX_KEY].strip("-")
    name = options.text("name", default, _SUBDOMAIN, "a name as Kubernetes takes it")
    namespace = options.text("namespace", "", _LABEL, "a namespace as Kubernetes takes it")
    form = options.choice("format", ("json", "yaml"), "json")
    omit = options.choice(SECRETS_OPTION, ("reference", "omit"), "reference") == "omit"
    secrets = Secrets(options, draft)
    write = write_json if form == "json" else write_yaml
    data: dict[str, str] = {}
    owners: dict[str, str] = {}
    for document_id, document in sorted(source.documents.items()):
        key = re.sub(r"[^-._a-zA-Z0-9]", "-", document_id.replace("/", ".")) + f".{form}"
        text = write(value_of(document, secrets, draft, omit=omit))
        owner = owners.setdefault(key, document_id)
        if owner != document_id or len(key) > _MAX_KEY:
            found = f"{key} for {owner} and {document_id}" if owner != document_id else key
            draft.problem(
                "GCT757",
                f"expected a key of its own, of at most {_MAX_KEY} characters, for each document "
                f"of a ConfigMap, found {found}",
                document.span_at(()),
                hint="rename one of the documents, or choose fewer under 'match'",
            )
            continue
        data[key] = text
    if not omit:
        refuse_other_references(source, secrets, draft)
    secrets.finish()
    if not data:
        return draft.done()
    size = sum(len(key.encode()) + len(text.encode()) for key, text in data.items())
    if size > MAX_BYTES:
        draft.problem(
            "GCT759",
            f"expected at most {MAX_BYTES:,} bytes in a ConfigMap, found {size:,}",
            source.span,
            hint="make several of it: one entry of 'emit' for each, with 'match: {document: GLOB}'",
        )
    metadata: dict[str, Any] = {"name": name}
    if namespace:
        metadata["namespace"] = namespace
    metadata["labels"] = {"app.kubernetes.io/managed-by": "gitconfig-tool"}
    table = secrets.table()
    if table:
        metadata["annotations"] = {"dev.gitconfig-tool/secrets": " ".join(table)}
    manifest = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": data}
    draft.add("configmap.yaml", write_yaml(manifest))
    if table:
        draft.add("secrets.json", write_json({"variables": table}))
    return draft.done("configmap.yaml")

"""The names of the bundle format: media types, annotations, kinds of recipient and bounds.

OCI words are those of the image specification 1.1: `manifest.md`, `annotations.md`,
`image-layout.md`.
"""

# OCI image specification.
MANIFEST_TYPE = "application/vnd.oci.image.manifest.v1+json"
INDEX_TYPE = "application/vnd.oci.image.index.v1+json"
EMPTY_TYPE = "application/vnd.oci.empty.v1+json"
EMPTY_DATA = b"{}"  # manifest.md, "Guidance for an Empty Descriptor"
LAYOUT_VERSION = "1.0.0"  # image-layout.md, "oci-layout file"

# What a bundle is made of.
BUNDLE_TYPE = "application/vnd.gitconfig-tool.bundle.v1"
NAMESPACE_TYPE = "application/vnd.gitconfig-tool.namespace.v1+json"
SOPS_TYPE = "application/vnd.gitconfig-tool.sops.v1"
PROMPT_TYPE = "application/vnd.gitconfig-tool.prompt.v1+json"
SCHEMA_TYPE = "application/vnd.gitconfig-tool.schema.v1+json"
PROVENANCE_TYPE = "application/vnd.gitconfig-tool.provenance.v1+json"
EMITTED_TYPE = "application/vnd.gitconfig-tool.emitted.v1"

# What a signature is made of: the Sigstore bundle format, version 0.3.
SIGSTORE_TYPE = "application/vnd.dev.sigstore.bundle.v0.3+json"

# Annotations of the OCI image specification.
TITLE = "org.opencontainers.image.title"
REF_NAME = "org.opencontainers.image.ref.name"
CREATED = "org.opencontainers.image.created"
REVISION = "org.opencontainers.image.revision"
SOURCE = "org.opencontainers.image.source"
VERSION = "org.opencontainers.image.version"

# Our own annotations.
BUNDLE = "dev.gitconfig-tool.bundle"
DIMENSION_PREFIX = "dev.gitconfig-tool.dimension."
WORKTREE = "dev.gitconfig-tool.worktree"
SECRETS_ALLOWED = "dev.gitconfig-tool.secrets.allowed"
NAMESPACE = "dev.gitconfig-tool.namespace"
PROMPT = "dev.gitconfig-tool.prompt"
SCHEMA_URI = "dev.gitconfig-tool.schema.uri"
SOPS_PATH = "dev.gitconfig-tool.sops.path"
SOPS_FORMAT = "dev.gitconfig-tool.sops.format"
SOPS_RECIPIENTS = "dev.gitconfig-tool.sops.recipients"
EMITTED_PATH = "dev.gitconfig-tool.emitted.path"

# Kinds of recipient that are opened with a key that the environment holds. To open any other, sops
# connects to an address that is written in the file: SECRETS_ALLOWED names those that it may.
LOCAL_KINDS = frozenset({"age", "pgp"})

# OCI distribution specification 1.1, "Pushing Manifests": registries should accept at least 4 MiB.
MAX_MANIFEST_BYTES = 4 * 1024 * 1024
# A layout with more than this many bundles and signatures is not one that people look after.
MAX_INDEX_BYTES = 64 * 1024 * 1024
# Four times the largest source file that the compiler reads.
MAX_BLOB_BYTES = 64 * 1024 * 1024
# All layers of one bundle together; the fetcher holds them in memory.
MAX_BUNDLE_BYTES = 512 * 1024 * 1024
# A manifest of 4 MiB has no room for more.
MAX_LAYERS = 10_000
# A signed statement lists each layer once, base64 encoded: it grows with the manifest.
MAX_SIGNATURE_BYTES = 8 * 1024 * 1024
MAX_ANNOTATIONS = 1_000

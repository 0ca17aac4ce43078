"""The labels and annotations that we write, in one place for the renderer and the sidecar."""

PREFIX = "backplan.dev/"
APP = PREFIX + "app"
VOLUME = PREFIX + "volume"
TARGET = PREFIX + "target"
OPERATION = PREFIX + "operation"
REPOSITORY = PREFIX + "repository"
HASH = PREFIX + "hash"
TOKEN = PREFIX + "token"
FILE = "file." + PREFIX
"""Before the name of a file that a pod brings along as an annotation."""

FLUX_PRUNE = "kustomize.toolkit.fluxcd.io/prune"
FLUX_SSA = "kustomize.toolkit.fluxcd.io/ssa"
FLUX_FORCE = "kustomize.toolkit.fluxcd.io/force"
ARGO_SYNC_OPTIONS = "argocd.argoproj.io/sync-options"
COPY_TRIGGER = "volsync.backube/use-copy-trigger"

NEVER_PRUNED = ("Prune=false", "Delete=false")
"""Argo CD's sync options for what holds data or keys."""
MADE_ANEW = ("Force=true", "Replace=true")
"""Argo CD's sync options for what cannot be changed, such as a Job's template."""
ARGO_KNOWN_OPTIONS = frozenset(
    (
        "Prune", "Delete", "PruneLast", "Replace", "Force", "ServerSideApply", "Validate",
        "SkipDryRunOnMissingResource", "ApplyOutOfSyncOnly", "ClientSideApplyMigration", "CreateNamespace",
        "RespectIgnoreDifferences", "FailOnSharedResource", "PrunePropagationPolicy",
    )
)  # fmt: skip
"""Names of the sync options that Argo CD knows (gitops-engine, pkg/sync/common/types.go); others it ignores."""

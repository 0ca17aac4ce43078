"""Argo CD decrypts nothing: it would put the encrypted text into the cluster as if it were the credential."""

from collections.abc import Iterator, Sequence

from renderer.layers import Layer
from renderer.policy import Policy, with_every_credential
from renderer.problem import Place, Problem

_OVERLAY = "overlay argocd"


def argocd_problems(policy: Policy, layers: Sequence[Layer]) -> Iterator[Problem]:
    """Files that sops encrypted, in a policy that says it is for Argo CD."""
    if not any(layer.title.endswith(_OVERLAY) for layer in layers):
        return
    told: set[Place] = set()
    for backup in with_every_credential(policy.backups):
        node = backup.repository.credential.node.get("sops")
        if node is not None and node.key not in told:
            told.add(node.key)
            message = (
                "Argo CD does not decrypt what sops encrypted, and the mover would get the ciphertext; "
                "use sealedSecret or externalSecret, or leave out the overlay 'argocd'"
            )
            yield Problem(node.key, message, "sops")

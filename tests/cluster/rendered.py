"""The objects of the examples, as a server is to see them."""

from functools import cache
from pathlib import PurePosixPath

from renderer.manifest import identity
from tests.cluster.api import Raw
from tests.golden.examples import decrypted, documents, expected, volsync_version
from tests.schemas import ours
from tests.schemas.crd import without_newer

KUSTOMIZE = "kustomize.config.k8s.io/"


@cache
def objects(case: str) -> tuple[Raw, ...]:
    """Objects that an example renders, without the fields that a newer VolSync than that of the CRDs brings.

    Kustomizations and Components are instructions for kustomize, and so are the patches that they name.
    """
    files = {path: documents(text) for path, text in expected(case).items() if path.endswith(".yaml")}
    patches = {patch for path, found in files.items() for one in found for patch in _patch_files(path, one)}
    found = [one for path, documents_ in sorted(files.items()) if path not in patches for one in documents_]
    rendered = [one for one in found if not one["apiVersion"].startswith(KUSTOMIZE)]
    of_one_cluster = {identity(one): one for one in rendered}  # a fleet of several has objects of one name
    return tuple(_for_crds(one, case) for one in of_one_cluster.values())


def _patch_files(path: str, document: Raw) -> list[str]:
    if not document["apiVersion"].startswith(KUSTOMIZE):
        return []
    folder = PurePosixPath(path).parent
    return [str(folder / patch["path"]) for patch in document.get("patches", []) if "path" in patch]


def _for_crds(manifest: Raw, case: str) -> Raw:
    kind = manifest["kind"]
    if kind not in ours.kinds():
        return manifest
    older: Raw = without_newer(decrypted(manifest), ours.of_kind(kind), volsync_version(case))
    return older

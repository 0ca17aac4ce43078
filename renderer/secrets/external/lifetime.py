"""When an ExternalSecret's Secret is made, asked for again and deleted: `refreshPolicy` and the policies of its target.

Errors are those of the operator's webhook; warnings are what it accepts and does not do, or does to the user's harm.
"""

from collections.abc import Iterator

from renderer.policy import ExternalSecret
from renderer.problem import Problem, Severity

OTHERS = ("Merge", "None", "CreateOrMerge")
"""Creation policies of a Secret that is someone else's too, with keys of their own."""
_ONCE = ("CreatedOnce", "OnChange")


def policy_problems(secret: ExternalSecret) -> Iterator[Problem]:
    """Policies that exclude each other, that have no effect, or that take the last copy of a password away."""
    yield from _refresh(secret)
    yield from _creation(secret)
    yield from _deletion(secret)


def asks_again(secret: ExternalSecret) -> bool:
    """Whether the store is asked at intervals."""
    return secret.spec.get("refreshPolicy") not in _ONCE and not _is_zero(secret.spec.get("refreshInterval", "1h"))


def _is_zero(interval: str) -> bool:
    """`0`, `0s`, `0h0m0s`: the operator then asks once."""
    return not any(digit in interval for digit in "123456789")


def _refresh(secret: ExternalSecret) -> Iterator[Problem]:
    policy, interval = secret.spec.get("refreshPolicy"), secret.spec.get("refreshInterval")
    if interval is None:
        return
    place = secret.node.nearest("refreshInterval").key
    if policy in _ONCE and not _is_zero(interval):
        message = f"with refreshPolicy {policy} no interval counts; remove it, or set Periodic"
        yield Problem(place, message, "no-effect", Severity.WARNING)
    elif policy == "Periodic" and _is_zero(interval):
        message = "with an interval of 0 the store is asked once, whatever refreshPolicy Periodic says; remove one"
        yield Problem(place, message, "no-effect", Severity.WARNING)


def _creation(secret: ExternalSecret) -> Iterator[Problem]:
    if secret.spec.get("target", {}).get("creationPolicy") == "None":
        message = "with creationPolicy None no Secret is made; remove it, or use secret.name if someone else makes it"
        place = secret.node.nearest("target", "creationPolicy").place
        yield Problem(place, message, "no-effect", Severity.WARNING)


def _deletion(secret: ExternalSecret) -> Iterator[Problem]:
    target = secret.spec.get("target", {})
    creation, deletion = target.get("creationPolicy", "Owner"), target.get("deletionPolicy", "Retain")
    place = secret.node.nearest("target", "deletionPolicy").place
    if deletion == "Delete" and creation != "Owner":
        message = f"with creationPolicy {creation} the Secret is not the operator's to delete; set Retain"
        refused = creation in OTHERS
        severity = Severity.ERROR if refused else Severity.WARNING
        yield Problem(place, message, "complete" if refused else "no-effect", severity)
    elif deletion == "Merge" and creation == "None":
        yield Problem(place, "with creationPolicy None nothing is merged; set Retain", "complete")
    elif deletion != "Retain":
        message = (
            f"with deletionPolicy {deletion} the repository's password goes from the cluster when it goes from the "
            "store, and may have been its last copy; set Retain"
        )
        yield Problem(place, message, "lost-password", Severity.WARNING)

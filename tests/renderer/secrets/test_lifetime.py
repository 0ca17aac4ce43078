"""When the Secret of an ExternalSecret is made, asked for again and deleted: what is said, and what is rendered."""

import pytest

from tests.renderer.secrets.conftest import FETCHED

KIND = "ExternalSecret"


def said_of(render, words):
    return [one for one in render(f"{FETCHED}, {words}").said if "[one-writer]" not in one]


@pytest.mark.parametrize("interval", ["0", "0s", "0h0m0s", "90m", "1h30m"])
def test_refresh_interval_passes_as_text(render, interval):
    found = render(f"{FETCHED}, refreshInterval: '{interval}'")
    assert found.one(KIND)["spec"]["refreshInterval"] == interval
    assert found.said == []


@pytest.mark.parametrize("policy", ["CreatedOnce", "OnChange", "Periodic"])
def test_refresh_policy_passes_beside_the_operators_default_interval(render, policy):
    found = render(f"{FETCHED}, refreshPolicy: {policy}")
    assert found.one(KIND)["spec"]["refreshPolicy"] == policy
    assert found.one(KIND)["spec"]["refreshInterval"] == "1h0m0s"
    assert found.said == []


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("refreshPolicy: CreatedOnce, refreshInterval: 1h", "with refreshPolicy CreatedOnce no interval counts"),
        ("refreshPolicy: OnChange, refreshInterval: 1h", "with refreshPolicy OnChange no interval counts"),
        ("refreshPolicy: Periodic, refreshInterval: '0'", "with an interval of 0 the store is asked once"),
        ("refreshPolicy: CreatedOnce, refreshInterval: '0'", None),
        ("refreshPolicy: Periodic, refreshInterval: 1h", None),
        ("target: {creationPolicy: None}", "no Secret is made"),
        ("target: {creationPolicy: Orphan, deletionPolicy: Delete}", "not the operator's to delete"),
        ("target: {deletionPolicy: Delete}", "may have been its last copy"),
        ("target: {deletionPolicy: Merge}", "may have been its last copy"),
        ("target: {creationPolicy: Merge, deletionPolicy: Merge}", "may have been its last copy"),
        ("target: {creationPolicy: Orphan}", None),
        ("target: {creationPolicy: Orphan, deletionPolicy: Retain, immutable: true}", None),
    ],
)
def test_what_has_no_effect_or_takes_the_password_away_is_told(render, words, message):
    said = said_of(render, words)
    assert len(said) == (message is not None)
    assert all(one.startswith("warning: ") and message in one for one in said)


@pytest.mark.parametrize("creation", ["Merge", "None", "CreateOrMerge"])
def test_operator_must_own_what_it_deletes(refused, creation):
    said = refused(f"{FETCHED}, target: {{creationPolicy: {creation}, deletionPolicy: Delete}}")
    assert (
        f"error: with creationPolicy {creation} the Secret is not the operator's to delete; set Retain [complete]"
        in said
    )


def test_policies_of_the_target_pass(render):
    words = "creationPolicy: Orphan, deletionPolicy: Retain, immutable: true"
    target = render(f"{FETCHED}, target: {{{words}}}").one(KIND)["spec"]["target"]
    assert (target["creationPolicy"], target["deletionPolicy"], target["immutable"]) == ("Orphan", "Retain", True)


def test_loss_of_the_last_copy_may_be_accepted(render):
    accept = "[{rule: lost-password, reason: the password is on paper too}]"
    (said,) = render(f"{FETCHED}, target: {{deletionPolicy: Delete}}", accept=accept).said
    assert said.startswith("note: ")

"""An app is found by its name, whatever is wrong with the others, and never by chance."""

import pytest

from tests.renderer.oncall.conftest import VOLSYNC

FLEET = """apiVersion: backplan.dev/v1alpha1
kind: BackupFleet
spec:
"""


@pytest.mark.parametrize("name", ["web", "shop/web"])
def test_app_is_found_by_its_name_with_and_without_its_namespace(fleet, name):
    fleet.policy()
    fleet.policy("other")
    job = fleet.restore(app=name).object
    assert (job["metadata"]["namespace"], job["metadata"]["labels"]["backplan.dev/app"]) == ("shop", "web")


def test_app_is_found_from_any_folder_of_its_fleet(fleet, monkeypatch):
    fleet.policy()
    fleet.write("backplan.yaml", FLEET + "  cluster: home\n")
    (fleet.folder / "docs").mkdir()
    monkeypatch.chdir(fleet.folder / "docs")
    assert fleet.restore().code == 0


def test_app_is_found_from_a_folder_of_its_checkout_that_has_no_policy(fleet, monkeypatch):
    fleet.policy()
    (fleet.folder / "docs").mkdir()
    monkeypatch.chdir(fleet.folder / "docs")
    assert "no backup-policy.yaml in '.' or below" in fleet.restore().said
    (fleet.folder / ".git").mkdir()
    assert fleet.restore().code == 0


def test_app_is_found_by_its_path_where_the_fleet_captures_names(fleet):
    fleet.policy().write_text(fleet.policy().read_text().replace("metadata: {name: web, namespace: shop}\n", ""))
    fleet.write("backplan.yaml", FLEET + '  policies: ["apps/{namespace}/{app}/backup-policy.yaml"]\n')
    assert fleet.restore().object["metadata"]["namespace"] == "shop"


def test_fleet_in_another_checkout_is_used(fleet):
    fleet.policy(schedule=None)
    file = fleet.write("elsewhere/backplan.yaml", FLEET + '  cluster: home\n  defaults: {schedule: "@daily"}\n')
    fleet.write("elsewhere/apps/backup-policy.yaml", fleet.policy(schedule=None).read_text())
    assert fleet.restore("--fleet", str(file)).code == 0


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("wbe", "no policy of an app 'wbe'; did you mean 'web'?"),
        ("shop/webb", "no policy of an app 'shop/webb'; did you mean 'shop/web'?"),
        ("nextcloud", "no policy of an app 'nextcloud'; there is shop/web"),
        ("other/web", "no policy of an app 'other/web'; did you mean 'shop/web'?"),
        ("\x1b[31m" + "x" * 200, "no policy of an app '\\x1b[31m" + "x" * 75 + "'; there is shop/web"),
    ],
)
def test_unknown_app_gets_a_suggestion(fleet, name, hint):
    fleet.policy()
    called = fleet.restore(app=name)
    assert (called.code, called.out, called.said) == (2, "", f"backplan: {hint}\n")


def test_two_apps_of_one_name_are_listed(fleet):
    fleet.policy()
    fleet.policy(namespace="blog")
    called = fleet.restore()
    assert (called.code, called.out) == (2, "")
    assert called.said == (
        "backplan: 'web' may be blog/web (apps/blog/web/backup-policy.yaml) or shop/web "
        "(apps/shop/web/backup-policy.yaml); name one as NAMESPACE/APP\n"
    )
    assert fleet.restore(app="blog/web").object["metadata"]["namespace"] == "blog"


def test_app_of_two_clusters_needs_its_cluster(fleet):
    fleet.policy(repository="{url: 's3:https://s3.example.com/{cluster}/{app}', secret: {name: restic}}")
    clusters = "".join(
        f'    - {{name: {name}, policies: ["apps/**/backup-policy.yaml"]}}\n' for name in ("attic", "home")
    )
    fleet.write("backplan.yaml", f"{FLEET}  clusters:\n{clusters}")
    called = fleet.restore()
    assert called.code == 2
    assert "shop/web of cluster 'attic'" in called.said
    assert called.said.endswith("choose one with --cluster\n")
    assert fleet.restore("--cluster", "home").env["RESTIC_REPOSITORY"] == "s3:https://s3.example.com/home/web"
    assert fleet.restore("--cluster", "moon").code == 2


@pytest.mark.parametrize("wrong", [{"retain": "{dayly: 7}"}, {"repository": "{url: '${X}'}"}, {"schedule": "[a"}])
def test_mistakes_of_other_apps_do_not_stop_a_restore(fleet, wrong):
    fleet.policy()
    fleet.policy("other", **wrong)
    called = fleet.restore()
    assert called.object["kind"] == "Job"
    assert "other" not in called.said


def test_unknown_app_beside_broken_ones_says_that_some_cannot_be_read(fleet):
    fleet.policy()
    fleet.policy("other", retain="{dayly: 7}")
    called = fleet.restore(app="nextcloud")
    assert called.said == (
        "backplan: no policy of an app 'nextcloud'; there is shop/web; 1 file cannot be read, "
        "`backplan validate` says why\n"
    )


@pytest.mark.parametrize(
    ("wrong", "place", "rule"),
    [
        ({"retain": "{dayly: 7}"}, "apps/shop/web/backup-policy.yaml:7:12: error: unknown key 'dayly'", "[schema]"),
        ({"retain": None}, "apps/shop/web/backup-policy.yaml:4:1: error: no retention", "[complete]"),
        ({"overlays": "[./mine.yaml]"}, "apps/shop/web/mine.yaml:1:1: error: ", "[schema]"),
        ({"schedule": "[a"}, "apps/shop/web/backup-policy.yaml:", "[yaml]"),
        (VOLSYNC | {"copyMethod": "Sometimes"}, "apps/shop/web/backup-policy.yaml:", "[schema]"),
    ],
)
def test_mistakes_of_the_app_are_told_as_by_validate(fleet, wrong, place, rule):
    fleet.write("apps/shop/web/mine.yaml", "kind: BackupOverlay\n")
    fleet.policy(**wrong)
    fleet.policy("other", retain="{dayly: 7}")
    called = fleet.restore()
    assert (called.code, called.out) == (1, "")
    first, *_, last = called.said.splitlines()
    assert first.startswith(place), called.said
    assert rule in called.said
    assert last == "nothing printed for 'web'; mend its policy"
    assert "other" not in called.said
    assert first in fleet.call("validate").said.splitlines()


def test_broken_fleet_file_is_what_is_wrong_with_every_app(fleet):
    fleet.policy()
    fleet.write("backplan.yaml", FLEET + "  clutser: home\n")
    called = fleet.restore()
    assert called.code == 1
    assert called.said.startswith("backplan.yaml:4:3: error: unknown key 'clutser'; did you mean 'cluster'? [schema]\n")


def test_broken_namesake_makes_a_name_unclear(fleet):
    """A person who meant the one that cannot be read shall not restore another."""
    fleet.policy()
    fleet.policy(namespace="blog", retain="{dayly: 7}")
    called = fleet.restore()
    assert called.code == 2
    assert (
        "shop/web (apps/shop/web/backup-policy.yaml) or one that cannot be read (apps/blog/web/backup-policy.yaml)"
        in called.said
    )
    assert fleet.restore(app="shop/web").code == 0
    assert fleet.restore(app="blog/web").code == 1


CAPTURING = FLEET + '  policies: ["{namespace}/{app}/backup-policy.yaml"]\n'


def test_folder_above_the_checkout_makes_no_app_unclear(fleet, monkeypatch):
    checkout = fleet.folder / "shop" / "web"
    (checkout / ".git").mkdir(parents=True)
    fleet.policy().rename(fleet.write("shop/web/apps/backup-policy.yaml", ""))
    fleet.write("shop/web/apps/other/backup-policy.yaml", "[a")
    monkeypatch.chdir(checkout)
    assert fleet.restore().code == 0
    assert fleet.restore(app="shop/web").code == 0


def test_broken_file_is_of_the_app_that_the_fleet_s_glob_captures(fleet):
    fleet.policy().rename(fleet.write("shop/web/backup-policy.yaml", ""))
    fleet.write("web/shop/backup-policy.yaml", "[a")
    fleet.write("backplan.yaml", CAPTURING)
    assert fleet.restore().code == 0
    called = fleet.restore(app="web/shop")
    assert (called.code, called.said.splitlines()[-1]) == (1, "nothing printed for 'web/shop'; mend its policy")


def test_folders_of_a_namespace_and_an_app_stand_in_this_order(fleet):
    fleet.write("apps/web/shop/backup-policy.yaml", "[a")
    fleet.write("apps/blog/web/backup-policy.yaml", "[a")
    assert fleet.restore(app="shop/web").code == 2
    assert fleet.restore(app="blog/web").code == 1


def test_full_name_of_a_sound_policy_is_not_stopped_by_a_guess(fleet):
    fleet.policy()
    fleet.write("old/shop/web/backup-policy.yaml", "[a")
    called = fleet.restore()
    assert called.code == 2
    assert called.said.endswith(
        "one that cannot be read (old/shop/web/backup-policy.yaml); name one as NAMESPACE/APP\n"
    )
    assert fleet.restore(app="shop/web").code == 0


REPOSITORIES = "  repositories:\n    - {name: nas, namespace: b, url: 'rest:http://nas:8000/', secret: {name: nas}}\n"


@pytest.mark.parametrize("shared", ["", REPOSITORIES.replace("}}", "}, maintainedBy: home}")])
def test_broken_policy_of_another_cluster_is_left_out(fleet, shared):
    fleet.policy().rename(fleet.write("home/web/backup-policy.yaml", ""))
    fleet.policy(retain="{dayly: 7}").rename(fleet.write("attic/web/backup-policy.yaml", ""))
    clusters = "".join(
        f'    - {{name: {one}, policies: ["{one}/**/backup-policy.yaml"]}}\n' for one in ("attic", "home")
    )
    fleet.write("backplan.yaml", f"{FLEET}{shared}  clusters:\n{clusters}")
    called = fleet.restore()
    assert called.code == 2
    assert called.said.endswith("; choose one with --cluster\n")
    assert fleet.restore(app="shop/web").said.endswith("; choose one with --cluster\n")
    assert fleet.restore("--cluster", "home").code == 0
    assert fleet.restore("--cluster", "attic").code == 1


@pytest.mark.parametrize("first", [True, False])
def test_mistake_in_another_document_of_the_file_does_not_stop_the_app(fleet, first):
    other, file = fleet.policy("other", retain="{dayly: 7}"), fleet.policy()
    documents = [file.read_text(), other.read_text()]
    other.unlink()
    file.write_text("---\n".join(documents if first else documents[::-1]))
    called = fleet.restore()
    assert called.code == 0, called.said
    assert "dayly" not in called.said
    broken = fleet.restore(app="other")
    assert (broken.code, "unknown key 'dayly'" in broken.said) == (1, True)


def test_warnings_of_the_app_are_told_and_do_not_stop_it(fleet):
    fleet.policy(window='"01:00-02:00"', schedule='"30 6 * * *"')
    called = fleet.restore()
    assert called.object["kind"] == "Job"
    assert ": warning: " in called.said

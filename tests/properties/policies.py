"""Strategies of policies that mean something, nine of ten of which render, and of the same with a few mistakes."""

from copy import deepcopy
from typing import Any

from hypothesis import strategies as st

Policy = dict[str, Any]
Path = tuple[str | int, ...]

NAMES = st.from_regex(r"[a-z][a-z0-9]{0,7}", fullmatch=True)
SIZES = st.sampled_from(["1Gi", "500Mi", "20Gi", "1.5Ti", 2])
CLASSES = st.sampled_from(["fast", "ceph-block", ""])
MODES = st.lists(
    st.sampled_from(["ReadWriteOnce", "ReadOnlyMany", "ReadWriteMany"]), min_size=1, max_size=2, unique=True
)
TEXTS = st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "S"], exclude_characters="{}$`"), max_size=20)
LABELS = st.dictionaries(
    NAMES.map("example.com/{}".format), st.from_regex(r"[a-z0-9]{0,9}", fullmatch=True), max_size=2
)
SCHEDULES = st.sampled_from(
    [
        "@hourly",
        "@daily",
        "@weekly",
        "@monthly",
        "@yearly",
        "H 2 * * *",
        "H/15 * * * *",
        "30 4 * * MON-FRI",
        "0 3 1,15 * *",
    ]
)
RETAINS = st.fixed_dictionaries(
    {"daily": st.integers(1, 30)},
    optional={"last": st.integers(0, 9), "weekly": st.integers(0, 9), "within": st.sampled_from(["3d", "1y2m", "12h"])},
)
URLS = st.sampled_from(
    ["s3:https://s3.example.com/{namespace}/{app}/{volume}/{target}", "rest:https://nas.example.com/{volume}-{target}"]
)


SECRET_NAMES = st.just({"name": "{app}-{volume}-{target}"})
EXTERNAL = st.fixed_dictionaries(
    {"store": NAMES, "key": NAMES, "target": SECRET_NAMES},
    optional={
        "refreshInterval": st.sampled_from(["1h", "30m"]),
        "data": st.just([{"secretKey": "a", "remoteRef": {"key": "b", "property": "c"}}]),
        "dataFrom": st.just([{"find": {"path": "x"}}, {"sourceRef": {"generatorRef": {"kind": "UUID", "name": "u"}}}]),
    },
)
SECRETS = SECRET_NAMES | EXTERNAL.map(lambda spec: {"externalSecret": spec})


OUR_URLS = st.sampled_from(
    [
        "s3:https://s3.example.com/{namespace}/{app}/{target}",
        "rest:http://nas.example.com:8000/{target}",
        "sftp:nas:/srv/{target}",
    ]
)
"""Of all volumes of a target together."""


def some(**keys: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """A mapping with any of these keys."""
    return st.fixed_dictionaries({}, optional=keys)


CACHES = some(capacity=SIZES, storageClassName=CLASSES, accessModes=MODES)
SECURITY = some(runAsUser=st.integers(1, 65535), fsGroup=st.integers(0, 65535), runAsNonRoot=st.just(False))
ANNOTATION_PATCHES = st.fixed_dictionaries(
    {"patch": st.dictionaries(NAMES, TEXTS, max_size=2).map(lambda found: {"metadata": {"annotations": found}})}
)
DUMPS = st.fixed_dictionaries(
    {"name": NAMES, "image": st.just("postgres:17"), "command": st.just(["pg_dump"])},
    optional={"env": st.just([{"name": "PGHOST", "value": "db"}])},
)
CREATES = st.fixed_dictionaries(
    {"capacity": SIZES}, optional={"storageClassName": CLASSES, "labels": LABELS, "volumeMode": st.just("Filesystem")}
)
SHARED = some(
    retain=RETAINS,
    cache=CACHES,
    capacity=SIZES,
    accessModes=MODES,
    storageClassName=CLASSES,
    pruneIntervalDays=st.integers(0, 60),
    timeZone=st.sampled_from(["UTC", "Europe/Berlin", "America/New_York"]),
    window=st.sampled_from(["00:00-24:00", "01:00-05:00", "22:00-03:30"]),
    paused=st.booleans(),
    unlock=NAMES,
    labels=LABELS,
    annotations=st.dictionaries(NAMES, TEXTS, max_size=2),
    mover=some(securityContext=SECURITY, podLabels=LABELS, serviceAccountName=NAMES),
    patches=st.lists(ANNOTATION_PATCHES, max_size=2),
    expectedDuration=st.sampled_from(["20m", "1h30m"]),
)
VOLUMES = st.lists(
    st.fixed_dictionaries(
        {"name": NAMES, "claim": NAMES},
        optional={"capacity": SIZES, "cache": CACHES, "create": CREATES, "accessModes": MODES},
    ),
    min_size=1,
    max_size=3,
    unique_by=lambda volume: volume["name"],
)
TARGETS = st.lists(
    st.fixed_dictionaries(
        {"name": NAMES},
        optional={"schedule": SCHEDULES, "retain": RETAINS, "labels": LABELS, "cache": CACHES, "paused": st.booleans()},
    ),
    max_size=2,
    unique_by=lambda target: target["name"],
)


VOLSYNC = st.fixed_dictionaries(
    {
        "engine": st.just("volsync"),
        "copyMethod": st.just("Snapshot"),
        "repository": st.fixed_dictionaries({"url": URLS, "secret": SECRETS}),
    },
    optional={
        "volumeSnapshotClassName": NAMES,
        "restore": st.just({"bootstrap": {"onMissing": "empty", "capacity": "1Gi", "accessModes": ["ReadWriteOnce"]}}),
    },
)
"""What only engine volsync honours, or needs."""
CRONJOB = st.fixed_dictionaries(
    {
        "repository": st.fixed_dictionaries(
            {"url": OUR_URLS, "secret": SECRETS},
            optional={
                "env": st.just({"RESTIC_PACK_SIZE": "64"}),
                "keys": st.just({"RESTIC_REST_PASSWORD": "other"}),
                "identity": some(tags=st.lists(NAMES, max_size=2), path=st.sampled_from(["/data", "/srv/a b"])),
                "customCA": st.sampled_from(
                    [{"secretName": "ca", "key": "ca.pem"}, {"configMapName": "a", "key": "b"}]
                ),
                "volume": st.just({"mountPath": "extra/one", "persistentVolumeClaim": {"claimName": "extra"}}),
            },
        ),
    },
    optional={
        "copyMethod": st.sampled_from(["Direct", "Clone"]),
        "exclude": st.lists(NAMES, max_size=2),
        "dumps": st.lists(DUMPS, max_size=2, unique_by=lambda dump: dump["name"]),
        "manual": TEXTS.filter(bool),
        "maintenance": some(schedule=st.sampled_from(["@daily", "@weekly", "0 3 1 * *", "H H * * *"])),
        "check": st.sampled_from([False, {"subsets": 7}, {"readDataSubset": "5%"}]),
        "networkPolicy": st.booleans(),
        "guard": some(allowEmpty=st.booleans(), maxShrinkPercent=st.integers(1, 99)),
        "colocate": LABELS.map(lambda labels: {"matchLabels": labels}),
        "restore": st.just({"bootstrap": {"workload": {"kind": "Deployment", "name": "web"}}}),
        "drill": some(schedule=SCHEDULES, capacity=SIZES, minFiles=st.integers(1, 9)),
        "names": some(configMap=st.just("{volume}-{target}"), serviceAccount=st.just("{volume}-{target}")),
    },
)
"""What only engine cronjob honours, or needs."""
BOTH = VOLSYNC | CRONJOB


@st.composite
def specs(draw: st.DrawFn, engines: st.SearchStrategy[dict[str, Any]] = BOTH) -> dict[str, Any]:
    """What stands under `spec` of a whole policy."""
    volumes = draw(VOLUMES)
    spec: dict[str, Any] = {"schedule": draw(SCHEDULES), "retain": draw(RETAINS), **draw(SHARED), **draw(engines)}
    if spec.get("copyMethod") == "Clone":
        spec.setdefault("capacity", "1Gi")
    if len(volumes) == 1 and draw(st.booleans()):
        spec["claim"] = volumes[0]["claim"]
    else:
        spec["volumes"] = volumes
    if targets := draw(TARGETS):
        spec["targets"] = targets
    return spec


@st.composite
def policies(draw: st.DrawFn, engines: st.SearchStrategy[dict[str, Any]] = BOTH) -> Policy:
    """A whole policy."""
    metadata = {"name": draw(NAMES), "namespace": draw(NAMES)}
    spec = draw(specs(engines))
    return {"apiVersion": "backplan.dev/v1alpha1", "kind": "BackupPolicy", "metadata": metadata, "spec": spec}


def paths(value: Any, path: Path = ()) -> list[Path]:
    """The way to every value below."""
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [found for key, below in entries for found in ((*path, key), *paths(below, (*path, key)))]


ODD = st.sampled_from(
    [
        None, True, 0, -1, 7.5, 10**17, "", "x", "{app}", "{nope}", "${VAR}", "$(VAR)", "{{ .x }}", "\u202e", "a" * 300,
        [], {}, ["x"], [None], {"name": "x"}, {"$remove": True}, {"name": "data", "$remove": True}, "@daily",
        "* * * * *", "null",
    ]
)  # fmt: skip


@st.composite
def mutated(draw: st.DrawFn, documents: st.SearchStrategy[Any]) -> Any:
    """A document with a few things done to it: dropped, repeated, retyped, renamed, moved."""
    document = deepcopy(draw(documents))
    for _ in range(draw(st.sampled_from([1, 1, 1, 2, 4]))):
        ways = [way for way in paths(document) if way[0] == "spec"] or paths(document)
        if not ways:
            return document
        *above, last = draw(st.sampled_from(ways))
        holder = document
        for step in above:
            holder = holder[step]
        _change(draw, holder, last)
    return document


def _change(draw: st.DrawFn, holder: Any, key: Any) -> None:
    match draw(st.sampled_from(["drop", "retype", "rename", "repeat"])):
        case "drop":
            del holder[key]
        case "retype":
            holder[key] = draw(ODD)
        case "rename" if isinstance(holder, dict):
            holder[draw(st.sampled_from([key.upper(), key[:-1], f"{key}s", "name", "volumes", "$remove", ""]))] = (
                holder.pop(key)
            )
        case "repeat" if isinstance(holder, list):
            holder.append(deepcopy(holder[key]))
        case _:
            holder[key] = deepcopy(holder)

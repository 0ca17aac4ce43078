"""Which paths a glob matches, what it captures from them, and that nothing makes it slow."""

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from renderer.fleet.globs import GlobError, glob_of
from renderer.problem import Place
from tests.tools import scale

PLACE = Place("backplan.yaml")


def read(glob, path):
    return glob_of(glob, PLACE).read(path.split("/"))


@pytest.mark.parametrize(
    ("glob", "path", "captured"),
    [
        ("apps/{namespace}/{app}/p.yaml", "apps/media/jellyfin/p.yaml", {"namespace": "media", "app": "jellyfin"}),
        ("apps-{namespace}/{app}/p.yaml", "apps-my-media/x/p.yaml", {"namespace": "my-media", "app": "x"}),
        ("{namespace}-apps/{app}.yaml", "media-apps/x.yaml", {"namespace": "media", "app": "x"}),
        ("{cluster}/**/{app}/p.yaml", "home/a/b/x/p.yaml", {"cluster": "home", "app": "x"}),
        ("**/{namespace}/{app}/p.yaml", "media/x/p.yaml", {"namespace": "media", "app": "x"}),
        ("**/{namespace}/{app}/p.yaml", "a/b/media/x/p.yaml", {"namespace": "media", "app": "x"}),
        ("*.{app}.yaml", "backup.x.yaml", {"app": "x"}),
        ("./apps//{app}/p.yaml", "apps/x/p.yaml", {"app": "x"}),
        ("**/**/p.yaml", "p.yaml", {}),
        ("a/**/b/**/p.yaml", "a/b/p.yaml", {}),
        ("a*c/p*.yaml", "abc/p.yaml", {}),
        (".hidden/*/p.yaml", ".hidden/x/p.yaml", {}),
        ("v1.*/p+.yaml", "v1.2/p+.yaml", {}),
    ],
)
def test_glob_matches_and_captures(glob, path, captured):
    reading = read(glob, path)
    assert (reading.captured, reading.unclear) == (captured, None)


@pytest.mark.parametrize(
    ("glob", "path"),
    [
        ("apps/{app}/p.yaml", "apps/a/b/p.yaml"),
        ("apps/*/p.yaml", "apps/p.yaml"),
        ("{app}.yaml", ".yaml"),
        ("apps-{app}/p.yaml", "apps-/p.yaml"),
        ("*/p.yaml", ".hidden/p.yaml"),
        ("**/p.yaml", "a/.hidden/p.yaml"),
        ("{app}/p.yaml", ".hidden/p.yaml"),
        ("*.yaml", ".yaml"),
        ("v1.*/p.yaml", "v1x/p.yaml"),
        ("A/p.yaml", "a/p.yaml"),
    ],
)
def test_glob_does_not_match(glob, path):
    assert read(glob, path) is None


@pytest.mark.parametrize(
    ("glob", "path", "unclear"),
    [
        ("{namespace}-{app}/p", "a-b-c/p", "namespace"),
        ("*-{app}/p", "a-b-c/p", "app"),
        ("**/{namespace}/**/p", "a/b/p", "namespace"),
        ("{namespace}-{app}/p", "a-b/p", None),
        ("*-{app}/p", "a-b/p", None),
    ],
)
def test_capture_that_may_stand_for_several_texts_is_told(glob, path, unclear):
    assert read(glob, path).unclear == unclear


def readings(glob, path):
    """Every way to read a path, by trying all of them."""
    pattern = re.escape(glob).replace(r"\*", "(.*)").replace(r"\{app\}", "(.+)").replace(r"\{namespace\}", "(.+)")
    pieces = [len(piece) for piece in re.split(r"\*|\{app\}|\{namespace\}", glob)]
    wildcards = re.findall(r"\*|\{app\}|\{namespace\}", glob)

    def ways(number, start):
        if number == len(wildcards):
            yield from [()] if start == len(path) else []
            return
        literal = re.split(r"\*|\{app\}|\{namespace\}", glob)[number + 1]
        for end in range(start + (wildcards[number] != "*"), len(path) + 1):
            if path.startswith(literal, end):
                yield from (((start, end), *rest) for rest in ways(number + 1, end + len(literal)))

    first = glob[: pieces[0]]
    found = list(ways(0, len(first))) if path.startswith(first) else []
    assert bool(found) == bool(re.fullmatch(pattern, path))
    return found, [number for number, wildcard in enumerate(wildcards) if wildcard != "*"]


LITERALS = st.text("ab-", min_size=1, max_size=2)


@pytest.mark.slow
@settings(max_examples=scale(300))
@given(
    st.lists(LITERALS, min_size=4, max_size=4),
    st.permutations(["*", "{app}", "{namespace}", "*"]),
    st.integers(1, 4),
    st.booleans(),
    st.text("ab-", min_size=1, max_size=9),
)
def test_name_is_read_as_by_trying_every_way(literals, wildcards, count, bare, path):
    glob = "".join(map("".join, zip(wildcards[:count], literals, strict=False)))
    glob = glob if bare else f"a{glob}"
    found, captures = readings(glob, path)
    reading = read(glob, path)
    assert (reading is not None) == bool(found)
    if reading is not None:
        spans = {tuple(way[number] for number in captures) for way in found}
        assert (reading.unclear is None) == (len(spans) == 1)


@pytest.mark.slow
@settings(max_examples=scale(200))
@given(
    st.lists(st.sampled_from(["**", "a", "b", "*", "{app}"]), min_size=1, max_size=5),
    st.lists(st.sampled_from("ab"), min_size=1, max_size=6),
)
def test_path_is_read_as_a_regular_expression_would(segments, parts):
    if segments.count("{app}") > 1:
        return
    glob, path = "/".join([*segments, "p"]), "/".join([*parts, "p"])
    pieces = {"**": "(?:[^/]+/)*", "a": "a/", "b": "b/", "*": "[^/]+/", "{app}": "(?P<app>[^/]+)/"}
    few = "".join(pieces[segment].replace(")*", ")*?") for segment in segments) + "p"
    many = "".join(pieces[segment] for segment in segments) + "p"
    reading = read(glob, path)
    assert (reading is not None) == bool(re.fullmatch(many, path))
    if reading is not None and "{app}" in segments:
        spans = {re.fullmatch(pattern, path).span("app") for pattern in (few, many)}
        assert (reading.unclear is None) == (len(spans) == 1)


@pytest.mark.parametrize(
    ("glob", "path"),
    [
        ("*a" * 400 + "b/p", "a" * 255 + "/p"),
        ("{app}" + "-*a" * 300 + "/p", "a-" * 127 + "/p"),
        ("**/a/" * 150 + "p", "a/" * 2000 + "q"),
        ("**/" * 300 + "{app}/p", "a/" * 2000 + "p"),
    ],
)
def test_no_glob_takes_long(glob, path):
    started = time.process_time()
    read(glob, path)
    assert time.process_time() - started < 5


@pytest.mark.parametrize("glob", ["", "/", "**", "a/", "a/..", "{}/p", "a}/p", "{a,b}/p", "a[b]/p", "x" * 1001])
def test_glob_that_cannot_be_is_refused(glob):
    with pytest.raises(GlobError):
        glob_of(glob, PLACE)

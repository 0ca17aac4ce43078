"""What a form becomes when it is filled: one rule per test."""

import copy
import json
from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from renderer import emit, forms
from renderer.forms import Form
from tests.tools import scale

MANIFESTS = Path(forms.__file__).parent.parent / "manifests"


def filled(text: str, **data):
    return Form("f.yaml.j2", text).fill(**data)


def test_a_form_is_yaml_with_values_in_its_holes():
    text = """
# A comment may stand anywhere in the YAML, and quote "what" it likes: [ { .
apiVersion: batch/v1
metadata:
  name: {{ app.name }}   # absent when null
  labels: {{ labels }}
spec:
  suspend: {{ app.paused }}
  number: 3
  text: "3"
  flag: true
  args: [run, {{ app.name ~ "-x" }}, {name: {{ app.name }}}]
  containers:
  - name: restic
    env: {{ env }}
"""
    app = SimpleNamespace(name="paperless", paused=False)
    assert filled(text, app=app, labels={"a": "b"}, env=[{"name": "A"}]) == {
        "apiVersion": "batch/v1",
        "metadata": {"name": "paperless", "labels": {"a": "b"}},
        "spec": {
            "suspend": False,
            "number": 3,
            "text": "3",
            "flag": True,
            "args": ["run", "paperless-x", {"name": "paperless"}],
            "containers": [{"name": "restic", "env": [{"name": "A"}]}],
        },
    }


def test_keys_keep_the_order_of_the_form():
    assert list(filled("z: 1\na: {{ x }}\nm: 2\n", x=0)) == ["z", "a", "m"]


@pytest.mark.parametrize("value", [0, False, "", {}, [], 0.0])
def test_a_null_drops_its_key_and_nothing_else_does(value):
    assert filled("a: {{ x }}\nb: {{ y }}\n", x=None, y=value) == {"b": value}


def test_a_null_drops_its_list_item():
    assert filled("a:\n- {{ x }}\n- b\n- {k: {{ x }}}\n- {{ y }}\n", x=None, y=0) == {"a": ["b", 0]}


def test_a_list_in_a_list_item_is_spliced():
    text = "a:\n- first\n- {{ more }}\n- last\nb: {{ more }}\nc: [[{{ more }}]]\n"
    more = [{"k": 1}, [2]]
    expected = {"a": ["first", {"k": 1}, [2], "last"], "b": more, "c": [[{"k": 1}, [2]]]}
    assert filled(text, more=more) == expected
    assert filled(text, more=[]) == {"a": ["first", "last"], "b": []}


def test_what_nulls_emptied_goes_and_what_was_written_empty_stays():
    text = "a: {b: {c: {{ x }}, d: {e: {{ x }}}}}\nf: [[{{ x }}], {g: {{ x }}}]\nh: {}\ni: []\nj: [{}, []]\n"
    assert filled(text, x=None) == {"h": {}, "i": [], "j": [{}, []]}
    assert filled("a: {{ x }}\n", x=None) == {}


def test_a_null_inside_of_a_value_is_the_callers_business():
    assert filled("a: {{ x }}\n", x={"b": None}) == {"a": {"b": None}}


EXPRESSIONS = [
    ("{{ x }}", "value"),
    ("{{ o.name }}", "attribute"),
    ('{{ o["name"] }}', "attribute"),
    ("{{ d.k.l }}", "nested"),
    ("{{ l[0] ~ '-' ~ x }}", "first-value"),
    ('{{ "a: b # c" }}', "a: b # c"),
    ("""{{ 'it' ~ "'s }} {{ {% {# " ~ '"' }}""", "it's }} {{ {% {# \""),
    ("{{ x if flag else none }}", None),
    ("{{ x|upper|replace('V', '{}') }}", "{}ALUE"),
    ('{{ {"a": {"b": [x, {"c": 1}]}} }}', {"a": {"b": ["value", {"c": 1}]}}),
    ("{{ [1, (2 + 3) * -4, not flag, x == 'value' and 1 < 2] }}", [1, -20, True, True]),
    ("{{ o.method(x, other='y') }}", "value y"),
    ('{{ "two\\nlines\\t\\"é🎉\\"" }}', 'two\nlines\t"é🎉"'),
    ("{{x}}", "value"),
    ("{{ {} }}", {}),
]


@pytest.mark.parametrize(("hole", "value"), EXPRESSIONS)
@pytest.mark.parametrize(
    ("frame", "expected"),
    [
        ("k: {} # said\nz: 1\n", lambda v: {"k": v, "z": 1}),
        ("k: {{n: {}, m: 1}}\n", lambda v: {"k": {"n": v, "m": 1}}),
        ("k: [a, {}]\n", lambda v: {"k": ["a", *(v if isinstance(v, list) else [v])]}),
        ("k:\n- a: {}\n  b: 1", lambda v: {"k": [{"a": v, "b": 1}]}),
        ("k: {{n: {}}}\n", lambda v: {"k": {"n": v}}),
    ],
)
def test_every_shape_of_expression_survives(hole, value, frame, expected):
    o = SimpleNamespace(name="attribute", method=lambda a, other: f"{a} {other}")
    data = {"x": "value", "o": {"name": "attribute"} if "[" in hole else o, "d": {"k": {"l": "nested"}}}
    result = filled(frame.format(hole), **data, l=["first"], flag=False)
    assert result == (without_nulls(expected(value)) or {})


def without_nulls(data):
    """The rules of filling for the small data of the test above."""
    if isinstance(data, dict):
        kept = {key: without_nulls(value) for key, value in data.items()}
        return {key: value for key, value in kept.items() if value is not None} or (None if data else {})
    if isinstance(data, list):
        return [value for value in map(without_nulls, data) if value is not None]
    return data


def test_a_hole_may_have_several_lines():
    text = """
a: {{ [
  x,
    {"k": x}
  ] }}
b:
- {{ x if x
     else
     none }}   # a comment
c: {{ "last" }}
"""
    assert filled(text, x="v") == {"a": ["v", {"k": "v"}], "b": ["v"], "c": "last"}


def test_a_place_after_a_hole_of_several_lines_is_true():
    with pytest.raises(forms.FormError) as caught:
        filled("a: {{ [\n    1] }}\n\nbé🎉: x{{ y }}\n", y=1)
    assert str(caught.value).startswith("f.yaml.j2:4:7: '{{ y }}' must stand")


def test_filling_is_independent_of_what_was_filled_before():
    form = Form("f.yaml.j2", "a: {b: [c, {d: {}}, []]}\ne: {{ x }}\nf: {{ [1, {'g': 2}] }}\n")
    first = form.fill(x=1)
    untouched = copy.deepcopy(first)
    first["a"]["b"][1]["d"]["spoilt"] = True
    first["a"]["b"][2].append("spoilt")
    first["f"][1]["g"] = "spoilt"
    assert form.fill(x=1) == untouched


def test_what_comes_out_of_a_hole_is_the_callers_own_value():
    labels = {"a": "b"}
    assert filled("a: {{ x }}\n", x=labels)["a"] is labels


def test_filling_changes_nothing_that_it_was_given():
    data = {"x": [[1], {"a": None}], "y": {"z": []}}
    before = copy.deepcopy(data)
    filled("a: [{{ x }}, {{ x }}]\nb: {{ y }}\n", **data)
    assert data == before


plain = st.recursive(
    st.text(max_size=8) | st.integers() | st.booleans(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(plain, plain)
@settings(max_examples=scale(100))
def test_values_come_out_as_they_went_in(first, second):
    form = Form("f.yaml.j2", "a: {{ x }}\nb: {c: [{k: {{ y }}}, 1]}\n")
    assert form.fill(x=first, y=second) == {"a": first, "b": {"c": [{"k": second}, 1]}}


@given(st.text(st.characters(codec="utf-8"), max_size=30))
@settings(max_examples=scale(200))
def test_any_text_in_a_hole_survives(text):
    literal = json.dumps(text, ensure_ascii=False).replace("\\/", "/")
    if literal[1:-1] != text:
        literal = "x"
    assert filled(f"é: [{{{{ {literal} }}}}, end]\n", x=text) == {"é": [text, "end"]}


@given(st.text(st.sampled_from("{}%#\"'-:, \n[]()ax|~!&*\\é\t"), max_size=20))
@settings(max_examples=scale(400))
def test_any_text_is_a_form_or_a_pointing_error(text):
    try:
        result = filled("k: " + text, a=1, x=[])
    except forms.FormError as error:
        file, line, column, message = str(error).split(":", 3)
        assert file == "f.yaml.j2"
        assert int(line) >= 1
        assert int(column) >= 1
        assert message.strip()
    else:
        assert isinstance(result, dict)


def test_the_loader_reads_each_form_once(tmp_path, monkeypatch):
    (tmp_path / "volsync").mkdir()
    (tmp_path / "volsync" / "Thing.yaml.j2").write_text("kind: Thing\nname: {{ ä }}\n", encoding="utf-8")
    monkeypatch.setattr(forms, "MANIFESTS", tmp_path)
    forms.form.cache_clear()
    form = forms.form("volsync", "Thing")
    assert form.fill(ä=1) == {"kind": "Thing", "name": 1}
    assert forms.form("volsync", "Thing") is form
    forms.form.cache_clear()


PARTS = {"Container", "JobSpec", "Pod"}


@pytest.mark.parametrize("file", sorted(MANIFESTS.rglob("*.yaml.j2")), ids=lambda file: file.name)
def test_every_form_of_the_repository_is_one(file):
    """Compiles, and a whole object says its apiVersion and is named after its kind; a part of one says neither."""
    name = file.name.removesuffix(".yaml.j2")
    written = forms.form(file.parent.name, name)._tree
    if name in PARTS:
        assert {"apiVersion", "kind", "metadata"}.isdisjoint(written)
    else:
        assert list(written)[:2] == ["apiVersion", "kind"]
        assert written["kind"] == name or name == "Workload", "the kind of a workload is the user's"


def test_a_filled_form_is_what_the_writer_writes():
    manifest = filled("kind: A\nspec: {s: {{ x }}}\n", x="12:30")
    assert emit.document(manifest) == 'kind: A\nspec:\n  s: "12:30"\n'
    assert yaml.safe_load(emit.document(manifest)) == manifest

"""Every mistake in a form, or in the data for it, is named with its exact place."""

import pytest

from renderer import forms
from renderer.errors import FormError
from renderer.forms import Form

WRONG_FORMS = {
    "a: {{ x\n": "1:4: this hole is never closed; end it with }}",
    "a: 1\nbé: {{ x }\nc: 2\n": "2:10: unexpected '}'",
    "a: {{ 'x }}\n": '1:7: unexpected char "\'"',
    "a: {{ }}\n": "1:4: this hole is empty; write one expression",
    "a: {{}}\n": "1:4: this hole is empty; write one expression",
    "a: {{ x, y }}\n": "1:8: a hole is one expression; write a list as [a, b]",
    "a: {{ x), (y }}\n": "1:8: unexpected ')'",
    "a: {{ x y }}\nb: {{ z }}\n": "1:4: '{{ x y }}': chunk after expression",
    "a: {{ z }}\nb: {{ x +\n  }}\n": "2:4: '{{ x + }}': unexpected 'end of template'",
    "a: {{ x|nothing }}\n": "1:4: '{{ x|nothing }}': No filter named 'nothing'.",
    "a: 1\n{% if x %}\nb: 2\n{% endif %}\n": "2:1: no block in a form; a hole is one {{ expression }}",
    "a: 1\n  {%- if x %}\n": "2:3: no block in a form; a hole is one {{ expression }}",
    "a: {% raw %}{{ x }}{% endraw %}\n": "1:4: no block in a form; a hole is one {{ expression }}",
    "a: 1 {# why #}\n": "1:6: no Jinja comment in a form; a hole is one {{ expression }}",
    "a:\n  {{- x }}\n": "2:3: no white space control in a form; write {{",
    "a: {{ x -}}\nb: 1\n": "1:9: no white space control in a form; write }}",
    'a: "{{ x }}"\n': "1:5: '{{ x }}' must stand for a whole value; put no text or quotes around it",
    "a: '{{ x }}'\n": "1:5: '{{ x }}' must stand for a whole value; put no text or quotes around it",
    "a: {{ x }}-restic\n": "1:4: '{{ x }}' must stand for a whole value; put no text or quotes around it",
    "a: my {{ x }}\n": "1:7: '{{ x }}' must stand for a whole value; put no text or quotes around it",
    "a: {{ x }}{{ y }}\n": "1:4: '{{ x }}' must stand for a whole value; put no text or quotes around it",
    "a: {{ x }}\n  {{ y }}\n": "1:4: '{{ x }}' must stand for a whole value; put no text or quotes around it",
    "a: |\n  {{ x }}\n": "2:3: '{{ x }}' must stand for a whole value; put no text or quotes around it",
    "a: 1 # {{ x }}\n": "1:8: '{{ x }}' must stand for a whole value; put no text or quotes around it",
    "a: !!str {{ x }}\n": "1:10: '{{ x }}' must stand for a whole value; put no text or quotes around it",
    "a: !!int {{ x }}\n": "1:4: '!!int {{ x }}' is not the same to every reader of YAML; quote it",
    "a:\n  {{ k }}: 1\n": "2:3: no computed key in a form; put the mapping into a hole",
    "a: {{ k }}: 1\n": "1:11: no YAML: mapping values are not allowed in this context",
    "a: [b\nc: 1\n": "2:2: no YAML: did not find expected ',' or ']'",
    "a: {{ [1,\n2] }}\nb: 1\n": "3:1: no YAML: could not find expected ':'",
    "a: 1\nb: 2\na: {{ x }}\n": "3:1: 'a' stands here twice; remove one",
    "a:\nb: 1\n": "1:3: no null in a form; leave the key out",
    "a: ~\n": "1:4: no null in a form; leave the key out",
    "a: 12:30\n": "1:4: '12:30' is not the same to every reader of YAML; quote it",
    "a: [on]\n": "1:5: 'on' is not the same to every reader of YAML; quote it",
    "a: 0755\n": "1:4: '0755' is not the same to every reader of YAML; quote it",
    "a: 1.10\n": "1:4: '1.10' is not the same to every reader of YAML; quote it",
    "a: 2026-01-01\n": "1:4: '2026-01-01' is not the same to every reader of YAML; quote it",
    "a: !x y\n": "1:4: '!x y' is not the same to every reader of YAML; quote it",
    "a: &b {c: 1}\nd: {<<: *b}\n": "2:5: a key of a form is plain text; write it out",
    "? [a]\n: 1\n": "1:3: a key of a form is plain text; write it out",
    "- {{ x }}\n": "1:1: a form is one mapping; begin it with apiVersion",
    "{{ x }}\n": "1:1: a form is one mapping; begin it with apiVersion",
    "": "1:1: a form is one mapping; begin it with apiVersion",
    "a: 1\n---\nb: 2\n": "2:1: no YAML: but found another document",
    "a: 1\r\nb: 2\r\n": "1:5: a carriage return in a form; end lines with LF",
    "a: \0\n": "1:1: no YAML: unacceptable character #x0000: control characters are not allowed",
}


@pytest.mark.parametrize(("text", "message"), WRONG_FORMS.items())
def test_a_wrong_form_is_refused_with_its_place(text, message):
    with pytest.raises(FormError) as caught:
        Form("volsync/Thing.yaml.j2", text)
    assert str(caught.value) == f"volsync/Thing.yaml.j2:{message}"


UNFIT_DATA = {
    "a: 1\nb: [{{ d.k }}, {{ d.q }}]\n": "2:16: '{{ d.q }}': 'dict object' has no attribute 'q'",
    "a: {{ x }}\nbé: {{ y }}\n": "2:5: '{{ y }}': 'y' is undefined",
    "a: {{ x if y else none }}\n": "1:4: '{{ x if y else none }}': 'y' is undefined",
    "a: {{ x if not x }}\n": "1:4: '{{ x if not x }}': the inline if-expression on line 1 evaluated to false"
    " and no else section was defined.",
    "a: {{ y ~ 'x' }}\n": "1:4: '{{ y ~ 'x' }}': 'y' is undefined",
    "a: {{ namespace }}\n": "1:4: '{{ namespace }}': 'namespace' is undefined",
    "a: {{ x + 1 }}\n": "1:4: '{{ x + 1 }}': can only concatenate str (not \"int\") to str",
    "a: {{ 1 // 0 }}\n": "1:4: '{{ 1 // 0 }}': integer division or modulo by zero",
    "a: {{ x() }}\nb: {{ y }}\n": "1:4: '{{ x() }}': 'str' object is not callable",
}


@pytest.mark.parametrize(("text", "message"), UNFIT_DATA.items())
def test_data_that_does_not_fit_is_named_by_its_hole(text, message):
    form = Form("f.yaml.j2", text)
    with pytest.raises(FormError) as caught:
        form.fill(x="text", d={"k": 1})
    assert str(caught.value) == f"f.yaml.j2:{message}"


def test_a_form_that_does_not_exist_is_named():
    with pytest.raises(FormError, match=r"^renderer/manifests/none/Thing\.yaml\.j2:1:1: no such form"):
        forms.form("none", "Thing")

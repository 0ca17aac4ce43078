"""A repository's password from a generator is refused, wherever it comes in; other generators are not."""

from time import process_time

import pytest

from renderer.secrets.goactions import reads
from tests.renderer.secrets.conftest import ENGINES, FETCHED, URL

GENERATED = "{sourceRef: {generatorRef: {kind: %s, name: g}}%s}"
PASSWORD = GENERATED % ("Password", "")
UUID = GENERATED % ("UUID", "")
STS = GENERATED % ("STSSessionToken", "")
CLUSTER = GENERATED % ("ClusterGenerator", "")
RENAMED = GENERATED % ("STSSessionToken", ", rewrite: [{regexp: {source: session_token, target: AWS_SESSION_TOKEN}}]")
FROM_STORE = "{secretKey: RESTIC_PASSWORD, remoteRef: {key: restic}}"
FROM_GENERATOR = "{secretKey: RESTIC_PASSWORD, remoteRef: {key: x}, sourceRef: {generatorRef: {kind: UUID, name: g}}}"
BY_TEMPLATE = "target: {template: {mergePolicy: Merge, data: {RESTIC_PASSWORD: '%s'}}}"
MADE_ANEW = "when the ExternalSecret or its Secret is made anew"
FROM_MAP = "{configMap: {name: a, items: [{key: b}]}}"


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("external", "how"),
    [
        (f"dataFrom: [{PASSWORD}]", "could come"),
        (f"dataFrom: [{CLUSTER}]", "could come"),
        (f"{FETCHED}, dataFrom: [{PASSWORD}]", "could come"),
        (f"store: vault, dataFrom: [{PASSWORD}, {{extract: {{key: a}}}}]", "could come"),
        (f"{FETCHED}, dataFrom: [{RENAMED}]", "could come"),
        (f"store: vault, data: [{FROM_GENERATOR}]", "comes"),
        (f"dataFrom: [{UUID}], {BY_TEMPLATE % '{{ .uuid | trim }}'}", "comes"),
        (f"dataFrom: [{UUID}], {BY_TEMPLATE % '{{ .uuid }}{{ .other }}'}", "comes"),
        (f"{FETCHED}, dataFrom: [{UUID}], {BY_TEMPLATE % '{{ . | toJson }}'}", "could come"),
        (f"{FETCHED}, dataFrom: [{UUID}], {BY_TEMPLATE % '{{ get $ .x }}'}", "could come"),
        (
            f"{FETCHED}, dataFrom: [{UUID}], target: {{template: {{templateFrom: [{FROM_MAP}]}}}}",
            "could come",
        ),
        (f"dataFrom: [{PASSWORD}], target: {{immutable: true}}", "could come"),
        (f"dataFrom: [{PASSWORD}], target: {{creationPolicy: Orphan}}", "could come"),
        (f"dataFrom: [{PASSWORD}], target: {{immutable: false, creationPolicy: Orphan}}", "could come"),
    ],
)
def test_password_of_a_generator_is_refused(refused, external, how, engine):
    (message,) = [one for one in refused(external, engine=engine) if one.endswith("[generated-password]")]
    assert message.startswith(f"error: 'RESTIC_PASSWORD' {how} from this generator")


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    "external",
    [
        f"store: vault, data: [{FROM_STORE}], dataFrom: [{PASSWORD}, {CLUSTER}]",
        f"{FETCHED}, dataFrom: [{STS}]",
        f"{FETCHED}, dataFrom: [{UUID}], {BY_TEMPLATE % '{{ .password }}'}",
        f"store: vault, data: [{FROM_STORE}], dataFrom: [{PASSWORD}], target: {{template: {{templateFrom: [{FROM_MAP}]}}}}",  # noqa: E501 - one line of YAML
        f"dataFrom: [{PASSWORD}], target: {{immutable: true, creationPolicy: Orphan}}",
    ],
)
def test_generator_of_something_else_is_not(render, external, engine):
    assert not [one for one in render(external, engine=engine).said if "generator" in one]


@pytest.mark.parametrize(
    ("refresh", "when"),
    [
        ("", "at every refresh"),
        ("refreshPolicy: Periodic, ", "at every refresh"),
        ("refreshInterval: 10m, ", "at every refresh"),
        ("refreshInterval: '0', ", MADE_ANEW),
        ("refreshInterval: 0h0m0s, ", MADE_ANEW),
        ("refreshPolicy: CreatedOnce, ", MADE_ANEW),
        ("refreshPolicy: OnChange, ", MADE_ANEW),
    ],
)
def test_no_refresh_policy_saves_it(refused, refresh, when):
    (message,) = refused(f"{refresh}dataFrom: [{UUID}]", repository=f"{URL}, keys: {{RESTIC_PASSWORD: uuid}}")
    assert f"makes another one {when}, and then" in message


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("{{ .a }}{{.b}}", {"a", "b"}),
        ('{{ index . "a-b" | upper }}', {"a-b"}),
        ('{{ printf "%s.x" .a }}', {"a"}),
        ("{{ .a | replace `.` `$` }}", {"a"}),
        ("plain .a", set()),
        ("{{ .a.b }}", {"a"}),
        ("{{ (.a | fromJson).b }}", {"a"}),
        ("{{/* e.g. $x */}}{{- .a -}}", {"a"}),
        ("""{{ printf "%[2]s" '"' (toJson .) '"' }}""", None),
        ("{{ '\\'' }}{{ .a }}", {"a"}),
        ("{{ 1.5 }}{{ .a}}", {"a"}),
        ("{{ index . $x }}", None),
        ("{{ . }}", None),
        ("{{ $x := .a }}{{ $x }}", None),
        ("{{ range . }}{{ end }}", None),
        ('{{ "}}" | replace .a .b }}', {"a", "b"}),
        ("{{ `}}` | replace .a .b }}", {"a", "b"}),
        ("{{ .a", None),
        ('{{ "a }}', None),
    ],
)
def test_keys_that_a_template_reads(text, keys):
    found = reads(text)
    assert found == keys if keys is None else set(found) == keys


@pytest.mark.parametrize("text", ["{{", "{{ .a", '{{ "', '{{ "\\"', "{{ `", '{{ index . "', "{{ index  ", "."])
def test_hostile_templates_take_linear_time(text):
    start = process_time()
    reads(text * (400_000 // len(text)))
    reads("{{" + text.replace("{{", "") * (400_000 // len(text)))
    assert process_time() - start < 4

"""Whatever a document and its caller say: a request, or one error that says what is wrong."""

import json
from contextlib import suppress
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from jackfield.errors import HubError
from jackfield.openapi import build_request, read_arguments, show_request
from openapi_descriptions import describe, parameter, read, request

JSON = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.text(max_size=6)
    ),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=4), inner, max_size=3)),
    max_leaves=10,
)
STYLES = st.sampled_from(
    ["form", "simple", "label", "matrix", "spaceDelimited", "pipeDelimited", "deepObject", "cookie", "x", ""]
)
PLACES = st.sampled_from(["path", "query", "header", "cookie", "querystring", "body", "formData", "x"])
MEDIA = st.sampled_from(
    [
        *(
            "application/json",
            "application/xml",
            "text/plain",
            "multipart/form-data",
            "multipart/mixed",
            "*/*",
            "image/*",
        ),
        *("application/x-www-form-urlencoded", "application/octet-stream", "application/x-ndjson", "", "\r\n"),
    ]
)
SCHEMAS = st.one_of(
    JSON,
    st.fixed_dictionaries(
        {}, optional={"type": JSON, "properties": JSON, "items": JSON, "allOf": JSON, "enum": JSON, "$ref": JSON}
    ),
    st.sampled_from(
        [{"type": "string"}, {"type": "array", "items": {"type": "integer"}}, {"$ref": "#/components/schemas/S"}]
    ),
)
PARAMETERS = st.fixed_dictionaries(
    {"name": st.sampled_from(["a", "b", "X-A", "a b", "ä", ""]), "in": PLACES},
    optional={
        "schema": SCHEMAS,
        "style": STYLES,
        "explode": JSON,
        "required": JSON,
        "allowReserved": JSON,
        "content": st.dictionaries(MEDIA, JSON, max_size=2),
    },
)
ENCODINGS = st.dictionaries(
    st.text(max_size=2), st.fixed_dictionaries({}, optional={"style": STYLES, "contentType": MEDIA, "explode": JSON})
)


@given(
    version=st.sampled_from(["3.0.4", "3.1.1", "3.2.0", "2.0"]),
    path=st.sampled_from(["/x", "/x/{a}", "/{a}{b}", "/x?y={a}", "/#y", "/{", "/{}"]),
    parameters=st.lists(PARAMETERS, max_size=3),
    content=st.dictionaries(
        MEDIA, st.fixed_dictionaries({}, optional={"schema": SCHEMAS, "encoding": ENCODINGS}), max_size=2
    ),
    arguments=st.fixed_dictionaries(
        {},
        optional={
            "path": st.dictionaries(st.sampled_from(["a", "b"]), JSON),
            "query": st.dictionaries(st.sampled_from(["a", "b"]), JSON),
            "header": st.dictionaries(st.sampled_from(["a", "X-A"]), JSON),
            "cookie": st.dictionaries(st.sampled_from(["a", "b"]), JSON),
            "querystring": JSON,
            "body": st.one_of(
                JSON, st.just({"f": {"$bytes": {"base64": "AA=="}}}), st.just({"$file": {"filename": "a.b"}})
            ),
            "media_type": MEDIA,
        },
    ),
)
def test_any_document_and_any_arguments_end_well(
    version: str, path: str, parameters: list[Any], content: Any, arguments: dict[str, Any]
) -> None:
    document = describe(*parameters, path=path, method="post", version=version, components={"schemas": {"S": {}}})
    operation = document["paths"][path]["post"]
    if version == "2.0":
        document["swagger"] = document.pop("openapi")
        operation["consumes"] = list(content)
    else:
        operation["requestBody"] = {"content": content}

    api = read(document)

    assert api.report.operations == 1
    for one in api.operations:
        with suppress(HubError):
            made = build_request(api, one, read_arguments(one, arguments))
            assert made.url.isascii()
            assert all(f"{name}{text}".isprintable() for name, text in made.headers.items())
            assert json.dumps(show_request(made))


@given(
    url=st.one_of(
        st.text(max_size=12),
        st.sampled_from(["http://[x", "http://a:b/", "//", "{a}", "{a}{b}", "http://{a}/{b}", "?x", "http://a/?x"]),
    ),
    variables=st.dictionaries(st.sampled_from(["a", "b"]), st.text(max_size=5)),
    document_url=st.one_of(
        st.none(), st.sampled_from(["http://[x", "x", "https://a.example/b/c.json", "file:///x"]), st.text(max_size=5)
    ),
)
@example(url="http://{a}", variables={"a": "["}, document_url=None)
def test_any_server_ends_well(url: str, variables: dict[str, str], document_url: str | None) -> None:
    declared = {"a": {"default": "x"}}
    api = read(describe(parameter("q", "query"), servers=[{"url": url, "variables": declared}]), url=document_url)

    with suppress(HubError):
        made = request(api, {}, server_variables=variables)
        assert "?" not in made.url
        assert made.url.isprintable()

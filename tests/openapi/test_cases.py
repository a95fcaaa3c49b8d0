"""Every case of other people's test suites, and every document with references."""

import json
from collections import defaultdict
from typing import Any

import pytest
from typer.testing import CliRunner

from jackfield.cli.openapi import app
from jackfield.errors import HubError
from jackfield.openapi import Api, Operation, read_api, read_document
from jackfield.openapi.requests.checks import check_value
from jackfield.openapi.schemas.views import view_schema
from openapi_cases import differences, needs_cases, read_cases

REFUSED = {
    # "`.`/`..`/empty/NUL/CRLF refused before sending" (case D20): an empty segment is another path, `DELETE /users/` in
    # place of `DELETE /users/7`. Where the document itself names the empty text as a value, it is sent.
    "rfc6570-3-2-3-reserved-expansion-/var,empty",
    "readme-s-384-should-not-support-simple-path-styles-non-exploded-empty-inp",
    "readme-s-389-should-not-support-simple-path-styles-styles-for-exploded-em",
}
"""Cases that are decided otherwise, each with the passage that decides."""


def answers(name: str) -> list[dict[str, Any]]:
    """What the batch makes of the cases of a file."""
    lines = "".join(json.dumps({**case, "id": index}) + "\n" for index, case in enumerate(read_cases(name)))
    ran = CliRunner().invoke(app, ["request", "--batch"], input=lines)
    assert ran.exit_code == 0, ran.output
    return [json.loads(line) for line in ran.stdout.splitlines()]


@needs_cases
@pytest.mark.requirement("O2")
def test_every_case_is_right_but_those_that_a_rule_decides_otherwise() -> None:
    cases = read_cases("cases.json")

    found = {
        case["name"]: wrong
        for case, answer in zip(cases, answers("cases.json"), strict=True)
        if (wrong := differences(case, answer))
    }

    assert found.keys() == REFUSED, {name: wrong for name, wrong in found.items() if name not in REFUSED}
    assert len(cases) >= 1199


@needs_cases
def test_every_disputed_case_has_an_answer() -> None:
    cases = read_cases("disputed.json")

    found = answers("disputed.json")

    by_note: defaultdict[str, int] = defaultdict(int)
    for case, answer in zip(cases, found, strict=True):
        assert ("request" in answer) != ("error" in answer)
        by_note[case["note"]] += not differences(case, answer)
    assert len(cases) >= 233
    assert sum(by_note.values()) >= 40


@needs_cases
@pytest.mark.parametrize("entry", read_cases("refs.json"), ids=lambda entry: entry["name"])
def test_a_document_with_references_is_understood(entry: dict[str, Any]) -> None:
    texts = entry.get("documents") or {"": entry["document"]}
    documents = {name: read_document(json.dumps(one)) for name, one in texts.items()}
    root = entry.get("root", "")
    others = {name: one for name, one in documents.items() if name}

    api = read_api(documents[root], url=root or None, others=others)

    expected = entry["expected"]
    described = [describe(api, one) for one in api.operations]
    assert _by_key(described) == _by_key([_comparable(one) for one in expected["operations"]])
    assert bool(api.report.skipped) == bool(expected.get("error"))
    assert len(api.report.skipped) == len(expected.get("unresolved", ()))


@needs_cases
@pytest.mark.parametrize(
    "entry",
    [one for one in read_cases("refs.json") if "body_instances" in one["expected"]],
    ids=lambda one: one["name"],
)
def test_references_mean_for_values_what_json_schema_says(entry: dict[str, Any]) -> None:
    api = read_api(read_document(json.dumps(entry["document"])))
    (operation,) = api.operations
    assert operation.body is not None
    schema = operation.body.content[0].schema

    for instance in entry["expected"]["body_instances"]:
        try:
            check_value(api.library, api.version, schema, instance["data"], "body")
            is_valid = True
        except HubError:
            is_valid = False
        assert is_valid == instance["valid"], instance


def describe(api: Api, operation: Operation) -> dict[str, Any]:
    """An operation in the words of the cases."""
    body = operation.body
    found: dict[str, Any] = {
        "method": operation.method,
        "path": operation.path,
        "parameters": [
            {"name": one.name, "in": one.place.value, "required": one.is_required, "type": _type(api, one.schema)}
            for one in operation.parameters
        ],
        "responses": sorted(one.status for one in operation.responses),
        "descriptions": {one.name: one.description for one in operation.parameters},
    }
    if body:
        fields = {one.name for media in body.content for one in media.fields}
        found["fields"] = sorted(fields)
        if not fields:
            found["body"] = {"required": body.is_required, "content": [_media(api, one.schema) for one in body.content]}
    return found


def _comparable(operation: dict[str, Any]) -> dict[str, Any]:
    """The same of an expectation. Swagger 2.0's body parameters are a body here, its form fields are fields of one."""
    parameters = operation["parameters"]
    found: dict[str, Any] = {
        "method": operation["method"],
        "path": operation["path"],
        "parameters": [
            {"name": one["name"], "in": one["in"], "required": one["required"], "type": one.get("type")}
            for one in parameters
            if one["in"] not in {"body", "formData"}
        ],
        "responses": sorted(operation["responses"]),
        "descriptions": {one["name"]: one["description"] for one in parameters if "description" in one},
    }
    fields = sorted(one["name"] for one in parameters if one["in"] == "formData")
    body = operation.get("request_body")
    if fields or body:
        found["fields"] = fields
    if body and not fields:
        content = [body["schema"]] if "schema" in body else list(body["content"].values())
        found["body"] = {"required": body["required"], "content": [_expected_media(one) for one in content]}
    return found


def _by_key(operations: list[dict[str, Any]]) -> dict[tuple[str, str], dict[str, Any]]:
    return {(one["method"], one["path"]): _strip(one) for one in operations}


def _strip(operation: dict[str, Any]) -> dict[str, Any]:
    # Swagger 2.0 says once for all media types what the body is.
    body = operation.get("body")
    if body:
        unique = [one for index, one in enumerate(body["content"]) if one not in body["content"][:index]]
        operation = {**operation, "body": {**body, "content": unique}}
    return {name: value for name, value in operation.items() if name != "descriptions"}


def _media(api: Api, schema: str | None) -> dict[str, Any]:
    view = view_schema(api.library, api.version, schema)
    return {
        "properties": sorted(view.properties),
        "required": sorted(view.required),
        "type": _type(api, schema),
        "alternatives": [sorted(one.properties) for one in view.alternatives],
    }


def _expected_media(media: dict[str, Any]) -> dict[str, Any]:
    return {
        "properties": media["properties"],
        "required": media.get("required", []),
        "type": media.get("type"),
        "alternatives": media.get("alternatives", []),
    }


def _type(api: Api, schema: str | None) -> str | None:
    types = view_schema(api.library, api.version, schema).types - {"null"}
    return next(iter(types)) if len(types) == 1 else None


@needs_cases
def test_texts_beside_a_reference_count_from_3_1_on() -> None:
    checked = 0
    for entry in read_cases("refs.json"):
        expected = {(one["method"], one["path"]): one for one in entry["expected"]["operations"]}
        if "documents" in entry:
            continue
        api = read_api(read_document(json.dumps(entry["document"])))
        for operation in api.operations:
            described = {one.name: one.description for one in operation.parameters}
            for parameter in expected[operation.method, operation.path]["parameters"]:
                if "description" in parameter and parameter["in"] not in {"body", "formData"}:
                    assert described[parameter["name"]] == parameter["description"]
                    checked += 1
    assert checked > 0

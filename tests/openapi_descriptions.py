"""Builders for small descriptions and requests."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from jackfield.openapi import Api, Request, build_request, read_api, read_arguments, read_document

JSON = "application/json"


def describe(
    *parameters: Mapping[str, Any],
    path: str = "/things",
    method: str = "get",
    version: str = "3.1.1",
    **members: Any,
) -> dict[str, Any]:
    """A description with one operation; further members are the document's, `operation` is the operation's."""
    operation = {"operationId": "op", "responses": {"200": {"description": "fine"}}, **members.pop("operation", {})}
    if parameters:
        operation["parameters"] = list(parameters)
    return {"openapi": version, "info": {"title": "t", "version": "1"}, "paths": {path: {method: operation}}, **members}


def parameter(name: str, place: str, schema: Mapping[str, Any] | None = None, **members: Any) -> dict[str, Any]:
    """A parameter with a schema."""
    found = {"name": name, "in": place, **members}
    if "content" not in members:
        found["schema"] = schema if schema is not None else {}
    if place == "path":
        found["required"] = True
    return found


def body(schema: Mapping[str, Any] | None = None, media_type: str = JSON, **members: Any) -> dict[str, Any]:
    """The members of an operation with a body."""
    return {"requestBody": {"content": {media_type: {"schema": schema or {}, **members}}}}


def read(document: Mapping[str, Any] | str, **options: Any) -> Api:
    """The description understood."""
    text = document if isinstance(document, str) else json.dumps(document)
    return read_api(read_document(text), **options)


def request(document: Mapping[str, Any] | Api, arguments: Mapping[str, Any], **options: Any) -> Request:
    """The request of its only operation."""
    api = document if isinstance(document, Api) else read(document)
    (operation,) = api.operations
    return build_request(api, operation, read_arguments(operation, arguments), **options)


def names(items: Sequence[Any]) -> list[str]:
    """Their names."""
    return [one.name for one in items]

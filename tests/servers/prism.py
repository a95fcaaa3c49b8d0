"""Prism: a server that reads a description with a reader of its own, and refuses requests that don't fit it."""

import contextlib
import http.client
import json
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Generator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from jackfield.openapi import (
    Api,
    ArgumentError,
    Operation,
    Request,
    SchemeType,
    build_request,
    read_arguments,
)
from openapi_examples import NoExampleError, example_arguments

INSTALL = "npm install --global @stoplight/prism-cli@5.14.2"


def find_prism() -> str | None:
    """Where it is."""
    return shutil.which("prism")


REFUSED = frozenset(
    {
        *("UNPROCESSABLE_ENTITY", "UNAUTHORIZED", "INVALID_CONTENT_TYPE", "NO_PATH_MATCHED_ERROR"),
        *("NO_METHOD_MATCHED_ERROR", "NO_SERVER_MATCHED_ERROR", "VIOLATIONS", "NO_SERVER_CONFIGURATION_PROVIDED_ERROR"),
    }
)
"""The problem types by which Prism refuses a request; its others are about the answer that it makes up."""
MISTAKES = {
    "absent": "an optional object that isn't sent is refused for what is required in it (OpenAPI 3.0.3, Parameter Object: "
    "`required`, default false; JSON Schema Validation draft 00 §5.16: only members that are there are asked)",
    "one item": "a list of one item in a form is taken for a text (OpenAPI 3.0.3, Encoding Object, `explode`: separate "
    "parameters for each value of the array; so one value is one parameter)",
    "list in a deepObject": "JSON is expected (OpenAPI 3.0.3, Style Values: deepObject is said of objects alone, lists in it "
    "are undefined)",
    "object in a list": "an object as an item of a list in a query (OpenAPI 3.0.4, Style Examples: undefined)",
    "JSON in a part": "an object in a multipart form is taken for a text (OpenAPI 3.0.3, Special Considerations for "
    "multipart Content: if the property is complex, the default Content-Type is application/json)",
    "no form": "the schema of a form says that it is a text (RFC 7578: it has fields); Jackfield sends the fields",
    "undeclared": "a member of a form that is required and not among its properties is dropped (JSON Schema Validation draft "
    "00 §5.18: without additionalProperties any are allowed)",
    "fragment": "two paths that differ in a fragment are one (RFC 3986 §3.5: a fragment is never sent)",
    "empty form": "a form all of whose members are empty objects has nothing to send (RFC 6570 §2.3: undefined values)",
    "no value fits": "a member of `enum` has another type than the `type` beside it, so that nothing fits (JSON Schema "
    "Validation draft 00 §5.20, §5.21); Jackfield reads it in that type, and beside a list as said of its items",
    "no uuid": "a text is to be a UUID and to have another length than UUIDs have (RFC 9562 §4: 36 characters)",
    "not said by a header": "a parameter says which Content-Type a request without a body must have (OpenAPI 3.0.3, Parameter "
    "Object, `name`: such a definition shall be ignored)",
    "two readings": "a text that one alternative reads as a number and another as a text fits both (nothing says which)",
    "died": "the process ends at this request: so it does at every list in a path",
}
"""What Prism refuses though it is right, or though nothing says how it is written; each with its passage. Version 5.14.2."""
SECONDS_TO_START = 600
_UUID_LENGTH = 36
REFERENCE = re.compile(r'"\$ref": "#(/[^"]*)"')


def without_answers(document: Any) -> Any:
    """The description with an empty answer for each operation, and no more components than its requests need."""
    if re.search(r'"#/paths/[^"]*/responses/', json.dumps(document)):
        return document  # its requests are described by its answers
    for item in document.get("paths", {}).values():
        for value in item.values() if isinstance(item, dict) else ():
            if isinstance(value, dict) and "responses" in value:
                value["responses"] = {"200": {"description": "fine"}}
                value.pop("callbacks", None)
                value.pop("produces", None)
    for name in ("webhooks", "x-webhooks", "produces", "responses"):
        document.pop(name, None)
    components = {name: one for name, one in document.get("components", {}).items() if isinstance(one, dict)}
    components |= {name: document[name] for name in ("definitions", "parameters") if name in document}
    _prune(document, components)
    return document


def _prune(document: Any, components: dict[str, Any]) -> None:
    kept: set[tuple[str, str]] = set()
    waiting = [{name: one for name, one in document.items() if name not in {"components", *components}}]
    while waiting:
        for reference in REFERENCE.findall(json.dumps(waiting.pop())):
            tokens = unquote(reference).replace("~1", "/").replace("~0", "~").split("/")
            at = tokens.index("components") + 1 if "components" in tokens[:2] else 1
            key = (tokens[at], reference.split("/")[at + 1].replace("~1", "/").replace("~0", "~"))
            if key not in kept and key[1] in components.get(key[0], {}):
                kept.add(key)
                waiting.append(components[key[0]][key[1]])
    for kind, members in components.items():
        if kind != "securitySchemes":
            for name in [name for name in members if (kind, name) not in kept]:
                del members[name]


@dataclass
class Result:
    """What became of one description."""

    sent: int = 0
    accepted: int = 0
    without_example: list[str] = field(default_factory=list[str])
    refused: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    died: list[str] = field(default_factory=list[str])
    """At which operations the process ended."""
    mistakes: Counter[str] = field(default_factory=Counter[str])


@contextlib.contextmanager
def serve(prism: str, file: Path) -> Generator[int]:
    """Prism on a port of its own."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        prism,
        "mock",
        "--errors",
        "--port",
        str(port),
        "--host",
        "127.0.0.1",
        "--verboseLevel",
        "fatal",
        str(file),
    ]
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(command, stdout=said, stderr=subprocess.STDOUT, start_new_session=True)
        try:
            until = time.monotonic() + SECONDS_TO_START
            while not _answers(port):
                if process.poll() is not None or time.monotonic() > until:
                    said.seek(0)
                    raise SystemExit(f"Prism doesn't start with {file.name}: {said.read().decode()[-800:]}")
                time.sleep(0.1)
            yield port
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(30)


def _answers(port: int) -> bool:
    with contextlib.suppress(OSError):
        socket.create_connection(("127.0.0.1", port), 1).close()
        return True
    return False


def credentials_of(api: Api) -> Mapping[str, Any]:
    """Something for each scheme."""
    found: dict[str, Any] = {}
    for name, one in api.schemes.items():
        is_basic = one.type is SchemeType.HTTP and one.http_scheme == "basic"
        found[name] = {"username": "u", "password": "p"} if is_basic else "key"
    return found


def call_everything(api: Api, prism: str) -> Result:
    """All operations, twice each."""
    result = Result()
    proof = credentials_of(api)
    waiting = [(operation, optional) for operation in api.operations for optional in (False, True)]
    with tempfile.TemporaryDirectory() as folder:
        served = Path(folder) / "description.json"
        served.write_text(json.dumps(without_answers(json.loads(api.library.root.json_text))))
        while waiting:
            # One that a request kills is started again for the next one.
            with serve(prism, served) as port, contextlib.suppress(ConnectionError):
                while waiting:
                    operation, optional = waiting.pop(0)
                    _call(_Server(api, port, proof), operation, result, optional=optional)
    return result


@dataclass
class _Server:
    api: Api
    port: int
    proof: Mapping[str, Any]


def _call(server: _Server, operation: Operation, result: Result, *, optional: bool) -> None:
    try:
        given = example_arguments(server.api, operation, optional=optional)
        arguments = read_arguments(operation, given)
        base = f"http://127.0.0.1:{server.port}"
        request = build_request(server.api, operation, arguments, server=base, credentials=server.proof)
    except (NoExampleError, ArgumentError) as error:
        result.without_example.append(f"{operation.label}: {str(error)[:200]}")
        return
    # The HTTP client sends what any client sends.
    request = replace(request, headers={"Accept": "*/*", **request.headers})
    if "authorization" in operation.ignored_headers:
        # Declared as a parameter, as in Zuora's: it is the connection's sign-in, as a scheme would be.
        request = replace(request, headers={"Authorization": "Bearer key", **request.headers})
    result.sent += 1
    try:
        problem = _send(server.port, operation, request)
    except (OSError, http.client.HTTPException):
        result.mistakes["died"] += 1
        result.died.append(operation.label)
        raise ConnectionError from None
    if problem is None:
        result.accepted += 1
        return
    violations: list[Any] = problem.get("validation") or [problem]
    named = {_mistake(one, operation, given, request.headers.get("Content-Type", "")) for one in violations}
    if None in named:
        result.refused.append((operation.label, f"{json.dumps(given)[:300]} -> {json.dumps(violations)[:600]}"))
    else:
        result.mistakes.update(name for name in named if name)


def _send(port: int, operation: Operation, request: Request) -> Mapping[str, Any] | None:
    """Prism's problem with it, if it refuses it."""
    target = request.url.removeprefix(f"http://127.0.0.1:{port}").partition("#")[0]
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request(operation.method, target or "/", request.body, dict(request.headers))
        text = connection.getresponse().read()
    finally:
        connection.close()
    try:
        problem = json.loads(text)
    except ValueError:
        return None
    kind = str(problem.get("type", "")).rpartition("#")[2] if isinstance(problem, dict) else ""
    if kind not in REFUSED:
        return None
    ours = [one for one in problem.get("validation", ()) if one.get("location", ["request"])[:1] != ["response"]]
    return {**problem, "validation": ours} if ours or "validation" not in problem else None


def _mistake(violation: Any, operation: Operation, given: Mapping[str, Any], content_type: str) -> str | None:
    """Which of the known ones it is."""
    said = str(violation.get("message", violation.get("detail", "")))
    where = [*violation.get("location", ()), ""]
    value = _at(given.get("body") if where[0] == "body" else given, where[1:-1])
    found = None
    if "#" in operation.path:
        found = "fragment"
    elif "Cannot deserialize JSON object array" in said:
        found = "list in a deepObject"
    elif said == "Body parameter is required" and "form" in content_type:
        found = "empty form"
    elif where[0] in {"path", "query"} and violation.get("code") in {"oneOf", "enum"}:
        found = "two readings" if violation["code"] == "oneOf" else "no value fits"
    elif where[0] == "body" and violation.get("code") == "enum" and isinstance(value, list):
        found = "no value fits"
    elif where[0] == "query" and violation.get("code") == "type" and isinstance(value, dict):
        found = "object in a list"
    elif where[0] == "query" and value is None:
        found = "absent"
    elif where[0] == "body" and "form" in content_type:
        found = _mistake_in_form(violation, value, content_type, said)
    else:
        found = _mistake_in_texts(where[0], value, content_type, said)
    return found


def _mistake_in_texts(place: str, value: Any, content_type: str, said: str) -> str | None:
    if place == "header" and said.endswith("required property 'content-type'") and not content_type:
        return "not said by a header"
    if place == "path" and said.endswith('format "uuid"') and len(str(value)) != _UUID_LENGTH:
        return "no uuid"
    return None


def _mistake_in_form(violation: Any, value: Any, content_type: str, said: str) -> str | None:
    missing = said.rpartition("'")[0].rpartition("'")[2]
    if violation.get("location") == ["body"] and violation.get("code") == "type":
        return "no form"
    if isinstance(value, list) and len(value) == 1:
        return "one item"
    if isinstance(value, dict) and content_type.startswith("multipart/"):
        return "JSON in a part"
    if value is None or (violation.get("code") == "required" and value == {}):
        return "absent"
    if violation.get("code") == "required" and isinstance(value, dict) and missing in value:
        return "undeclared"
    return None


def _at(value: Any, way: list[Any]) -> Any:
    for name in way:
        if isinstance(value, dict):
            value = value.get(name)
        elif isinstance(value, list) and str(name).isdigit() and int(name) < len(value):
            value = value[int(name)]
        else:
            return None
    return value

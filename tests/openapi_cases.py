"""Cases that other people wrote, where they lie beside the project: `../shared/evals/openapi`, or JACKFIELD_EVALS.

They are judged by the `compare` that comes with them, on what `jackfield openapi request --batch` prints.
"""

import base64
import contextlib
import email
import importlib.util
import json
import os
from collections.abc import Iterator, Mapping
from email import policy
from functools import cache
from pathlib import Path
from typing import Any

import pytest

_BESIDE = Path(__file__).resolve().parents[2] / "shared" / "evals"
FOLDER = Path(os.environ.get("JACKFIELD_EVALS", _BESIDE)) / "openapi"

needs_cases = pytest.mark.skipif(
    not (FOLDER / "cases.json").is_file(), reason=f"no cases at {FOLDER}; JACKFIELD_EVALS says where they are"
)


@cache
def read_cases(name: str) -> list[dict[str, Any]]:
    """The cases of a file; none where there is none."""
    path = FOLDER / name
    return json.loads(path.read_text("utf-8")) if path.is_file() else []


def differences(case: Mapping[str, Any], answer: Mapping[str, Any]) -> list[str]:
    """How an answer of the batch differs from what the case expects."""
    expected = case["expected"]
    if "error" in answer:
        return _compare()(expected, {"error": answer["error"]["message"]})
    request = answer["request"]
    actual = {**request, "body": _body(request, (expected.get("body") or {}).get("kind"))}
    return _compare()(expected, actual)


@cache
def _compare() -> Any:
    spec = importlib.util.spec_from_file_location("openapi_compare", FOLDER / "compare.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.compare


def _body(request: Mapping[str, Any], kind: str | None) -> Any:
    raw = base64.b64decode(request["body_base64"]) if "body_base64" in request else (request["body"] or "").encode()
    if request.get("body") is None and "body_base64" not in request:
        return None
    match kind:
        case "json":
            try:
                return {"kind": kind, "value": json.loads(raw)}
            except ValueError:
                return {"kind": "text", "text": raw.decode()}
        case "bytes":
            return {"kind": kind, "base64": base64.b64encode(raw).decode()}
        case "multipart":
            return {"kind": kind, "parts": list(read_parts(raw, request["headers"]["Content-Type"]))}
        case _:
            return {"kind": kind, "text": raw.decode()}


def read_parts(raw: bytes, content_type: str) -> Iterator[dict[str, Any]]:
    """The parts of a form, by a reader that isn't ours."""
    head = f"Content-Type: {content_type}\r\n\r\n".encode()
    parts: Any = email.message_from_bytes(head + raw, policy=policy.compat32).get_payload()
    for part in parts:
        content = part.get_payload(decode=True)
        found = {
            "name": part.get_param("name", header="content-disposition"),
            "content_type": part["content-type"],
            "base64": base64.b64encode(content).decode(),
        }
        if part.get_filename() is not None:
            found["filename"] = part.get_filename()
        with contextlib.suppress(ValueError):
            found["json"] = json.loads(content)
        yield found

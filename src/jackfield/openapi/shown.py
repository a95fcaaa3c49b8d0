"""Reports, requests and errors as JSON for programs."""

import base64
from typing import Any

from jackfield.errors import HubError
from jackfield.openapi.models import Note, Report
from jackfield.openapi.requests.media_types import essence, is_text
from jackfield.openapi.requests.request import Request


def show_report(report: Report) -> dict[str, Any]:
    """`{"valid", "operations", "understood", "skipped", "warnings"}`, each note with its place."""
    return {
        "valid": True,
        "operations": report.operations,
        "understood": report.understood,
        "skipped": [_note(one) for one in report.skipped],
        "warnings": [_note(one) for one in report.warnings],
    }


def _note(note: Note) -> dict[str, Any]:
    return {
        "operation": note.operation,
        "pointer": note.pointer,
        "line": note.line,
        "column": note.column,
        "reason": note.reason,
    }


def show_request(request: Request) -> dict[str, Any]:
    """`{"method", "url", "headers", "body"}`; `body_base64` in place of `body` where it isn't text."""
    shown: dict[str, Any] = {"method": request.method, "url": request.url, "headers": dict(request.headers)}
    if request.body is None:
        return {**shown, "body": None}
    kind = essence(request.headers.get("Content-Type", ""))
    if is_text(kind) or kind.startswith("multipart/"):
        try:
            return {**shown, "body": request.body.decode()}
        except UnicodeDecodeError:
            pass
    return {**shown, "body_base64": base64.b64encode(request.body).decode()}


def show_error(error: HubError) -> dict[str, Any]:
    """`{"code", "message", …}` with where it is."""
    return {"code": error.code, "message": error.message, **error.data}

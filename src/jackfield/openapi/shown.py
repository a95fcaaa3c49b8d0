"""Reports, methods, differences, requests and errors as JSON for programs."""

import base64
from typing import Any

from jackfield.errors import HubError
from jackfield.openapi.changes.models import ApiDiff, Change, OperationChange
from jackfield.openapi.effects.classification import Classification
from jackfield.openapi.models import Note, Operation, Report
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


def show_method(operation: Operation, found: Classification) -> dict[str, Any]:
    """`{"name", "label", "summary", "effect", "reason", "repeat", "repeat_reason", "suggested", "suggested_reason"}`."""
    return {
        "name": operation.name,
        "label": operation.label,
        "summary": operation.summary,
        "effect": found.effect.value,
        "reason": found.reason,
        "repeat": found.repeat.value,
        "repeat_reason": found.repeat_reason,
        "suggested": found.suggested.value if found.suggested else None,
        "suggested_reason": found.suggested_reason or None,
    }


def show_diff(diff: ApiDiff) -> dict[str, Any]:
    """`{"impact", "added", "removed", "moved", "changed", "same", "general"}`; operations by `GET /path`."""
    return {
        "impact": diff.impact.value if diff.impact else None,
        "added": [one.label for one in diff.added],
        "removed": [one.label for one in diff.removed],
        "moved": [{"from": one.old.label, "to": one.new.label} for one in diff.moved],
        "changed": [_operation_change(one) for one in diff.changed],
        "same": len(diff.same),
        "general": [_change(one) for one in diff.general],
    }


def _operation_change(one: OperationChange) -> dict[str, Any]:
    return {
        "label": one.new.label,
        "impact": one.impact.value,
        "is_same_call": one.is_same_call,
        "changes": [_change(change) for change in one.changes],
        "omitted": one.omitted,
    }


def _change(one: Change) -> dict[str, Any]:
    return {
        "code": one.code,
        "impact": one.impact.value,
        "change": one.sentence,
        "where": one.where,
        "before": one.before,
        "after": one.after,
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

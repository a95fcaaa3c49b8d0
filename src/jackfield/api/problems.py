"""Errors as problem+json (RFC 9457): the one table from kinds to HTTP, and the one shape of every refusal.

    {"type": "urn:jackfield:problem:name.taken", "title": "Conflict", "status": 409,
     "detail": "there is a connection named 'Archive' already", "code": "name.taken", "kind": "conflict",
     "retryable": false, "request_id": "req_…", "field": "name"}

What an error's class allows stands beside these; what an error of another system calls `status` and `detail` is
`remote_status` and `remote_detail`. Anything that is not a `HubError` is told with nothing but its request id.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from jackfield.api.languages import Texts
from jackfield.db import find_database_failure
from jackfield.errors import HubError, InvalidError, JsonValue, Kind
from jackfield.kernel import RequestId, describe_wrong_input, write_json

MEDIA_TYPE: Final = "application/problem+json"

STATUS_OF_KIND: Final[Mapping[Kind, int]] = {
    Kind.INVALID: 422,
    Kind.UNAUTHENTICATED: 401,
    Kind.FORBIDDEN: 403,
    Kind.NOT_FOUND: 404,
    Kind.CONFLICT: 409,
    Kind.LIMITED: 429,
    # We are the gateway that the other side failed (RFC 9110 §15.6.3 to §15.6.5).
    Kind.REMOTE_REJECTED: 502,
    Kind.REMOTE_SIGN_IN: 502,
    Kind.REMOTE_THROTTLED: 503,
    Kind.REMOTE_UNAVAILABLE: 503,
    Kind.OUTCOME_UNKNOWN: 504,
    Kind.MISCONFIGURED: 503,
    # The request is fine and will be again once the feature is on: the present state conflicts with it.
    Kind.FEATURE_OFF: 409,
}

STATUS_OF_CODE: Final[Mapping[str, int]] = {
    "json.invalid": 400,
    "json.duplicate_name": 400,
    "request.invalid": 400,
    "token.in_query": 400,
    "route.method_not_allowed": 405,
    "body.too_slow": 408,
    "object.changed": 412,
    "connection.changed": 412,
    "trigger.changed": 412,
    "integration.changed": 412,
    "process.changed": 412,
    "task.changed": 412,
    "body.media_type": 415,
    # What the other system answered is more than we read: not the caller's request is too large.
    "answer.too_large": 502,
    "egress.response_too_large": 502,
    "egress.encoding_refused": 502,
    "sql.result_too_large": 502,
    "host.foreign": 421,
    "idempotency.key_reused": 422,
    "headers.too_large": 431,
    "integrity.broken": 500,
}
"""Where HTTP has a more exact word than the kind's."""

_TITLES: Final[Mapping[Kind, str]] = {
    Kind.INVALID: "The request can't be accepted",
    Kind.UNAUTHENTICATED: "Sign in first",
    Kind.FORBIDDEN: "Refused",
    Kind.NOT_FOUND: "Not found",
    Kind.CONFLICT: "Doesn't fit the present state",
    Kind.LIMITED: "A limit was reached",
    Kind.REMOTE_REJECTED: "The other system refused",
    Kind.REMOTE_SIGN_IN: "The other system doesn't accept the credentials",
    Kind.REMOTE_THROTTLED: "The other system asks for patience",
    Kind.REMOTE_UNAVAILABLE: "The other system can't be reached",
    Kind.OUTCOME_UNKNOWN: "It is not known whether it happened",
    Kind.MISCONFIGURED: "The operator must mend something",
    Kind.FEATURE_OFF: "Switched off",
}

_SAID: Final = ("title", "detail", "who_can_change")
"""The members that are sentences of ours."""
_OWN_MEMBERS: Final = frozenset({"type", "title", "status", "detail", "instance", "code", "kind", "retryable"})


@dataclass(frozen=True, slots=True)
class Problem:
    """One refusal, ready to be sent."""

    status: int
    body: dict[str, JsonValue]
    headers: Mapping[str, str]

    def said_in(self, texts: Texts | None) -> "Problem":
        """The same in another language; None is English, in which it is."""
        if texts is None:
            return self
        body = dict(self.body)
        for name in _SAID:
            if isinstance(text := body.get(name), str):
                body[name] = texts.say(text)
        if isinstance(several := body.get("problems"), list):
            body["problems"] = [_said_problem(one, texts) for one in several]
        return Problem(self.status, body, {**self.headers, "content-language": texts.language})

    def response(self) -> Response:
        """As HTTP."""
        return Response(write_json(self.body), self.status, dict(self.headers), media_type=MEDIA_TYPE)


def _said_problem(problem: JsonValue, texts: Texts) -> JsonValue:
    if isinstance(problem, dict) and isinstance(message := problem.get("message"), str):
        return {**problem, "message": texts.say(message)}
    return problem


def problem_of(error: HubError, request_id: RequestId | None = None) -> Problem:
    """How an error is told."""
    status = STATUS_OF_CODE.get(error.code) or STATUS_OF_KIND[error.kind]
    if status == STATUS_OF_KIND[Kind.LIMITED] and not error.retryable:
        # A limit of size, which the same request meets again.
        status = 413
    body: dict[str, JsonValue] = {
        "type": f"urn:jackfield:problem:{error.code}",
        "title": _TITLES[error.kind],
        "status": status,
        "detail": error.message,
        "code": error.code,
        "kind": error.kind.value,
        "retryable": error.retryable,
        "request_id": request_id,
    }
    for name, value in error.data.items():
        if value is not None:
            body[f"remote_{name}" if name in _OWN_MEMBERS else name] = value
    headers: dict[str, str] = {}
    if status == 401:
        headers["www-authenticate"] = 'Bearer realm="jackfield"'
    if error.retry_after is not None:
        headers["retry-after"] = str(max(1, math.ceil(min(error.retry_after, 86_400))))
    return Problem(status, body, headers)


class DatabaseUnavailableError(HubError):
    """The database of Jackfield itself failed: it is full, gone, or broken; the log says which."""

    code = "database.unavailable"
    kind = Kind.MISCONFIGURED


def unexpected_problem(error: Exception, request_id: RequestId | None) -> Problem:
    """How everything is told that nobody foresaw: nothing of it, but where to look it up."""
    if find_database_failure(error) is not None:
        return problem_of(
            DatabaseUnavailableError(
                "Jackfield's own database can't be used now, so look whether it was done before you try again; the "
                "server's log has the reason under the request id"
            ),
            request_id,
        )
    return Problem(
        500,
        {
            "type": "urn:jackfield:problem:server.failed",
            "title": "Something went wrong here",
            "status": 500,
            "detail": "the server failed to answer this request; its log has the reason under the request id",
            "code": "server.failed",
            "kind": "unexpected",
            "retryable": False,
            "request_id": request_id,
        },
        {},
    )


def routing_problem(error: HTTPException, request_id: RequestId | None) -> Problem:
    """What the router itself refuses, in the same shape."""
    status = error.status_code
    match status:
        case 404:
            code, kind, title = "route.not_found", "not_found", _TITLES[Kind.NOT_FOUND]
            detail = "there is nothing at this address; /docs lists what there is"
        case 405:
            code, kind, title = "route.method_not_allowed", "invalid", _TITLES[Kind.INVALID]
            detail = "this address doesn't know that method; the Allow header lists those it knows"
        case _:
            code, kind, title = "request.invalid", "invalid", _TITLES[Kind.INVALID]
            detail = "the request can't be read"
    body: dict[str, JsonValue] = {
        "type": f"urn:jackfield:problem:{code}",
        "title": title,
        "status": status,
        "detail": detail,
        "code": code,
        "kind": kind,
        "retryable": False,
        "request_id": request_id,
    }
    return Problem(status, body, dict(error.headers or {}))


def invalid_parameters(error: RequestValidationError) -> InvalidError:
    """What is wrong with path, query and headers, without what was submitted (case D02)."""
    problems: list[JsonValue] = []
    for one in error.errors()[:20]:
        path = ".".join(str(part) for part in one["loc"])
        problems.append({"field": path, "message": describe_wrong_input(one)})
    first = problems[0] if problems else None
    if not isinstance(first, dict):
        return InvalidError("the request can't be accepted")
    return InvalidError(f"{first['field']}: {first['message']}", field=first["field"], problems=problems)

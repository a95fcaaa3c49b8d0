"""The example's ticket service: REST as `openapi.json` describes it, which also says what a request may hold."""

import json
from collections.abc import Awaitable, Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import jsonschema_rs
from aiohttp import web

from jackfield.example.accounts import Accounts
from jackfield.example.systems.ticket_store import Row, TicketStore, now

KEY_HEADER: Final = "X-Api-Key"
ACCOUNTS: Final = ("tickets", "ticket-desk")
"""Each with a key of its own: the HTTP connection's and the custom integration's."""
_DESCRIPTION: Final = Path(__file__).with_name("openapi.json")
_MAX_BODY: Final = 1 << 20
_FILTERS: Final = ("status", "priority", "assignee", "customer")

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class ProblemError(Exception):
    """A request that is refused; rendered as RFC 9457 has it."""

    def __init__(self, status: int, title: str, detail: str, errors: list[dict[str, str]] | None = None) -> None:
        super().__init__(detail)
        self.status = status
        self.body: dict[str, Any] = {"type": "about:blank", "title": title, "status": status, "detail": detail}
        if errors:
            self.body["errors"] = errors


def make_app(accounts: Accounts, store: TicketStore) -> web.Application:
    """The service."""
    service = _Service(store)
    app = web.Application(middlewares=[_problems, _keys(accounts)], client_max_size=_MAX_BODY)
    app.add_routes(
        [
            web.get("/", service.describe),
            web.get("/openapi.json", service.describe),
            web.get("/me", service.me),
            web.get("/tickets", service.list_tickets),
            web.post("/tickets", service.create),
            web.get(r"/tickets/{number:\d{1,15}}", service.get),
            web.patch(r"/tickets/{number:\d{1,15}}", service.update),
            web.delete(r"/tickets/{number:\d{1,15}}", service.delete),
            web.get(r"/tickets/{number:\d{1,15}}/comments", service.list_comments),
            web.post(r"/tickets/{number:\d{1,15}}/comments", service.comment),
            web.post(r"/tickets/{number:\d{1,15}}/close", service.close),
            web.post(r"/tickets/{number:\d{1,15}}/reopen", service.reopen),
        ]
    )
    return app


class _Service:
    def __init__(self, store: TicketStore) -> None:
        self._store = store

    async def describe(self, request: web.Request) -> web.Response:
        """The OpenAPI document, with the address that it was asked at."""
        document = {**_document(), "servers": [{"url": f"{request.scheme}://{request.host}"}]}
        return web.json_response(document)

    async def me(self, request: web.Request) -> web.Response:
        return web.json_response({"account": request["account"], "company": "Linden Instruments"})

    async def list_tickets(self, request: web.Request) -> web.Response:
        _require_parameters(request, "/tickets")
        query = request.query
        limit, before = int(query.get("limit", 20)), int(query["cursor"]) if "cursor" in query else None
        filters = {name: query[name] for name in _FILTERS if name in query}
        items, total = self._store.list_tickets(filters, query.get("q", ""), before, limit + 1)
        page, more = list(items[:limit]), len(items) > limit
        cursor = str(page[-1]["number"]) if more else None
        headers = {"Link": f'<{request.url.update_query(cursor=cursor)}>; rel="next"'} if cursor else {}
        return web.json_response({"items": page, "total": total, "next_cursor": cursor}, headers=headers)

    async def create(self, request: web.Request) -> web.Response:
        _require_parameters(request, "/tickets")
        fields = await _body(request, "NewTicket")
        row, is_new = self._store.create(fields, key=request.headers.get("Idempotency-Key"))
        headers = {"Location": f"/tickets/{row['number']}"}
        return web.json_response(row, status=201 if is_new else 200, headers=headers)

    async def get(self, request: web.Request) -> web.Response:
        return _answer(self._require(request))

    async def update(self, request: web.Request) -> web.Response:
        _require_parameters(request, "/tickets/{number}")
        fields = await _body(request, "TicketChange")
        row = self._require(request)
        expected = request.headers.get("If-Match")
        if expected is not None and expected != _etag(row):
            raise ProblemError(412, "Precondition Failed", f"ticket {row['number']} has version {row['version']}")
        if row["status"] == "closed" and "status" in fields:
            raise ProblemError(409, "Conflict", f"ticket {row['number']} is closed; reopen it")
        return _answer(self._store.change(row["number"], fields) or row)

    async def delete(self, request: web.Request) -> web.Response:
        self._store.delete(self._require(request)["number"])
        return web.Response(status=204)

    async def list_comments(self, request: web.Request) -> web.Response:
        return web.json_response({"items": self._store.comments(self._require(request)["number"])})

    async def comment(self, request: web.Request) -> web.Response:
        fields = await _body(request, "NewComment")
        row = self._require(request)
        return web.json_response(self._store.comment(row["number"], request["account"], fields["text"]), status=201)

    async def close(self, request: web.Request) -> web.Response:
        fields = await _body(request, "Closing")
        row = self._require(request)
        if row["status"] == "closed":
            raise ProblemError(409, "Conflict", f"ticket {row['number']} is closed already")
        closed = {"status": "closed", "resolution": fields["resolution"], "closed_at": now()}
        return _answer(self._store.change(row["number"], closed) or row)

    async def reopen(self, request: web.Request) -> web.Response:
        row = self._require(request)
        if row["status"] != "closed":
            raise ProblemError(409, "Conflict", f"ticket {row['number']} is not closed")
        return _answer(
            self._store.change(row["number"], {"status": "open", "resolution": None, "closed_at": None}) or row
        )

    def _require(self, request: web.Request) -> Row:
        number = int(request.match_info["number"])
        row = self._store.find(number)
        if row is None:
            raise ProblemError(404, "Not Found", f"there is no ticket {number}")
        return row


@web.middleware
async def _problems(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Every error as a problem document."""
    headers: dict[str, str] = {}
    try:
        return await handler(request)
    except ProblemError as error:
        body, status = error.body, error.status
    except web.HTTPException as error:
        body, status = ProblemError(error.status, error.reason, error.reason.lower()).body, error.status
        if isinstance(error, web.HTTPMethodNotAllowed):
            headers = {"Allow": ", ".join(sorted(error.allowed_methods))}
    return web.json_response(body, status=status, headers=headers, content_type="application/problem+json")


def _keys(accounts: Accounts) -> Any:
    @web.middleware
    async def require_key(request: web.Request, handler: Handler) -> web.StreamResponse:
        if request.path not in {"/", "/openapi.json"}:
            key = request.headers.get(KEY_HEADER, "")
            account = next((one for one in ACCOUNTS if accounts.is_right(one, key)), None)
            if account is None:
                raise ProblemError(401, "Unauthorized", f"send a valid API key in {KEY_HEADER}")
            request["account"] = account
        return await handler(request)

    return require_key


async def _body(request: web.Request, schema: str) -> Mapping[str, Any]:
    try:
        value = json.loads(await request.text())
    except ValueError:
        raise _invalid("", "the body must be JSON") from None
    _require(schema, value, where="")
    return value


def _require(schema: str, value: Any, *, where: str) -> None:
    _judge(_validator(f"#/components/schemas/{schema}"), value, where)


def _require_parameters(request: web.Request, path: str) -> None:
    """Only those query parameters and headers that the document has, and as it has them."""
    declared = _document()["paths"][path][request.method.lower()].get("parameters", [])
    known = {one["name"] for one in declared if one["in"] == "query"}
    if unknown := sorted(set(request.query) - known):
        raise _invalid("query", f"there is no parameter {unknown[0][:50]!r}")
    for at, one in enumerate(declared):
        given: Mapping[str, str] = request.query if one["in"] == "query" else request.headers
        text = given.get(one["name"])
        if text is not None:
            is_number = one["schema"].get("type") == "integer" and text.isascii() and text.isdigit()
            pointer = f"#/paths/{quote(path.replace('/', '~1'))}/{request.method.lower()}/parameters/{at}/schema"
            _judge(_validator(pointer), int(text) if is_number else text, f"{one['in']}.{one['name']}")


def _judge(validator: Any, value: Any, where: str) -> None:
    errors = [
        {"path": where + "".join(f"/{step}" for step in error.instance_path), "message": error.message}
        for error in validator.iter_errors(value)
    ]
    if errors:
        first = errors[0]
        raise ProblemError(400, "Bad Request", f"{first['path'] or 'the body'}: {first['message']}", errors)


@cache
def _validator(pointer: str) -> Any:
    return jsonschema_rs.Draft202012Validator({**_document(), "$ref": pointer}, validate_formats=True)


@cache
def _document() -> dict[str, Any]:
    return json.loads(_DESCRIPTION.read_bytes())


def _invalid(where: str, what: str) -> ProblemError:
    detail = f"{where}: {what}" if where else what
    return ProblemError(400, "Bad Request", detail, [{"path": where, "message": what}])


def _answer(row: Row) -> web.Response:
    return web.json_response(row, headers={"ETag": _etag(row)})


def _etag(row: Row) -> str:
    return f'"{row["version"]}"'

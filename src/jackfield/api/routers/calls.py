"""Calling an action of a connection: the hot route, without the framework's detours."""

from typing import Annotated, Any, Final

import msgspec
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from jackfield.api.access import needs
from jackfield.api.bodies import Input, Output
from jackfield.api.desk import Asking, Hub, caller_of, desk_of
from jackfield.api.languages import is_said_otherwise, say
from jackfield.api.routes import Routes, find_key
from jackfield.connectors import Effect, Repeat
from jackfield.directory import Scope
from jackfield.gateway import UseResult

routes = Routes("calls", "Calling an action of a connection; every call is authorised, recorded and bounded.")


class Call(Input):
    """What to do."""

    connection: Annotated[str, Field(min_length=1, max_length=200, description="Its id, or its name.")]
    action: Annotated[str, Field(min_length=1, max_length=100, examples=["request"])]
    arguments: dict[str, Any] = Field(default_factory=dict[str, Any], description="As the action's schema says.")
    idempotency_key: Annotated[str, Field(min_length=1, max_length=200)] | None = Field(
        default=None, description="Sent along to systems that know such keys; made from `Idempotency-Key` if left out."
    )


class CallToWeigh(Input):
    """What one would do."""

    connection: Annotated[str, Field(min_length=1, max_length=200, description="Its id, or its name.")]
    action: Annotated[str, Field(min_length=1, max_length=100, examples=["request"])]
    arguments: dict[str, Any] = Field(default_factory=dict[str, Any], description="As the action's schema says.")


class CallWeight(Output):
    """How heavy it would be."""

    effect: Effect = Field(description="What it would do to the other side.")
    repeat: Repeat = Field(description="Whether it could be done again when nobody knows if it was done.")


class CallResult(Output):
    """What came of it."""

    request_id: str
    result: dict[str, Any] = Field(description="As the action's result schema says.")
    secret_reflected: bool = Field(description="The other side sent a secret back; it was replaced by `[secret]`.")
    attempts: int
    duration_ms: int


@routes.plain_post("/api/calls", "call_make", needs(Scope.USE), Call, CallResult, summary="Call an action")
async def make_call(request: Request, body: Call) -> Response:
    """Performs one action and gives its result.

    Who may design with the connection may call it. The call is recorded before it leaves and when it is done; if it
    can't be recorded, it is not done. A failure of the other system is told as `remote.…`; `retryable` says whether
    trying again may help, and `outcome.unknown` that it may have happened.
    """
    caller = caller_of(request)
    done = await desk_of(request).services.gateway.use(
        caller,
        body.connection,
        body.action,
        body.arguments,
        idempotency_key=body.idempotency_key or own_key(request, caller.principal.person_id),
    )
    return answer_call(done)


_WARNED: Final = b'"warnings":["'


def answer_call(done: UseResult) -> Response:
    """What came of a call; its result is JSON already."""
    result = done.result if not is_said_otherwise() or _WARNED not in done.result else _said(done.result)
    head = (
        f'{{"request_id":"{done.request_id}","secret_reflected":{"true" if done.secret_reflected else "false"},'
        f'"attempts":{done.attempts},"duration_ms":{done.duration_ms},"result":'
    )
    return Response(b"%b%b}" % (head.encode(), result), media_type="application/json")


def _said(result: bytes) -> bytes:
    """The result with its `warnings`, which are sentences of ours, in the language of this request; all else as it is."""
    members = msgspec.json.decode(result, type=dict[str, msgspec.Raw])
    if "warnings" in members:
        warnings = msgspec.json.decode(members["warnings"], type=list[str])
        members["warnings"] = msgspec.Raw(msgspec.json.encode([say(one) for one in warnings]))
    return msgspec.json.encode(members)


@routes.post("/api/calls/weighings", "call_weigh", needs(Scope.USE), summary="Weigh a call")
async def weigh_call(body: CallToWeigh, hub: Hub, caller: Asking) -> CallWeight:
    """Says what a call with these arguments would do to the other side (O6), as an action's effect may depend on them.

    Nothing is sent or recorded; what the call itself would be refused for is refused here, too.
    """
    weight = await hub.gateway.weigh(caller, body.connection, body.action, body.arguments)
    return CallWeight(effect=weight.effect, repeat=weight.repeat)


def own_key(request: Request, person_id: str) -> str | None:
    """The key for the other system, made from the request's `Idempotency-Key`."""
    # Two people may choose the same key; to the other system they are the same connection.
    given = find_key(request)
    if given is None:
        return None
    return desk_of(request).services.vault.mac("call", f"{person_id} {given}".encode()).hex()[:40]

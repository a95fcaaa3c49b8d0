"""Calling an action of a connection: the hot route, without the framework's detours."""

from typing import Annotated, Any

from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from jackfield.api.access import needs
from jackfield.api.bodies import Input, Output
from jackfield.api.desk import caller_of, desk_of
from jackfield.api.routes import IDEMPOTENCY_HEADER, Routes
from jackfield.directory import Scope
from jackfield.kernel import write_json

routes = Routes("calls", "Calling an action of a connection; every call is authorised, recorded and bounded.")


class Call(Input):
    """What to do."""

    connection: Annotated[str, Field(min_length=1, max_length=200, description="Its id, or its name.")]
    action: Annotated[str, Field(min_length=1, max_length=100, examples=["request"])]
    arguments: dict[str, Any] = Field(default_factory=dict[str, Any], description="As the action's schema says.")
    idempotency_key: Annotated[str, Field(min_length=1, max_length=200)] | None = Field(
        default=None, description="Sent along to systems that know such keys; made from `Idempotency-Key` if left out."
    )


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
        idempotency_key=body.idempotency_key or _own_key(request, caller.principal.person_id),
    )
    head = write_json(
        {
            "request_id": done.request_id,
            "secret_reflected": done.secret_reflected,
            "attempts": done.attempts,
            "duration_ms": done.duration_ms,
        }
    )
    return Response(head[:-1] + b',"result":' + done.result + b"}", media_type="application/json")


def _own_key(request: Request, person_id: str) -> str | None:
    # Two people may choose the same key; to the other system they are the same connection.
    given = request.headers.get(IDEMPOTENCY_HEADER)
    if given is None:
        return None
    return desk_of(request).services.vault.mac("call", f"{person_id} {given}".encode()).hex()[:40]

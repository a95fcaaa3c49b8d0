"""API tokens: made for oneself, shown once (E2)."""

from datetime import datetime
from typing import Annotated

from fastapi import Query
from pydantic import Field

from jackfield.api.access import needs
from jackfield.api.bodies import Input, Moment, Name, Output
from jackfield.api.desk import Asking, Hub
from jackfield.api.paging import PageAsked, PageOf
from jackfield.api.routes import Routes
from jackfield.directory import ApiToken, Scope
from jackfield.kernel import PersonId, TokenId

routes = Routes("tokens", "API tokens, for programs; each with as few scopes as it needs, and an end.")


class CreateToken(Input):
    """What the token is for."""

    name: Annotated[Name, Field(examples=["nightly filing"])]
    scopes: Annotated[list[Scope], Field(min_length=1, max_length=16)]
    expires_at: Moment | None = Field(default=None, description="90 days from now if left out; a year at most.")


class Token(Output):
    """A token, without its text."""

    id: str
    person_id: str
    name: str
    scopes: list[Scope]
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None = Field(description="To about a minute.")
    revoked_at: datetime | None


class NewToken(Output):
    """A token just made."""

    token: Token
    text: str = Field(description="The token itself, as it is sent after `Bearer`. Shown this once.")


@routes.post(
    "/api/tokens",
    "token_create",
    needs(Scope.READ, by_token=False),
    tells_secret=True,
    status_code=201,
    summary="Make a token",
)
async def create_token(body: CreateToken, hub: Hub, caller: Asking) -> NewToken:
    """Makes an API token for oneself; its text is in this answer and never again.

    A token never makes a token: this takes a session.
    """
    life = None if body.expires_at is None else body.expires_at - hub.clock.now()
    issued = await hub.directory.tokens.create_token(caller, name=body.name, scopes=body.scopes, life=life)
    return NewToken(token=_show(issued.token), text=issued.secret.reveal())


@routes.get("/api/tokens", "token_list", needs(Scope.READ), summary="List tokens")
async def list_tokens(
    *,
    hub: Hub,
    caller: Asking,
    paging: PageAsked,
    person_id: Annotated[PersonId | None, Query(description="Whose; one's own if left out.")] = None,
) -> PageOf[Token]:
    """A person's tokens, newest first, with the expired and revoked."""
    page = await hub.directory.tokens.list_tokens(caller, person_id=person_id, page=paging.wanted)
    return paging.answer(page, _show)


@routes.delete("/api/tokens/{token_id}", "token_revoke", needs(Scope.MANAGE_DIRECTORY), summary="Revoke a token")
async def revoke_token(token_id: TokenId, hub: Hub, caller: Asking) -> None:
    """Makes it worth nothing, everywhere within a second."""
    await hub.directory.tokens.revoke_token(caller, token_id)


def _show(token: ApiToken) -> Token:
    return Token(
        id=token.id,
        person_id=token.person_id,
        name=token.name,
        scopes=sorted(token.scopes),
        created_at=token.created_at,
        expires_at=token.expires_at,
        last_used_at=token.last_used_at,
        revoked_at=token.revoked_at,
    )

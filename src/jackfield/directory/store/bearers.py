"""Sessions and API tokens: only their SHA-256 is here."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, insert, select, update

from jackfield.db import Transaction
from jackfield.directory.models import ApiToken, Scope
from jackfield.directory.tables import api_tokens, sessions
from jackfield.kernel import Page, PageRequest, PersonId, SessionId, TokenId

_ORDER = "-created_at"


def insert_session(
    tx: Transaction, session_id: SessionId, person_id: PersonId, *, digest: bytes, now: datetime, expires_at: datetime
) -> None:
    """Begin a session; the person's expired ones go."""
    tx.connection.execute(delete(sessions).where(sessions.c.person_id == person_id, sessions.c.expires_at <= now))
    tx.connection.execute(
        insert(sessions).values(
            id=session_id,
            person_id=person_id,
            hash=digest,
            created_at=now,
            last_used_at=now,
            expires_at=expires_at,
        )
    )


def is_session_open(tx: Transaction, session_id: SessionId, now: datetime) -> bool:
    """Whether the session has neither ended nor expired."""
    query = select(sessions.c.id).where(sessions.c.id == session_id, sessions.c.expires_at > now)
    return tx.connection.execute(query).first() is not None


def is_token_valid(tx: Transaction, token_id: TokenId, now: datetime) -> bool:
    """Whether the API token is neither revoked nor expired."""
    query = select(api_tokens.c.id).where(
        api_tokens.c.id == token_id, api_tokens.c.revoked_at.is_(None), api_tokens.c.expires_at > now
    )
    return tx.connection.execute(query).first() is not None


def delete_session(tx: Transaction, session_id: SessionId) -> None:
    """End one session."""
    tx.connection.execute(delete(sessions).where(sessions.c.id == session_id))


def delete_sessions(tx: Transaction, person_id: PersonId) -> int:
    """End all sessions of a person; says how many."""
    ended = tx.connection.execute(delete(sessions).where(sessions.c.person_id == person_id).returning(sessions.c.id))
    return len(ended.all())


def insert_token(tx: Transaction, token: ApiToken, digest: bytes) -> None:
    """Store a new API token."""
    tx.connection.execute(
        insert(api_tokens).values(
            id=token.id,
            person_id=token.person_id,
            name=token.name,
            hash=digest,
            scopes=sorted(token.scopes),
            created_at=token.created_at,
            expires_at=token.expires_at,
            last_used_at=None,
            revoked_at=None,
        )
    )


def find_token(tx: Transaction, token_id: TokenId) -> ApiToken | None:
    """The API token with this id."""
    row = tx.connection.execute(select(api_tokens).where(api_tokens.c.id == token_id)).first()
    return None if row is None else _token(row)


def list_tokens(tx: Transaction, person_id: PersonId, page: PageRequest) -> Page[ApiToken]:
    """A person's API tokens, the newest first, with the expired and revoked."""
    query = (
        select(api_tokens)
        .where(api_tokens.c.person_id == person_id)
        .order_by(api_tokens.c.id.desc())
        .limit(page.limit + 1)
    )
    if after := page.after(_ORDER, 1):
        query = query.where(api_tokens.c.id < str(after[0]))
    found = [_token(row) for row in tx.connection.execute(query)]
    # ids made later sort later
    return Page[ApiToken].cut(found, page.limit, _ORDER, lambda token: (token.id,))


def revoke_token(tx: Transaction, token_id: TokenId, now: datetime) -> None:
    """Make an API token worth nothing."""
    tx.connection.execute(update(api_tokens).where(api_tokens.c.id == token_id).values(revoked_at=now))


def revoke_tokens(tx: Transaction, person_id: PersonId, now: datetime) -> int:
    """Revoke all API tokens of a person; says how many there were."""
    revoked = tx.connection.execute(
        update(api_tokens)
        .where(api_tokens.c.person_id == person_id, api_tokens.c.revoked_at.is_(None))
        .values(revoked_at=now)
        .returning(api_tokens.c.id)
    )
    return len(revoked.all())


def touch(
    tx: Transaction, used_sessions: Mapping[SessionId, datetime], used_tokens: Mapping[TokenId, datetime]
) -> None:
    """Store when sessions and tokens were last used, unless a later use is known."""
    # In the order of their ids, so that two processes can't wait for each other's rows.
    for session_id, moment in sorted(used_sessions.items()):
        tx.connection.execute(
            update(sessions)
            .where(sessions.c.id == session_id, sessions.c.last_used_at < moment)
            .values(last_used_at=moment)
        )
    for token_id, moment in sorted(used_tokens.items()):
        is_older = api_tokens.c.last_used_at.is_(None) | (api_tokens.c.last_used_at < moment)
        tx.connection.execute(
            update(api_tokens).where(api_tokens.c.id == token_id, is_older).values(last_used_at=moment)
        )


def _token(row: Row[Any]) -> ApiToken:
    scopes: Sequence[str] = row.scopes
    return ApiToken(
        id=TokenId(row.id),
        person_id=PersonId(row.person_id),
        name=row.name,
        scopes=frozenset(Scope(scope) for scope in scopes),
        created_at=row.created_at,
        expires_at=row.expires_at,
        last_used_at=row.last_used_at,
        revoked_at=row.revoked_at,
    )

"""Who holds this session or this API token: answered from memory as long as no policy changes.

A hit reads nothing from the database: one SHA-256, one look-up, two comparisons of times. Expiry and idle time are
looked at on every hit. When something was last used is written for all of them together, once a minute.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from jackfield.db import Database, EpochCache, PolicyEpoch, Transaction
from jackfield.directory.errors import SessionEndedError, TokenInvalidError
from jackfield.directory.models import Caller, Principal
from jackfield.directory.service.guesses import GuessLimit
from jackfield.directory.store import bearers, principals
from jackfield.directory.store.principals import Bearer
from jackfield.directory.tokens import TokenKind, find_digest
from jackfield.kernel import Clock, PersonId, Secret, SessionId, TokenId
from jackfield.settings import Limits

_SIZE = 20_000
_WRITE_USES_EVERY = timedelta(minutes=1)


@dataclass(slots=True)
class _Held:
    principal: Principal
    expires_at: datetime
    last_used_at: datetime


class Principals:
    """Finds principals, and remembers them for one policy epoch."""

    def __init__(self, database: Database, epoch: PolicyEpoch, clock: Clock, limits: Limits) -> None:
        self._database = database
        self._epoch = epoch
        self._clock = clock
        self._idle = limits.session_idle
        self._held: EpochCache[bytes, _Held] = EpochCache(_SIZE)
        self._people: EpochCache[PersonId, Principal] = EpochCache(_SIZE)
        self._guesses = GuessLimit(limits.sign_ins_per_minute_address)
        self._used_sessions: dict[SessionId, datetime] = {}
        self._used_tokens: dict[TokenId, datetime] = {}
        self._uses_written_at = clock.now()

    async def principal_of_session(self, token: Secret) -> Principal:
        """Who signed in with this session.

        Raises:
            SessionEndedError: There is no such session, it has ended or lay idle too long, or its person is inactive.
        """
        digest = find_digest(TokenKind.SESSION, token)
        if digest is None:
            raise _session_ended()
        now = self._clock.now()
        held = await self._find(digest, principals.find_by_session)
        if held is not None and now >= held.last_used_at + self._idle:
            # Another process may have seen it used since.
            held = await self._load(digest, principals.find_by_session)
        if held is None or now >= held.expires_at or now >= held.last_used_at + self._idle:
            self._held.drop(digest)
            raise _session_ended()
        held.last_used_at = now
        if held.principal.session_id is not None:
            self._used_sessions[held.principal.session_id] = now
        await self._write_uses(now)
        return held.principal

    async def principal_of_token(self, token: Secret, address: str = "") -> Principal:
        """Whose API token this is, with the token's scopes.

        Args:
            token: As it was sent.
            address: Where it came from; guesses are counted by it.

        Raises:
            TokenInvalidError: There is no such token, it has expired or was revoked, or its person is inactive.
            SignInThrottledError: Too many unknown tokens came from this address.
        """
        digest = find_digest(TokenKind.API_TOKEN, token)
        if digest is None:
            raise _token_invalid()
        now = self._clock.now()
        epoch = await self._epoch.current()
        held = self._held.find(digest, epoch)
        if held is None:
            self._guesses.count(address, digest, now)
            held = await self._load(digest, principals.find_by_token)
            if held is None:
                raise _token_invalid()
            self._guesses.hit(address, digest, now)
        if now >= held.expires_at:
            self._held.drop(digest)
            raise _token_invalid()
        if held.principal.token_id is not None:
            self._used_tokens[held.principal.token_id] = now
        await self._write_uses(now)
        return held.principal

    async def find_principal(self, person_id: PersonId) -> Principal | None:
        """The person with all scopes and neither session nor token; None if there is no such person.

        An inactive one is found, too: every decision about him is no.
        """
        found = self._people.find(person_id, await self._epoch.current())
        if found is None:
            found = await self._database.read(lambda tx: principals.find_principal(tx, person_id))
            if found is not None:
                self._epoch.note(found.epoch)
                self._people.keep(person_id, found.epoch, found)
        return found

    async def renew(self, caller: Caller, epoch: int) -> Caller:
        """The caller as he is at `epoch` or later, with the session or token he came with.

        Raises:
            SessionEndedError: His session has ended, or he is inactive.
            TokenInvalidError: His API token was revoked or has expired.
        """
        was = caller.principal
        if was.epoch >= epoch:
            return caller
        self._epoch.note(epoch)
        now = self._clock.now()

        def work(tx: Transaction) -> Principal:
            found = principals.find_principal(tx, was.person_id)
            if was.token_id is not None and not bearers.is_token_valid(tx, was.token_id, now):
                raise _token_invalid()
            is_open = was.session_id is None or bearers.is_session_open(tx, was.session_id, now)
            if found is None or not found.is_active or not is_open:
                raise _session_ended()
            return replace(found, scopes=was.scopes, session_id=was.session_id, token_id=was.token_id)

        return Caller(await self._database.read(work), caller.door, caller.request_id)

    async def write_uses(self) -> None:
        """Write at once when sessions and tokens were last used; for the end of the process."""
        await self._write_uses(self._clock.now(), at_once=True)

    async def _find(self, digest: bytes, query: Callable[[Transaction, bytes], Bearer | None]) -> _Held | None:
        return self._held.find(digest, await self._epoch.current()) or await self._load(digest, query)

    async def _load(self, digest: bytes, query: Callable[[Transaction, bytes], Bearer | None]) -> _Held | None:
        found = await self._database.read(lambda tx: query(tx, digest))
        if found is None or not found.principal.is_active:
            return None
        principal = found.principal
        last_used_at = found.last_used_at or self._clock.now()
        if principal.session_id is not None:
            last_used_at = max(last_used_at, self._used_sessions.get(principal.session_id, last_used_at))
        held = _Held(principal, found.expires_at, last_used_at)
        self._epoch.note(principal.epoch)
        self._held.keep(digest, principal.epoch, held)
        return held

    async def _write_uses(self, now: datetime, *, at_once: bool = False) -> None:
        if not at_once and now - self._uses_written_at < _WRITE_USES_EVERY:
            return
        used_sessions, self._used_sessions = self._used_sessions, {}
        used_tokens, self._used_tokens = self._used_tokens, {}
        self._uses_written_at = now
        if used_sessions or used_tokens:
            await self._database.write(lambda tx: bearers.touch(tx, used_sessions, used_tokens))


def _session_ended() -> SessionEndedError:
    return SessionEndedError("the session has ended; sign in again")


def _token_invalid() -> TokenInvalidError:
    return TokenInvalidError("the API token is not valid; make a new one")

"""Taking a key, and leaving or giving back."""

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from jackfield.api.idempotency import store
from jackfield.api.idempotency.store import KeyRef, TakenKey
from jackfield.db import Database, Transaction
from jackfield.errors import ConflictError, HubError, IntegrityError, InvalidError
from jackfield.kernel import Clock, RequestId, Secret
from jackfield.vault import Binding, Sealed, Vault

_KEY: Final = re.compile(r"[\x21-\x7e]{1,200}")
_LONGEST_REQUEST: Final = timedelta(minutes=10)
"""No request lives longer; one that took its key before and left nothing was cut off."""
_FORGET_EVERY: Final = timedelta(minutes=5)
_KEPT_HEADERS: Final = frozenset({"content-type", "location", "etag"})


class KeyMalformedError(InvalidError):
    """No text that can be a key."""

    code = "idempotency.key_malformed"


class KeyReusedError(InvalidError):
    """The key belongs to another request."""

    code = "idempotency.key_reused"


class InProgressError(ConflictError):
    """The request with this key is still running."""

    code = "idempotency.in_progress"
    fields = ConflictError.fields | {"retry_after"}


class RequestInterruptedError(ConflictError):
    """The request with this key was cut off; nobody knows whether it took effect."""

    code = "idempotency.interrupted"


class AnswerGoneError(ConflictError):
    """The request was done, and its answer is not to be had again."""

    code = "idempotency.answer_gone"


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """An answer as it is kept and sent again."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Idempotency:
    """Lets a request with a key take effect once."""

    def __init__(self, database: Database, vault: Vault, clock: Clock, memory: timedelta) -> None:
        self._database = database
        self._vault = vault
        self._clock = clock
        self._memory = memory
        self._forgot_at = clock.now()

    async def once(
        self,
        ref: KeyRef,
        request_id: RequestId,
        request: bytes,
        perform: Callable[[], Awaitable[StoredAnswer]],
        *,
        is_secret: bool = False,
    ) -> tuple[StoredAnswer, bool]:
        """Carry the request out, or give the answer it got before.

        Args:
            ref: Whose key, and which.
            request_id: Of this request.
            request: All that makes it this request: method, address, body.
            perform: Carries it out. Raises `HubError` only if nothing happened; what was refused elsewhere, or may have
                happened, is an answer.
            is_secret: Whether the answer holds something that is shown once, and so must not be kept.

        Returns:
            The answer, and whether it is one from before.

        Raises:
            InvalidError: The key is malformed, or belongs to another request.
            ConflictError: It is running, was cut off, or its answer is not to be had again.
        """
        if not _KEY.fullmatch(ref.key):
            raise KeyMalformedError(
                "an idempotency key has 1 to 200 visible ASCII characters", field="header.idempotency-key"
            )
        digest = self._vault.mac("idempotency", request)
        taken = await self._take(ref, digest, request_id)
        if taken is not None:
            return self._answer_again(ref, digest, taken), True
        try:
            answer = await perform()
        except HubError:
            await self._database.write(lambda tx: store.give_back(tx, ref))
            raise
        await self._leave(ref, answer, is_secret=is_secret and answer.status < 400)
        return answer, False

    async def _take(self, ref: KeyRef, digest: bytes, request_id: RequestId) -> TakenKey | None:
        now = self._clock.now()
        forget = now - self._forgot_at > _FORGET_EVERY
        if forget:
            self._forgot_at = now

        def work(tx: Transaction) -> TakenKey | None:
            if forget:
                store.forget_expired(tx, now)
            return store.take(tx, ref, digest, request_id, now=now, expires_at=now + self._memory)

        return await self._database.write(work)

    async def _leave(self, ref: KeyRef, answer: StoredAnswer, *, is_secret: bool) -> None:
        headers = {name: value for name, value in answer.headers.items() if name in _KEPT_HEADERS}
        sealed = None if is_secret else self._vault.seal(Secret(answer.body.decode()), binding_of(ref))
        key_id, data = (sealed.key_id, sealed.data) if sealed else (None, None)
        await self._database.write(
            lambda tx: store.leave_answer(tx, ref, answer.status, headers, sealed_key_id=key_id, sealed=data)
        )

    def _answer_again(self, ref: KeyRef, digest: bytes, taken: TakenKey) -> StoredAnswer:
        if taken.digest != digest:
            raise KeyReusedError(
                "this idempotency key belongs to another request; use a new one", field="header.idempotency-key"
            )
        if taken.status is None:
            raise _without_answer(taken, self._clock.now())
        if taken.sealed is None or taken.sealed_key_id is None:
            raise AnswerGoneError(
                f"this was done before (request {taken.request_id}), and its answer held a secret that is shown once"
            )
        try:
            body = self._vault.unseal(Sealed(taken.sealed_key_id, taken.sealed), binding_of(ref))
        except IntegrityError:
            raise AnswerGoneError(
                f"this was done before (request {taken.request_id}), and its answer can't be opened any more"
            ) from None
        headers = {name: str(value) for name, value in (taken.headers or {}).items()}
        return StoredAnswer(taken.status, headers, body.reveal().encode())


def _without_answer(taken: TakenKey, now: datetime) -> ConflictError:
    if now - taken.taken_at < _LONGEST_REQUEST:
        return InProgressError("the request with this idempotency key is still running", retry_after=1)
    return RequestInterruptedError(
        f"the request with this idempotency key was cut off (request {taken.request_id}): look whether it took effect "
        "before you send it with a new key"
    )


def binding_of(ref: KeyRef) -> Binding:
    """Where a kept answer is sealed to."""
    return Binding("", f"idempotency/{ref.principal_id}", ref.key, 1, "api")

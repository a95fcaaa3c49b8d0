"""The secrets of webhooks: two may be in force, so that one can be changed without losing a request (D65)."""

import secrets as random
from typing import Final

from jackfield.db import Transaction
from jackfield.directory import Caller
from jackfield.errors import InvalidError
from jackfield.kernel import Secret, TriggerId
from jackfield.processes import ProcessAct
from jackfield.triggers.errors import NoSecretError, WrongKindError
from jackfield.triggers.kinds import Webhook
from jackfield.triggers.models import IssuedSecret
from jackfield.triggers.service.parts import Parts
from jackfield.triggers.service.sealing import box_of, close_secret
from jackfield.triggers.signatures import standard_key, write_standard_secret
from jackfield.triggers.store import secrets

MOST: Final = 2
_BYTES: Final = 32
_SHORTEST: Final = 16
_LONGEST: Final = 512


async def add_secret(parts: Parts, caller: Caller, trigger_id: TriggerId, given: Secret | None) -> IssuedSecret:
    """Put a secret in force beside the one that is: a new one, or one that the sender has made.

    Raises:
        NoSecretError: Two are in force: retire one first.
        InvalidError: The one that was given is too short, or not of the kind that the trigger checks.
    """

    def work(tx: Transaction) -> IssuedSecret:
        tx.change_policy()  # what is remembered of the webhook is void with it
        opened = parts.open(tx, caller, ProcessAct.EDIT, trigger_id, writes_uses=False)
        settings = opened.trigger.settings
        if not isinstance(settings, Webhook):
            raise WrongKindError("only webhooks have addresses and secrets", field="kind")
        known = secrets.list_secrets(tx, trigger_id)
        if len(known) >= MOST:
            raise NoSecretError(f"{MOST} secrets are in force already: retire one first", field="secret")
        number = max((one.number for one in known), default=0) + 1
        key, shown_once = _read(settings, given)
        closed = close_secret(box_of(parts.vault, opened.kept), number, key)
        secrets.insert_secret(tx, trigger_id, number, closed, at=parts.clock.now(), by=opened.of.principal.person_id)
        parts.record(tx, caller, "trigger.add_secret", opened, number=number)
        return IssuedSecret(number, shown_once)

    return await parts.act(caller, "trigger.add_secret", trigger_id, work)


async def retire_secret(parts: Parts, caller: Caller, trigger_id: TriggerId, number: int) -> None:
    """Destroy a secret; requests signed with it are refused from then on.

    Raises:
        NoSecretError: There is none of that number, or it is the last of a webhook that checks signatures.
    """

    def work(tx: Transaction) -> None:
        tx.change_policy()  # what is remembered of the webhook is void with it
        opened = parts.open(tx, caller, ProcessAct.EDIT, trigger_id, writes_uses=False)
        settings = opened.trigger.settings
        known = {one.number for one in secrets.list_secrets(tx, trigger_id)}
        if number not in known:
            raise NoSecretError("there is no secret of that number", field="number")
        if known == {number} and isinstance(settings, Webhook) and settings.verify != "none":
            raise NoSecretError("it is the last one: put another in force first", field="number")
        secrets.destroy_secrets(tx, trigger_id, [number])
        parts.record(tx, caller, "trigger.retire_secret", opened, number=number)

    await parts.act(caller, "trigger.retire_secret", trigger_id, work)


def make_key() -> bytes:
    """A new secret, as bytes."""
    return random.token_bytes(_BYTES)


def key_bytes(settings: Webhook, key: bytes) -> bytes:
    """What signatures are checked with: for a plain HMAC the text that was told, as it is."""
    return key if settings.verify == "standard" else shown(settings, key).reveal().encode()


def shown(settings: Webhook, key: bytes) -> Secret:
    """A secret of ours as it is told once."""
    return Secret(write_standard_secret(key) if settings.verify == "standard" else key.hex())


def _read(settings: Webhook, given: Secret | None) -> tuple[bytes, Secret]:
    if given is None:
        key = make_key()
        return key_bytes(settings, key), shown(settings, key)
    text = given.reveal()
    if settings.verify == "standard":
        try:
            return standard_key(text), given
        except ValueError as error:
            raise InvalidError(f"secret: {error}", field="secret") from None
    if not _SHORTEST <= len(text) <= _LONGEST:
        raise InvalidError(f"secret: must have {_SHORTEST} to {_LONGEST} characters", field="secret")
    return text.encode("utf-8", "surrogatepass"), given

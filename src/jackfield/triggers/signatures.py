"""Whether a webhook's request comes from who knows the secret (mechanism M30). Pure: the present moment is handed in.

Two ways to sign: Standard Webhooks (standardwebhooks.com, as of version 1.0.0), which signs an id and a moment along with
the body, and a plain HMAC-SHA256 over the body, as GitHub and many others send it. Signatures are compared in constant
time, every one with every secret.
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final

TOLERANCE: Final = timedelta(minutes=5)
"""How far a sender's clock may be off, and how old a request may be."""
STANDARD_PREFIX: Final = "whsec_"
_SENDERS: Final = ("webhook", "svix")
"""What the three headers of Standard Webhooks begin with; some senders have kept the older word."""
_MOST_SIGNATURES: Final = 10
_MOST_ID: Final = 256


class Encoding(StrEnum):
    """How a plain signature is written."""

    HEX = "hex"
    BASE64 = "base64"


@dataclass(frozen=True, slots=True)
class PlainHmac:
    """How a sender signs the body alone."""

    header: str
    """Where the signature stands, as in `X-Hub-Signature-256`."""
    prefix: str = ""
    """What stands before it, as in `sha256=`."""
    encoding: Encoding = Encoding.HEX


@dataclass(frozen=True, slots=True)
class Verified:
    """What a signature vouches for."""

    event_id: str | None = None
    """The sender's id of the event; None where none is signed."""
    sent_at: datetime | None = None


class RefusedError(Exception):
    """The request isn't from who knows the secret, or is too old; `args[0]` says why, to the trigger's editors alone."""


def verify_standard(headers: Mapping[str, str], body: bytes, secrets: Sequence[bytes], *, now: datetime) -> Verified:
    """Check a request signed as Standard Webhooks has it.

    Args:
        headers: By their names in lower case.
        body: As it came.
        secrets: Those in force, as bytes (`standard_key`).
        now: The present moment.

    Raises:
        RefusedError: No such signature, none that fits, or the moment is too far away.
    """
    sender = next((one for one in _SENDERS if f"{one}-id" in headers), _SENDERS[0])
    event_id, moment = headers.get(f"{sender}-id", ""), headers.get(f"{sender}-timestamp", "")
    given = headers.get(f"{sender}-signature", "").split()[:_MOST_SIGNATURES]
    if not event_id or not moment or not given:
        raise RefusedError("the headers webhook-id, webhook-timestamp and webhook-signature are not all there")
    if len(event_id) > _MOST_ID:
        raise RefusedError(f"the id has more than {_MOST_ID} characters")
    signed = b".".join((_bytes(event_id), _bytes(moment), body))
    signatures = [value for version, _, value in (one.partition(",") for one in given) if version == "v1"]
    fits = _fits(signatures, [base64.b64encode(_digest(key, signed)) for key in secrets])
    sent_at = read_moment(moment)
    if not fits:
        raise RefusedError("none of the signatures fits")
    if sent_at is None or abs(now - sent_at) > TOLERANCE:
        raise RefusedError("it was signed more than five minutes ago, or in the future")
    return Verified(event_id, sent_at)


def verify_plain(headers: Mapping[str, str], body: bytes, secrets: Sequence[bytes], how: PlainHmac) -> Verified:
    """Check a request of which the body alone is signed.

    Raises:
        RefusedError: No such signature, or it doesn't fit.
    """
    given = headers.get(how.header.lower(), "").strip()
    if not given:
        raise RefusedError(f"the header {how.header} is not there")
    digests = [_digest(key, body) for key in secrets]
    if how.encoding is Encoding.HEX:
        expected = [digest.hex().encode() for digest in digests]
        given = given[: len(how.prefix)] + given[len(how.prefix) :].lower()
    else:
        expected = [base64.b64encode(digest) for digest in digests]
    if not _fits([given], [how.prefix.encode() + one for one in expected]):
        raise RefusedError("the signature doesn't fit")
    return Verified()


def standard_key(secret: str) -> bytes:
    """The key in a secret of Standard Webhooks: base 64, with or without `whsec_` before it.

    Raises:
        ValueError: It is none, or has fewer than 24 bytes or more than 64.
    """
    try:
        key = base64.b64decode(secret.removeprefix(STANDARD_PREFIX), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if not 24 <= len(key) <= 64:
        raise ValueError("must be whsec_ and 24 to 64 bytes in base 64, as Standard Webhooks has it")
    return key


def standard_keys(kept: Sequence[bytes]) -> list[bytes]:
    """What signatures of Standard Webhooks are checked with: also the key in a text that was told before they were checked."""
    found = [*kept]
    for one in kept:
        with suppress(ValueError):
            found.append(standard_key(one.decode()))
    return found


def plain_keys(kept: Sequence[bytes]) -> list[bytes]:
    """What plain signatures are checked with: also the text as which a key of Standard Webhooks was told."""
    return [*kept, *(write_standard_secret(one).encode() for one in kept)]


def write_standard_secret(key: bytes) -> str:
    """A key as it is handed to the sender."""
    return STANDARD_PREFIX + base64.b64encode(key).decode()


def body_digest(body: bytes, *parts: str) -> str:
    """What stands for a request whose sender gives it no id."""
    found = hashlib.sha256()
    for part in (*map(_bytes, parts), body):
        found.update(len(part).to_bytes(8))
        found.update(part)
    return found.hexdigest()


def read_moment(text: str) -> datetime | None:
    """A moment in seconds since 1970, and in nothing else that Python would read as a number."""
    if not (text.isascii() and text.isdigit() and len(text) <= 11):
        return None
    return datetime.fromtimestamp(int(text), UTC)


def _fits(given: Sequence[str], expected: Sequence[bytes]) -> bool:
    fits = False
    for one in given:
        for other in expected:
            fits |= hmac.compare_digest(_bytes(one), other)
    return fits


def _digest(key: bytes, data: bytes) -> bytes:
    return hmac.digest(key, data, "sha256")


def _bytes(text: str) -> bytes:
    # Headers come as latin-1, so that every byte has its character.
    return text.encode("latin-1", "replace")

"""The secrets we hand out: a prefix that says what it is, 256 random bits, a checksum; stored as SHA-256 only (M06)."""

import hashlib
import re
import secrets
import zlib
from enum import StrEnum

from jackfield.kernel import Secret

_SHAPE = re.compile(r"(jf|jfs|jfc)_([0-9a-f]{64})([0-9a-f]{8})")


class TokenKind(StrEnum):
    """What a token is for; its prefix."""

    API_TOKEN = "jf"  # noqa: S105  # the public prefix
    SESSION = "jfs"
    SIGN_IN_CODE = "jfc"


def new_token(kind: TokenKind) -> Secret:
    """A fresh token, as in `jf_` and 72 hexadecimal digits: something that a secret scanner can recognise."""
    body = secrets.token_hex(32)
    return Secret(f"{kind}_{body}{_checksum(kind, body)}")


def find_digest(kind: TokenKind, token: Secret) -> bytes | None:
    """What the token is stored as; None for text that can't be one of ours of this kind, which no query is spent on."""
    shape = _SHAPE.fullmatch(token.reveal())
    if shape is None or shape[1] != kind or shape[3] != _checksum(kind, shape[2]):
        return None
    return digest(token)


def digest(token: Secret) -> bytes:
    """What a token of ours is stored as: no salt is needed where there are 256 random bits."""
    return hashlib.sha256(token.reveal().encode()).digest()


def _checksum(kind: str, body: str) -> str:
    # Not a secret: it only tells a mistyped token from an unknown one.
    return f"{zlib.crc32(f'{kind}_{body}'.encode()):08x}"

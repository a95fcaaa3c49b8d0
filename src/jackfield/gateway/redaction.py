"""A connection's own secrets never come back out: the second net, under the first that no model has them (M04, D11)."""

import base64
import binascii
import json
import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import quote, quote_plus

from jackfield.errors import HubError, JsonValue
from jackfield.kernel import read_json, write_json

MARK = "[secret]"
MIN_LENGTH = 8
"""Shorter values are not looked for: masking `a` would mask the world."""
_PLAIN = re.compile(r"[A-Za-z0-9_.~-]*")
"""What stands for itself in JSON and in URLs."""
_CODED = re.compile(r"[A-Za-z0-9+/=%_.~-]*")
"""What stands for itself in JSON."""
_URL_SAFE = str.maketrans("+/", "-_")


class Redaction:
    """Finds the spellings of some secrets in what a peer answered."""

    def __init__(self, secrets: Iterable[str]) -> None:
        spellings = {spelling for secret in secrets if len(secret) >= MIN_LENGTH for spelling in _spellings(secret)}
        self._spellings = sorted(spellings, key=len, reverse=True)
        self._in_json = {_in_json(one) for one in spellings}
        """As they stand in JSON that `write_json` or a result model wrote."""

    def clean_json(self, text: bytes) -> tuple[bytes, bool]:
        """The same JSON without the secrets, and whether one was found."""
        if not any(spelling in text for spelling in self._in_json):
            return text, False
        value = read_json(text, what="the result", max_depth=1_000, max_names=10_000_000)
        return write_json(self._clean(value)), True

    def clean_text(self, text: str) -> str:
        """The same text without the secrets."""
        for spelling in self._spellings:
            text = text.replace(spelling, MARK)
        return text

    def clean_error(self, error: HubError) -> HubError:
        """The same error without the secrets, in place."""
        error.message = self.clean_text(error.message)
        error.args = (error.message,)
        error.data = {name: self._clean(value) for name, value in error.data.items()}
        return error

    def _clean(self, value: JsonValue) -> Any:
        match value:
            case str():
                return self.clean_text(value)
            case list():
                return [self._clean(item) for item in value]
            case {"name": str(), "media_type": str(), "base64": str(content), **rest} if not rest:
                return {**value, "base64": self._clean_file(content)}
            case dict():
                return {self.clean_text(name): self._clean(item) for name, item in value.items()}
            case _:
                return value

    def _clean_file(self, content: str) -> str:
        # A mark put into base 64 would break the file: it is put into the bytes.
        try:
            data = base64.b64decode(content, validate=True)
        except binascii.Error:
            return self.clean_text(content)
        for spelling in self._spellings:
            data = data.replace(spelling.encode(), MARK.encode())
        return base64.b64encode(data).decode()


def _in_json(spelling: str) -> bytes:
    return (spelling if _CODED.fullmatch(spelling) else json.dumps(spelling, ensure_ascii=False)[1:-1]).encode(
        "utf-8", "surrogatepass"
    )


def _spellings(secret: str) -> Iterable[str]:
    raw = secret.encode("utf-8", "surrogatepass")
    yield secret
    if not _PLAIN.fullmatch(secret):
        yield json.dumps(secret)[1:-1]
        yield json.dumps(secret, ensure_ascii=False)[1:-1]
        yield quote(raw, safe="")
        yield quote_plus(raw)
    yield raw.hex()
    yield raw.hex().upper()
    for offset in range(3):
        # Inside base 64 a text looks one of three ways, by its place; its first and last characters mix with what
        # stands around it and are left out.
        encoded = base64.b64encode(b"\0" * offset + raw).decode().rstrip("=")
        inner = encoded[-(-offset * 8 // 6) : (offset + len(raw)) * 8 // 6]
        yield inner
        yield inner.translate(_URL_SAFE)

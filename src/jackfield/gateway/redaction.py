"""A connection's own secrets never come back out: the second net, under the first that no model has them (M04, D11)."""

import base64
import binascii
import html
import json
import re
from binascii import b2a_base64, hexlify
from collections.abc import Iterable
from itertools import product
from typing import Any
from urllib.parse import quote

from jackfield.errors import HubError, JsonValue
from jackfield.kernel import read_json, write_json

MARK = "[secret]"
MIN_LENGTH = 8
"""Shorter values are not looked for: masking `a` would mask the world."""
_PLAIN = re.compile(r"[A-Za-z0-9_.~-]*")
"""What stands for itself in JSON and in URLs."""
_CODED = re.compile(r"[A-Za-z0-9+/=%_.~-]*")
"""What stands for itself in JSON."""
_ALWAYS_ITSELF = re.compile("[A-Za-z0-9]+")
_PERCENT = re.compile("%[0-9A-F]{2}")
_URL_SAFE = bytes.maketrans(b"+/", b"-_")
_PLACES_IN_BASE64 = ((b"", 0), (b"\0", 2), (b"\0\0", 3))
"""How many bytes stand before it in a group of three, and the first character that is the text's alone."""


class Redaction:
    """Finds the spellings of some secrets in what a peer answered."""

    def __init__(self, secrets: Iterable[str]) -> None:
        self._secrets = [secret for secret in secrets if len(secret) >= MIN_LENGTH]
        self._made: list[str] | None = None

    @property
    def _spellings(self) -> list[str]:
        """The longest first, one may be a part of another; made only where something is to be replaced."""
        if self._made is None:
            self._made = sorted({one for secret in self._secrets for one in _spellings(secret)}, key=len, reverse=True)
        return self._made

    def conceal(self, secret: str) -> None:
        """Look for a further one from here on."""
        if len(secret) >= MIN_LENGTH:
            self._secrets.append(secret)
            self._made = None

    def clean_json(self, text: bytes) -> tuple[bytes, bool]:
        """The same JSON, as `write_json` or a result model wrote it, without the secrets, and whether one was found."""
        for secret in self._secrets:
            for spelling in _spellings_in_json(secret, text):
                if spelling in text:
                    return self._clean_found(text), True
        return text, False

    def _clean_found(self, text: bytes) -> bytes:
        value = read_json(text, what="the result", max_depth=1_000, max_names=10_000_000)
        return write_json(self._clean(value))

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


def _spellings_in_json(secret: str, text: bytes) -> list[bytes]:
    """As they may stand in this JSON."""
    raw = _to_bytes(secret)
    if _PLAIN.fullmatch(secret):
        return [raw, *_coded(raw)]
    # However it is written out, its letters and digits stand there; mostly they don't, and nothing has to be written.
    if max(_ALWAYS_ITSELF.findall(secret), key=len, default="").encode() not in text:
        return _coded(raw)
    written = _written_out(secret, raw)
    return [raw if one is secret and _CODED.fullmatch(secret) else _in_json(one) for one in written] + _coded(raw)


def _spellings(secret: str) -> Iterable[str]:
    """As they stand in texts."""
    raw = _to_bytes(secret)
    yield from _written_out(secret, raw)
    for spelling in _coded(raw):
        yield spelling.decode()


def _written_out(secret: str, raw: bytes) -> Iterable[str]:
    yield secret
    if not _PLAIN.fullmatch(secret):
        yield json.dumps(secret, ensure_ascii=False)[1:-1]
        yield from _with_escapes(json.dumps(secret)[1:-1])
        yield from _in_urls(raw)
        yield from _in_markup(secret)


def _with_escapes(spelling: str) -> Iterable[str]:
    """As JSON has it that may stand in HTML, which escapes more than it must."""
    yield spelling
    for signs in ("<>&", "<>&'", "<>&'+"):
        if not _is_one_of(signs, spelling):
            continue
        for number in ("{:04x}", "{:04X}"):
            yield spelling.translate({ord(sign): "\\u" + number.format(ord(sign)) for sign in signs})


def _in_urls(raw: bytes) -> Iterable[str]:
    # Libraries differ in what they leave as it is, and in whether they write %2f or %2F.
    for safe in ("", "/", "!'()*"):
        written = quote(raw, safe=safe)
        for one in (written, _PERCENT.sub(lambda found: found[0].lower(), written)):
            yield one
            yield one.replace("%20", "+")


def _in_markup(secret: str) -> Iterable[str]:
    if _is_one_of("&<>\"'", secret):
        escaped = html.escape(secret, quote=False)
        for double, single in product(('"', "&quot;", "&#34;"), ("'", "&#39;", "&#x27;", "&apos;")):
            yield escaped.replace('"', double).replace("'", single)


def _is_one_of(signs: str, text: str) -> bool:
    return any(sign in text for sign in signs)


def _coded(raw: bytes) -> list[bytes]:
    """What stands for itself in JSON, too."""
    lower = hexlify(raw)
    found = [lower, lower.upper()]
    for before, first in _PLACES_IN_BASE64:
        # Inside base 64 a text looks one of three ways, by its place; its first and last characters mix with what
        # stands around it and are left out.
        inner = b2a_base64(before + raw, newline=False)[first : (len(before) + len(raw)) * 8 // 6]
        found.append(inner)
        if b"+" in inner or b"/" in inner:
            found.append(inner.translate(_URL_SAFE))
    return found


def _in_json(spelling: str) -> bytes:
    return _to_bytes(json.dumps(spelling, ensure_ascii=False)[1:-1])


def _to_bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")

"""Percent-encoding (RFC 3986 §2), and the text of a JSON value in a URL, a header or a form."""

import re
from decimal import Decimal
from typing import Any, Final
from urllib.parse import quote

import msgspec

RESERVED: Final = "!$'()*,/:;=?@"
"""What `allowReserved` keeps. Not `&`, `#`, `+`, `[` and `]`: with them one value could become two (case D21), and the
specification leaves them to whoever writes the value."""
RESERVED_IN_PATHS: Final = "!$'()*,:;=@&+"
"""The same for a value in a path: neither `/` nor `?` (OpenAPI 3.2 §4.8.2), but `&` and `+`, which mean nothing there."""
RESERVED_IN_COOKIES: Final = "!$'()*/:=?@&+#[]"
_UNRESERVED: Final = re.compile(r"[A-Za-z0-9._~-]*")
_ESCAPED: Final = re.compile(r"%[0-9A-Fa-f]{2}")
_INTEGRAL: Final = 1e21
"""Up to here a number without a fraction is written without one (ECMA-262, as RFC 8785 has it)."""


def encode(text: str) -> str:
    """Everything but unreserved characters."""
    return text if _UNRESERVED.fullmatch(text) else quote(text, safe="")


def encode_reserved(text: str, kept: str = RESERVED) -> str:
    """The same, but for reserved characters and for what is encoded already (RFC 6570 §3.2.3)."""
    parts: list[str] = []
    at = 0
    for found in _ESCAPED.finditer(text):
        parts += [quote(text[at : found.start()], safe=kept), found.group()]
        at = found.end()
    return "".join([*parts, quote(text[at:], safe=kept)])


def encode_in_path(text: str) -> str:
    """The same for a value in a path."""
    return encode_reserved(text, RESERVED_IN_PATHS)


def encode_in_cookie(text: str) -> str:
    """The same for a value in a cookie, which no semicolon, comma or space may be in (RFC 6265 §4.1.1)."""
    return encode_reserved(text, RESERVED_IN_COOKIES)


def keep(text: str) -> str:
    """Nothing is encoded: in headers, and in parts of a form."""
    return text


def text_of(value: Any) -> str:
    """A value as text: true and false as JSON has them, numbers without a needless fraction, the rest as JSON."""
    match value:
        case str():
            return value
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case float():
            return _number(value)
        case _:
            return json_text(value)


def _number(value: float) -> str:
    if value.is_integer() and abs(value) < _INTEGRAL:
        return str(int(value))
    text = repr(value)
    if "e-" in text and abs(value) >= 1e-7:  # where ECMA-262 begins with exponents
        text = format(Decimal(text), "f")
    return text


def json_text(value: Any) -> str:
    """Compact JSON."""
    return msgspec.json.encode(value).decode()

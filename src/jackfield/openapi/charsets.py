"""Texts and their bytes, in the charset that a media type names."""

import re
from typing import Final

_CHARSETS: Final = {
    "utf-8": "utf-8",
    "utf8": "utf-8",
    "us-ascii": "ascii",
    "ascii": "ascii",
    "iso-8859-1": "latin-1",
    "latin1": "latin-1",
    "iso-8859-15": "iso-8859-15",
    "windows-1252": "cp1252",
    "utf-16": "utf-16",
    "utf-16le": "utf-16-le",
    "utf-16be": "utf-16-be",
}
_CHARSET: Final = re.compile(r'charset\s*=\s*"?([A-Za-z0-9_:.+-]{1,40})', re.IGNORECASE)


def split_content_type(text: str) -> tuple[str, str]:
    """Media type and charset, both in lower case, the second empty where none was said."""
    media_type, _, parameters = text.partition(";")
    found = _CHARSET.search(parameters) if parameters else None
    return media_type.strip().lower()[:200], found[1].lower() if found else ""


def read_text(body: bytes, charset: str) -> str | None:
    """The text of a body; None where it is none, or its encoding isn't known. It never has NUL in it."""
    codec = _CHARSETS.get(charset or "utf-8")
    if codec is None or (b"\x00" in body and not codec.startswith("utf-16")):
        return None
    try:
        text = body.decode(codec)
    except UnicodeDecodeError:
        return None
    return None if "\x00" in text else text.removeprefix("\ufeff")


def write_text(text: str, charset: str) -> bytes:
    """The bytes of a text.

    Raises:
        LookupError: The charset isn't known.
        UnicodeEncodeError: It doesn't have all that is in the text.
    """
    return text.encode(_CHARSETS[charset or "utf-8"])

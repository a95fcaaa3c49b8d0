"""Mail addresses and header lines as callers write them. Pure."""

import re
from email.headerregistry import Address
from typing import Annotated

from pydantic import AfterValidator, Field

_WRITTEN = re.compile(r'(?:(?:"(?P<quoted>[^"<>\\\\]*)"|(?P<name>[^"<>]*)) *<(?P<named>[^<>]+)>|(?P<bare>[^<>" ]+))')
_LOCAL_PART = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}")
_HOST = re.compile(
    r"(?=.{1,253}\Z)[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9])?(\.[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9])?)*"
)


def read_address(text: str) -> Address:
    """An address as in `anna@example.com` or `Anna Müller <anna@example.com>` (RFC 5322 §3.4), the domain in ASCII.

    Raises:
        ValueError: It is no such address, or could break out of its header line.
    """
    if not text.isprintable():
        raise ValueError("must not contain line breaks or other control characters")
    found = _WRITTEN.fullmatch(text.strip())
    name = (found["quoted"] or found["name"] or "").strip() if found else ""
    local, at, domain = (found["named"] or found["bare"] if found else "").rpartition("@")
    if not at:
        raise ValueError("must be one mail address, as in anna@example.com or Anna Müller <anna@example.com>")
    if not _LOCAL_PART.fullmatch(local):
        raise ValueError("must have only ASCII letters, digits and !#$%&'*+/=?^_`{|}~.- before the @")
    try:
        ascii_domain = domain.encode("idna").decode()
    except UnicodeError:
        ascii_domain = ""
    if not _HOST.fullmatch(ascii_domain):
        raise ValueError("must have a domain name after the @")
    return Address(display_name=name, username=local, domain=ascii_domain)


def _address(text: str) -> str:
    read_address(text)
    return text.strip()


def _line(text: str) -> str:
    if not text.isprintable():
        raise ValueError("must be one line, without line breaks or other control characters")
    return text


def _message_ids(text: str) -> str:
    if text and not re.fullmatch(r"<[^<>\s\x00-\x1f\x7f]+>( <[^<>\s\x00-\x1f\x7f]+>)*", text):
        raise ValueError("must be a message id with its angle brackets, as in <abc@example.com>")
    return text


def _host(text: str) -> str:
    if text and not re.fullmatch(r"[^\s/@\\?#<>\x00-\x1f]+", text):
        raise ValueError("must be a host name or an IP address, and nothing else")
    return text.lower()


MailAddress = Annotated[str, Field(min_length=3, max_length=320), AfterValidator(_address)]
Line = Annotated[str, AfterValidator(_line)]
"""Text that fits into one header line: no line break can add another header (CWE-93)."""
MessageIds = Annotated[str, Field(max_length=4000), AfterValidator(_message_ids)]
Host = Annotated[str, Field(max_length=253), AfterValidator(_host)]

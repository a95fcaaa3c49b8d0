"""SEARCH (RFC 3501 §6.4.4): a command's keys as one question about a message."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from functools import cached_property
from typing import Final

from jackfield.example.systems.imap_words import SyntaxFaultError, Word, in_set, text_of
from jackfield.example.systems.mail_store import Mail

Parsed = Callable[[], EmailMessage]


@dataclass
class Found:
    """A message that is looked at."""

    number: int
    mail: Mail
    parse: Parsed
    last_number: int
    last_uid: int

    @cached_property
    def message(self) -> EmailMessage:
        """With its headers decoded."""
        return self.parse()

    def header(self, name: str) -> str:
        """A header, every line of it."""
        return " ".join(map(str, self.message.get_all(name, [])))

    @cached_property
    def body(self) -> str:
        """The texts in it."""
        texts = (part for part in self.message.walk() if part.get_content_maintype() == "text")
        return "\n".join(str(part.get_content()) for part in texts)

    @cached_property
    def sent(self) -> date:
        """By its Date header."""
        try:
            return parsedate_to_datetime(self.header("Date")).date()
        except (TypeError, ValueError):
            return self.mail.received.date()


Key = Callable[[Found], bool]

_FLAGS: Final = {"ANSWERED": "\\Answered", "DELETED": "\\Deleted", "DRAFT": "\\Draft", "FLAGGED": "\\Flagged"} | {
    "SEEN": "\\Seen"
}
_HEADERS: Final = frozenset({"BCC", "CC", "FROM", "SUBJECT", "TO"})


def read_keys(words: list[Word]) -> Key:
    """All of a command's keys.

    Raises:
        SyntaxFaultError: There is none of that name.
    """
    rest = list(words)
    if rest and isinstance(rest[0], str) and rest[0].upper() == "CHARSET":
        if text_of(rest[1]).upper() not in {"UTF-8", "US-ASCII"}:
            raise SyntaxFaultError("this character set is not known here; UTF-8 is")
        del rest[:2]
    keys: list[Key] = []
    while rest:
        keys.append(_read_key(rest))
    return lambda found: all(key(found) for key in keys)


def _read_key(rest: list[Word]) -> Key:  # noqa: PLR0911  # one line per kind of key
    word = rest.pop(0)
    if isinstance(word, list):
        return read_keys(word)
    name = text_of(word).upper()
    if name in {"ALL", "OLD"}:
        return lambda _: True
    if name in {"NEW", "RECENT"}:
        return lambda _: False
    if name.removeprefix("UN") in _FLAGS:
        flag, wanted = _FLAGS[name.removeprefix("UN")], not name.startswith("UN")
        return lambda found: (flag in found.mail.flags) is wanted
    if name == "NOT":
        inner = _read_key(rest)
        return lambda found: not inner(found)
    if name == "OR":
        first, second = _read_key(rest), _read_key(rest)
        return lambda found: first(found) or second(found)
    if name[:1].isdigit() or name.startswith("*"):
        return lambda found: in_set(name, found.number, found.last_number)
    return _read_key_with_value(name, rest)


def _read_key_with_value(name: str, rest: list[Word]) -> Key:  # noqa: PLR0911  # one line per kind of key
    if not rest:
        raise SyntaxFaultError(f"{name} is no search key, or something is missing after it")
    value = text_of(rest.pop(0))
    wanted = value.casefold()
    match name:
        case "UID":
            return lambda found: in_set(value, found.mail.uid, found.last_uid)
        case "HEADER":
            part = text_of(rest.pop(0)).casefold() if rest else ""
            return lambda found: value in found.message and part in found.header(value).casefold()
        case "TEXT":
            return lambda found: wanted in _everything(found)
        case "BODY":
            return lambda found: wanted in found.body.casefold()
        case "KEYWORD" | "UNKEYWORD":
            return lambda found: (value in found.mail.flags) is (name == "KEYWORD")
        case "LARGER" | "SMALLER":
            size = int(value)
            return lambda found: found.mail.size > size if name == "LARGER" else found.mail.size < size
        case _ if name in _HEADERS:
            return lambda found: wanted in found.header(name).casefold()
        case _:
            return _read_date(name, value)


def _read_date(name: str, value: str) -> Key:
    try:
        day = datetime.strptime(value, "%d-%b-%Y").replace(tzinfo=UTC).date()
    except ValueError:
        raise SyntaxFaultError(f"{name} is no search key, or {value!r} no date") from None
    is_sent = name.startswith("SENT")

    def day_of(found: Found) -> date:
        return found.sent if is_sent else found.mail.received.date()

    match name.removeprefix("SENT"):
        case "BEFORE":
            return lambda found: day_of(found) < day
        case "ON":
            return lambda found: day_of(found) == day
        case "SINCE":
            return lambda found: day_of(found) >= day
        case _:
            raise SyntaxFaultError(f"{name} is no search key")


def _everything(found: Found) -> str:
    headers = "\n".join(f"{name}: {value}" for name, value in found.message.items())
    return f"{headers}\n{found.body}".casefold()

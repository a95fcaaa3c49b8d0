"""FETCH (RFC 3501 §6.4.5): the parts of a message that a client asks for. Without ENVELOPE and BODYSTRUCTURE."""

import re
from collections.abc import Callable
from datetime import datetime
from email.message import EmailMessage
from typing import Final

from jackfield.example.systems.imap_words import SyntaxFaultError, Word, text_of
from jackfield.example.systems.mail_store import Mail

_BODY: Final = re.compile(r"BODY(\.PEEK)?\[([^\]]*)\](?:<(\d+)(?:\.(\d+))?>)?", re.IGNORECASE)
_FIELDS: Final = re.compile(r"HEADER\.FIELDS(\.NOT)? \(([^)]*)\)", re.IGNORECASE)
_SHORT: Final = {"RFC822": "BODY[]", "RFC822.HEADER": "BODY.PEEK[HEADER]", "RFC822.TEXT": "BODY[TEXT]"}
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def read_items(word: Word) -> list[str]:
    """What is asked for.

    Raises:
        SyntaxFaultError: Something of it is not offered here.
    """
    words = word if isinstance(word, list) else [word]
    items: list[str] = []
    for one in words:
        name = text_of(one)
        items += ["FLAGS", "INTERNALDATE", "RFC822.SIZE"] if name.upper() == "FAST" else [name]
    for item in items:
        known = {"UID", "FLAGS", "INTERNALDATE", "RFC822.SIZE", *_SHORT}
        if item.upper() not in known and not _BODY.fullmatch(item):
            raise SyntaxFaultError(f"{item} is not offered here")
    return items


def marks_seen(items: list[str]) -> bool:
    """Whether answering them marks the message as seen."""
    bodies = (_BODY.fullmatch(_SHORT.get(item.upper(), item)) for item in items)
    return any(body is not None and not body[1] for body in bodies)


def answer(mail: Mail, items: list[str], read: Callable[[], bytes], parse: Callable[[], EmailMessage]) -> bytes:
    """The items of one message, as they stand between the parentheses."""
    return b" ".join(_item(mail, item, read, parse) for item in items)


def written_date(moment: datetime) -> str:
    """A moment as IMAP writes it (RFC 3501 §9, date-time)."""
    return f'"{moment.day:2}-{_MONTHS[moment.month - 1]}-{moment:%Y %H:%M:%S %z}"'


def _item(mail: Mail, item: str, read: Callable[[], bytes], parse: Callable[[], EmailMessage]) -> bytes:
    name = item.upper()
    match name:
        case "UID":
            return f"UID {mail.uid}".encode()
        case "FLAGS":
            return f"FLAGS ({' '.join(sorted(mail.flags))})".encode()
        case "INTERNALDATE":
            return f"INTERNALDATE {written_date(mail.received)}".encode()
        case "RFC822.SIZE":
            return f"RFC822.SIZE {mail.size}".encode()
        case _:
            found = _BODY.fullmatch(_SHORT.get(name, item))
            if found is None:
                raise SyntaxFaultError(f"{item} is not offered here")
            label = item if name in _SHORT else f"BODY[{found[2]}]"
            data = _section(found[2], read(), parse)
            if found[3] is not None:
                first = int(found[3])
                data, label = data[first : first + int(found[4])] if found[4] else data[first:], f"{label}<{first}>"
            return b"%s {%d}\r\n%s" % (label.encode(), len(data), data)


def _section(section: str, content: bytes, parse: Callable[[], EmailMessage]) -> bytes:
    head, gap, text = content.partition(b"\r\n\r\n")
    name = section.upper()
    if not name:
        return content
    if name == "HEADER":
        return head + gap
    if name == "TEXT":
        return text
    if fields := _FIELDS.fullmatch(section):
        wanted, is_not = fields[2].upper().split(), bool(fields[1])
        lines = re.split(rb"\r\n(?![ \t])", head)
        kept = [line for line in lines if (line.split(b":")[0].decode("latin-1").upper() in wanted) is not is_not]
        return b"".join(line + b"\r\n" for line in kept) + b"\r\n"
    return _part(name, parse())


def _part(name: str, message: EmailMessage) -> bytes:
    """A numbered part, or `n.MIME`; empty if there is none."""
    numbers = name.removesuffix(".MIME").split(".")
    if not all(number.isdigit() for number in numbers):
        raise SyntaxFaultError(f"BODY[{name}] is not offered here")
    part: EmailMessage | None = message
    for number in map(int, numbers):
        parts = list(part.iter_parts()) if part is not None and part.is_multipart() else [part]
        part = parts[number - 1] if 0 < number <= len(parts) else None  # pyright: ignore[reportAssignmentType]  # of one policy
    if part is None:
        return b""
    head, _, body = part.as_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n").partition(b"\r\n\r\n")
    return head + b"\r\n\r\n" if name.endswith(".MIME") else body

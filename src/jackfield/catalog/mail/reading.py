"""What came from an IMAP server, read with patience: mails in the wild break every rule. Pure.

Nothing a sender writes makes reading fail as a whole: what can't be decoded is left out or replaced.
"""

import email
import imaplib
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from email.errors import MessageError
from email.header import Header as EncodedHeader
from email.header import decode_header
from email.message import Message as MimePart
from email.utils import parsedate_to_datetime
from typing import cast

from imap_tools.imap_utf7 import utf7_decode
from imap_tools.message import MailAttachment
from imap_tools.utils import parse_email_addresses

from jackfield.catalog.mail.models import Attachment, Envelope, Header, Message, Person
from jackfield.catalog.mail.searching import MONTHS
from jackfield.connectors import FileValue
from jackfield.errors import RemoteRejectedError

MAX_PARTS = 1000
_BROKEN = (MessageError, ValueError, LookupError, TypeError, AttributeError, AssertionError)
"""What the parsers of the standard library raise for headers and bodies that make no sense."""
_FOLDER = re.compile(rb'\((?P<marks>[^)]*)\) (?P<delimiter>"(?:[^"\\]|\\.)"|NIL) (?P<name>.+)', re.DOTALL)
_RECEIVED = re.compile(rb'INTERNALDATE "([ \d]\d)-(\w{3})-(\d{4}) (\d\d):(\d\d):(\d\d) ([+-])(\d\d)(\d\d)"')
_FLAGS = {
    "\\Seen": "seen",
    "\\Answered": "answered",
    "\\Flagged": "flagged",
    "\\Deleted": "deleted",
    "\\Draft": "draft",
}

FetchItem = tuple[bytes, bytes]
"""The attributes of a message, and its content."""


def fetch_items(response: list[bytes | tuple[bytes, bytes] | None]) -> list[FetchItem]:
    """The messages in the answer to FETCH, as `imaplib` gives it: attributes may stand before and after the content."""
    items: list[FetchItem] = []
    for one in response:
        if isinstance(one, tuple):
            items.append((one[0], one[1]))
        elif items and one and not re.match(rb"\d+ \(", one):
            attributes, content = items[-1]
            items[-1] = (attributes + one, content)
    return items


def read_folder(item: bytes | tuple[bytes, bytes] | None) -> tuple[str, str, tuple[str, ...]] | None:
    """Name, delimiter and attributes from a line of the answer to LIST (RFC 3501 §7.2.2); None if it is none."""
    line = item[0] if isinstance(item, tuple) else item or b""
    found = _FOLDER.match(line)
    if not found:
        return None
    name = item[1] if isinstance(item, tuple) else _unquoted(found["name"])
    try:
        text = utf7_decode(name)
    except ValueError:
        text = name.decode("latin-1")
    delimiter = b"" if found["delimiter"] == b"NIL" else _unquoted(found["delimiter"])
    return text, delimiter.decode("latin-1"), tuple(found["marks"].decode("latin-1").split())


def _unquoted(text: bytes) -> bytes:
    return re.sub(rb"\\(.)", rb"\1", text[1:-1]) if text.startswith(b'"') and text.endswith(b'"') else text


def uid_of(attributes: bytes) -> int:
    """The UID among the attributes; 0 where the server left it out."""
    found = re.search(rb"\bUID (\d{1,10})\b", attributes)
    return int(found[1]) if found else 0


def size_of(attributes: bytes) -> int:
    """The message's size in bytes."""
    found = re.search(rb"\bRFC822\.SIZE (\d{1,15})\b", attributes)
    return int(found[1]) if found else 0


def read_envelope(item: FetchItem) -> Envelope:
    """A message in a list, from its attributes and header lines."""
    return _envelope(item[0], _parse(item[1]))


def read_message(item: FetchItem, *, folder: str, uid_validity: int, attachments: bool) -> Message:
    """A whole message.

    Args:
        item: Its attributes and content.
        folder: Where it lies.
        uid_validity: Of the folder.
        attachments: Whether to answer their content.

    Raises:
        RemoteRejectedError: It is nested too deep to be read.
    """
    parsed = _parse(item[1])
    texts: dict[str, list[str]] = {"text/plain": [], "text/html": []}
    files: list[Attachment] = []
    for part in _parts(parsed):
        kind = part.get_content_type()
        if kind in texts and not _filename(part) and part.get_content_disposition() != "attachment":
            texts[kind].append(_text(part))
        elif part is not parsed or kind not in texts:
            files.append(_attachment(part, content=attachments))
    return Message(
        **dict(_envelope(item[0], parsed)),
        folder=folder,
        uid_validity=uid_validity,
        reply_to=_people(parsed, "Reply-To"),
        bcc=_people(parsed, "Bcc"),
        in_reply_to=_header(parsed, "In-Reply-To"),
        references=_header(parsed, "References"),
        headers=[Header(name=printable(name)[:200], value=_decoded(value)) for name, value in parsed.items()],
        text="\n".join(texts["text/plain"]),
        html="\n".join(texts["text/html"]),
        attachments=files,
    )


def printable(text: str) -> str:
    """One line without control characters."""
    return "".join(letter if letter.isprintable() else " " for letter in text.replace("\r\n", "")).strip()


def _parse(content: bytes) -> MimePart:
    try:
        return email.message_from_bytes(content)
    except RecursionError:
        raise RemoteRejectedError("the message is nested too deep to be read", code="message.unreadable") from None


def _envelope(attributes: bytes, parsed: MimePart) -> Envelope:
    senders = _people(parsed, "From")
    return Envelope(
        uid=uid_of(attributes),
        message_id=_header(parsed, "Message-ID"),
        subject=_header(parsed, "Subject"),
        sender=senders[0] if senders else None,
        to=_people(parsed, "To"),
        cc=_people(parsed, "Cc"),
        sent=_sent(_header(parsed, "Date")),
        received=_received(attributes),
        size=size_of(attributes),
        flags=_flags(attributes),
    )


def _flags(attributes: bytes) -> list[str]:
    words = (flag.decode(errors="replace") for flag in imaplib.ParseFlags(attributes))
    return [_FLAGS.get(word, word) for word in words if word != "\\Recent"]


def _sent(text: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(text)
    except (*_BROKEN, OverflowError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _received(attributes: bytes) -> datetime | None:
    found = _RECEIVED.search(attributes)
    if not found:
        return None
    day, month, year, hour, minute, second, sign, hours, minutes = (part.decode() for part in found.groups())
    try:
        offset = timedelta(hours=int(hours), minutes=int(minutes)) * (1 if sign == "+" else -1)
        return datetime(
            int(year), MONTHS.index(month) + 1, int(day), int(hour), int(minute), int(second), tzinfo=timezone(offset)
        )
    except ValueError:
        return None


def _header(parsed: MimePart, name: str) -> str:
    return _decoded(parsed.get(name, ""))


def _decoded(value: str | EncodedHeader) -> str:
    try:
        return printable("".join(_bytes_decoded(text, charset) for text, charset in decode_header(value)))
    except _BROKEN:
        return printable(str(value))


def _bytes_decoded(text: str | bytes, charset: str | None) -> str:
    if isinstance(text, str):
        return text
    try:
        # As UTF-16 and back: a sender may choose a charset in which half a character can be written.
        decoded = text.decode(charset or "utf-8", errors="replace")
        return decoded.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    except (LookupError, ValueError):
        # A character set that nobody knows, or that is none.
        return text.decode("utf-8", errors="replace")


def _people(parsed: MimePart, name: str) -> list[Person]:
    found: list[Person] = []
    for value in parsed.get_all(name, [])[:100]:
        try:
            found += [
                Person(name=printable(one.name), address=printable(one.email)) for one in parse_email_addresses(value)
            ]
        except _BROKEN:
            found.append(Person(name=_decoded(value), address=""))
    return found


def _parts(parsed: MimePart) -> Iterator[MimePart]:
    """The parts that are no containers; a mail attached to the mail is one of them, not entered."""
    waiting = [parsed]
    for _ in range(MAX_PARTS):
        if not waiting:
            return
        part = waiting.pop()
        # Asked for a text, it would be decoded by what its sender says of its charset.
        below = cast("list[MimePart | str]", part.get_payload()) if part.is_multipart() else []
        if part.get_content_maintype() == "multipart" and below:
            waiting.extend(one for one in reversed(below) if isinstance(one, MimePart))
        else:
            yield part


def _content(part: MimePart) -> bytes:
    try:
        return MailAttachment(part).payload
    except _BROKEN:
        return b""


def _text(part: MimePart) -> str:
    try:
        charset = part.get_content_charset()
    except _BROKEN:
        charset = None
    return _bytes_decoded(_content(part), charset).replace("\r\n", "\n")


def _filename(part: MimePart) -> str:
    try:
        return printable(MailAttachment(part).filename)
    except _BROKEN:
        return ""


def _attachment(part: MimePart, *, content: bool) -> Attachment:
    data = _content(part)
    media_type = part.get_content_type()
    name = _filename(part) or ("message.eml" if media_type == "message/rfc822" else "")
    return Attachment(
        name=name,
        media_type=media_type,
        size=len(data),
        content_id=_header(part, "Content-ID").strip("<>"),
        inline=part.get_content_disposition() == "inline",
        file=FileValue.of(name or "attachment", data, media_type) if content else None,
    )

"""What to look for, in the words of IMAP (RFC 3501 §6.4.4). Pure."""

from datetime import date
from typing import Final

from jackfield.catalog.mail.models import MAX_UID, SearchArguments

MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def criteria(arguments: SearchArguments) -> tuple[bytes, str | None]:
    """The search keys, and their character set if it isn't ASCII."""
    keys: list[str] = []
    for key, text in (
        ("FROM", arguments.sender),
        ("TO", arguments.to),
        ("CC", arguments.cc),
        ("SUBJECT", arguments.subject),
        ("TEXT", arguments.text),
    ):
        if text:
            keys.append(f"{key} {quoted(text)}")
    keys += [f"HEADER {quoted(one.name)} {quoted(one.value)}" for one in arguments.headers]
    keys += [f"{key} {_day(day)}" for key, day in (("SINCE", arguments.since), ("BEFORE", arguments.before)) if day]
    for key, wanted in (("SEEN", arguments.seen), ("FLAGGED", arguments.flagged), ("ANSWERED", arguments.answered)):
        if wanted is not None:
            keys.append(key if wanted else f"UN{key}")
    if arguments.after_uid is not None or arguments.before_uid is not None:
        # What comes after the last possible one is sorted out by whoever asked.
        first = min((arguments.after_uid or 0) + 1, MAX_UID)
        last = arguments.before_uid - 1 if arguments.before_uid else 0
        keys.append(f"UID {first}:{last or '*'}")
    text = " ".join(keys) or "ALL"
    return text.encode(), None if text.isascii() else "UTF-8"


def quoted(text: str) -> str:
    """A quoted string; the text has no line breaks."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _day(day: date) -> str:
    return f"{day.day:02}-{MONTHS[day.month - 1]}-{day.year:04}"

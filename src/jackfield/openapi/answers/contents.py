"""What a body holds, by its media type and by what it really is: JSON, text, a form, a file, or nothing."""

import re
from codecs import BOM_UTF8
from enum import StrEnum
from typing import Final, NamedTuple
from urllib.parse import parse_qsl

from jackfield.errors import InvalidError, JsonValue, LimitedError
from jackfield.kernel import read_json
from jackfield.openapi.charsets import read_text, split_content_type

_DEEPEST: Final = 100
_MOST_NAMES: Final = 1_000_000
_MOST_FIELDS: Final = 10_000
_MOST_LINES: Final = 100_000
_FORM: Final = "application/x-www-form-urlencoded"
_LINES: Final = frozenset(
    {"application/jsonl", "application/x-ndjson", "application/x-jsonlines", "application/ndjson"}
)
_TEXTS: Final = frozenset(
    {
        *("application/javascript", "application/graphql", "application/sql", "application/xml", "application/yaml"),
        *("application/toml", "application/json-seq", _FORM, *_LINES),
    }
)
_FILE_NAME: Final = re.compile(r"""filename\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;"]+))""", re.IGNORECASE)


class ContentKind(StrEnum):
    """What a body is."""

    NOTHING = "nothing"
    JSON = "json"
    LINES = "lines"
    """JSON values, one a line."""
    FORM = "form"
    TEXT = "text"
    FILE = "file"


class BodyContent(NamedTuple):
    """What a body holds."""

    kind: ContentKind
    media_type: str
    """Without parameters, in lower case; empty where none was said."""
    data: JsonValue = None
    """Of JSON; of lines a list; of a form its fields, a list for one that is there more than once."""
    text: str | None = None
    """Of text, and also of lines and forms."""
    note: str | None = None
    """Why it is not what its media type says."""
    is_whole: bool = True
    """Whether `data` is all that is there."""


def read_body(content_type: str, body: bytes) -> BodyContent:
    """What a body holds; a file where it is neither JSON nor text in an encoding that is known."""
    media_type, charset = split_content_type(content_type)
    if not body:
        return BodyContent(ContentKind.NOTHING, media_type)
    note = None
    if media_type == "application/json" or media_type.endswith("+json"):
        try:
            return BodyContent(ContentKind.JSON, media_type, data=_read_json(body))
        except (InvalidError, LimitedError) as error:
            note = error.message
    is_texty = media_type in _TEXTS or media_type.startswith("text/") or media_type.endswith("+xml")
    if (is_texty or note or not media_type) and (text := read_text(body, charset)) is not None:
        return _read_lines_or_form(media_type, text) or BodyContent(ContentKind.TEXT, media_type, text=text, note=note)
    if is_texty and not note:
        note = f"the body is not text in {charset or 'utf-8'}"
    return BodyContent(ContentKind.FILE, media_type, note=note)


def file_name(disposition: str, path: str) -> str:
    """What a file is called (RFC 6266): never a path, never empty."""
    found = _FILE_NAME.search(disposition)
    name = (found[1] or found[2] or "") if found else path
    name = re.split(r"[/\\]", name.rstrip("/"))[-1]
    clean = "".join(char for char in name if char.isprintable()).strip(". ")
    return clean[:200] or "body"


def _read_json(body: bytes) -> JsonValue:
    # Some servers write a byte order mark, which may be ignored (RFC 8259 §8.1).
    return read_json(body.removeprefix(BOM_UTF8), what="the body", max_depth=_DEEPEST, max_names=_MOST_NAMES)


def _read_lines_or_form(media_type: str, text: str) -> BodyContent | None:
    if media_type in _LINES:
        lines = [one for one in text.splitlines() if one.strip()]
        try:
            data: list[JsonValue] = [_read_json(one.encode()) for one in lines[:_MOST_LINES]]
        except (InvalidError, LimitedError):
            return None
        is_whole = len(lines) <= _MOST_LINES
        note = None if is_whole else f"only the first {_MOST_LINES} of {len(lines)} lines are read"
        return BodyContent(ContentKind.LINES, media_type, data=data, text=text, note=note, is_whole=is_whole)
    if media_type == _FORM:
        try:
            pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=_MOST_FIELDS, errors="strict")
        except ValueError:
            return None
        fields: dict[str, list[JsonValue]] = {}
        for name, value in pairs:
            fields.setdefault(name, []).append(value)
        form: dict[str, JsonValue] = {name: found if len(found) > 1 else found[0] for name, found in fields.items()}
        return BodyContent(ContentKind.FORM, media_type, data=form, text=text)
    return None

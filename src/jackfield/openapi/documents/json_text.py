"""JSON text as everybody reads it the same: no name twice, no NaN, UTF-8. Nothing is kept of what was read.

The check reads the text as Latin-1, one byte a character: structure and names are the same bytes, at a quarter of the
memory that a text with a single emoji would take.
"""

import codecs
import json
from collections.abc import Generator
from typing import Any, Final

from jackfield.openapi.documents.places import place_of
from jackfield.openapi.errors import DocumentError, DocumentTooLargeError

_CHUNK: Final = 1 << 16


class _DuplicateError(ValueError):
    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


def check_json(raw: bytes) -> None:
    """Refuse what parsers could read differently (ASVS 1.5.3).

    Raises:
        DocumentError: It is not JSON, or has a name twice in one object.
        DocumentTooLargeError: It is nested too deep.
    """
    _check_utf8(raw)
    text = raw.decode("latin-1")
    try:
        _DECODER.decode(text)
    except _DuplicateError as error:
        raise _duplicate(raw, error.name) from None
    except json.JSONDecodeError as error:
        place = place_of(raw, error.pos)
        raise DocumentError(
            f"not JSON at line {place.line}, column {place.column}: {error.msg}", line=place.line, column=place.column
        ) from None
    except RecursionError:
        raise DocumentTooLargeError("the document is nested too deep") from None
    except ValueError as error:
        raise DocumentError(f"not JSON: {error}") from None


def _pairs(pairs: list[tuple[str, Any]]) -> None:
    if len({name for name, _ in pairs}) != len(pairs):
        seen: set[str] = set()
        for name, _ in pairs:
            if name in seen:
                raise _DuplicateError(name)
            seen.add(name)


def _constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON number")


_DECODER: Final = json.JSONDecoder(object_pairs_hook=_pairs, parse_constant=_constant)


def _check_utf8(raw: bytes) -> None:
    decoder = codecs.getincrementaldecoder("utf-8")()
    for start in range(0, len(raw), _CHUNK):
        try:
            decoder.decode(raw[start : start + _CHUNK], final=start + _CHUNK >= len(raw))
        except UnicodeDecodeError:
            place = place_of(raw, start)
            raise DocumentError(f"not UTF-8 after line {place.line}", line=place.line, column=1) from None


def _duplicate(raw: bytes, name: str) -> DocumentError:
    shown = name.encode("latin-1", "replace").decode("utf-8", "replace")
    for pointer, at in _twice(raw):
        place = place_of(raw, at)
        return DocumentError(
            f"the name {shown!r} is there twice in one object; the second is at line {place.line}, column {place.column}",
            pointer=pointer,
            line=place.line,
            column=place.column,
        )
    return DocumentError(f"the name {shown!r} is there twice in one object")


def _twice(raw: bytes) -> Generator[tuple[str, int]]:
    """Where names stand for the second time. Slow: for documents that are refused anyway."""
    text = raw.decode("latin-1")
    scan: Any = json.JSONDecoder().raw_decode
    names: list[set[str] | None] = []
    at, is_name = 0, False
    while at < len(text):
        match text[at]:
            case "{":
                names.append(set())
                is_name = True
            case "[":
                names.append(None)
                is_name = False
            case "}" | "]":
                names.pop()
            case ",":
                is_name = bool(names) and names[-1] is not None
            case '"':
                value, end = scan(text, at)
                known = names[-1] if names else None
                if is_name and known is not None:
                    if value in known:
                        yield "", at
                    known.add(value)
                    is_name = False
                at = end
                continue
            case _:
                pass
        at += 1

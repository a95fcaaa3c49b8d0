"""The arguments of the next page. Nothing is fetched, and no address is followed: only what it says in its query is taken."""

import re
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any, Final, cast
from urllib.parse import parse_qsl, urlsplit

from jackfield.openapi.answers.answer import Answer
from jackfield.openapi.paging.models import Paging, PagingKind, Way
from jackfield.openapi.paging.names import AROUND, MORE, NEXT_CURSORS, NEXT_URLS, TOTALS, plain

_LINK: Final = re.compile(r'<([^<>]{0,4000})>((?:\s*;\s*[^\s=;,]+(?:\s*=\s*(?:"[^"]*"|[^\s";,]*))?)*)')
_NEXT: Final = re.compile(r';\s*rel\s*=\s*(?:"(?:[^"]*\s)?next(?:\s[^"]*)?"|next\b)', re.IGNORECASE)
_TOTAL_HEADERS: Final = ("x-total-count", "x-total")
_NEXT_NAMES: Final = frozenset(name for name in (*NEXT_CURSORS, *NEXT_URLS) if "next" in name)
_LONGEST: Final = 4_000
_MOST_FIELDS: Final = 100
_LONGEST_NUMBER: Final = 18
"""Digits; more are none that anybody counts pages by."""


def next_page(paging: Paging, arguments: Mapping[str, Any], answer: Answer) -> dict[str, Any] | None:
    """The arguments for the page after this answer; None where it was the last one, or nobody can know.

    Args:
        paging: How the operation pages.
        arguments: Those of the call that was answered, flat by the operation's own names.
        answer: What came back.
    """
    if not answer.is_success:
        return None
    changes = _changes(paging, arguments, answer)
    if not changes:
        return None
    following = {**arguments, **changes}
    # An answer that leads to itself would be asked for forever.
    return following if following != dict(arguments) else None


def list_items(paging: Paging, answer: Answer) -> list[Any] | None:
    """The items of a page; None where there is no list in its place."""
    found = _at(answer.data, paging.items) if paging.items is not None else None
    return cast("list[Any]", found) if isinstance(found, list) else None


def _changes(paging: Paging, arguments: Mapping[str, Any], answer: Answer) -> dict[str, Any] | None:
    items = list_items(paging, answer)
    if paging.more is not None and _at(answer.data, paging.more) is False:
        return None
    match paging.kind:
        case PagingKind.LINK:
            address = _link(answer.headers.get("link", ""))
            return _from_address(paging, address) if address else None
        case PagingKind.URL:
            return _by_address_in_body(paging, arguments, answer, items)
        case PagingKind.CURSOR:
            return _by_cursor(paging, _at(answer.data, paging.next or ()))
        case PagingKind.LAST_ITEM:
            last: Any = items[-1] if items else None
            cursor = cast("Mapping[str, Any]", last).get("id") if isinstance(last, dict) else None
            return (
                {paging.argument: cursor} if isinstance(cursor, (str, int)) and not isinstance(cursor, bool) else None
            )
        case _:
            return _by_number(paging, arguments, answer, items)


def _by_address_in_body(
    paging: Paging, arguments: Mapping[str, Any], answer: Answer, items: list[Any] | None
) -> dict[str, Any] | None:
    found = _at(answer.data, paging.next or ())
    if not isinstance(found, str) or not found:
        return None
    changes = _from_address(paging, found)
    if changes or not paging.argument:
        return changes
    # It says something that is none of the operation's arguments: there is a next page, and numbers lead to it, too.
    return {paging.argument: _number(arguments, paging) + len(items)} if items else None


def _by_cursor(paging: Paging, cursor: Any) -> dict[str, Any] | None:
    if isinstance(cursor, bool) or not isinstance(cursor, (str, int)) or cursor in {"", 0}:
        return None
    if isinstance(cursor, str) and cursor.startswith(("http://", "https://", "/", "?")):
        return _from_address(paging, cursor) or None
    return {paging.argument: cursor} if len(str(cursor)) <= _LONGEST else None


def _by_number(
    paging: Paging, arguments: Mapping[str, Any], answer: Answer, items: list[Any] | None
) -> dict[str, Any] | None:
    if not items:
        return None
    size = _whole(arguments.get(paging.size)) if paging.size else None
    wanted = paging.default_size if size is None else size
    at = _number(arguments, paging)
    total = _whole(_at(answer.data, paging.total)) if paging.total else None
    # A page of fewer items than were asked for is the last one, or the API gives no larger ones: the answer tells.
    is_short = paging.more is None and wanted is not None and len(items) < wanted
    if paging.kind is PagingKind.PAGE:
        before = (at - paging.start) * (wanted or 0)
        is_last = is_short and (
            not _says_more(answer, before + len(items)) if total is None else before + len(items) == total
        )
        return None if is_last else {paging.argument: at + 1}
    following = at + len(items)
    if total is None:
        is_last = is_short and not _says_more(answer, following - paging.start)
    else:
        is_last = following - paging.start >= total
    return None if is_last else {paging.argument: following}


def _says_more(answer: Answer, seen: int) -> bool:
    """Whether an answer says that more follows after so many items, by what its document doesn't declare."""
    beside = list(_beside_the_list(answer.data))
    flags = [value for name, value in beside if name in MORE and isinstance(value, bool)]
    if flags:
        return flags[0]
    if _link(answer.headers.get("link", "")) or any(value for name, value in beside if name in _NEXT_NAMES):
        return True
    totals = [answer.headers.get(name) for name in _TOTAL_HEADERS] + [value for name, value in beside if name in TOTALS]
    return any(total is not None and total > seen for total in map(_whole, totals))


def _beside_the_list(data: Any, depth: int = 1) -> Iterator[tuple[str, Any]]:
    """The plain names and values of an answer's outermost members, and of those in members that are about paging."""
    if not isinstance(data, dict):
        return
    for name, value in islice(cast("dict[str, Any]", data).items(), _MOST_FIELDS):
        yield plain(name), value
        if depth and plain(name) in AROUND:
            yield from _beside_the_list(value, depth - 1)


def _number(arguments: Mapping[str, Any], paging: Paging) -> int:
    given = _whole(arguments.get(paging.argument))
    return paging.start if given is None else given


def _whole(value: Any) -> int | None:
    """A whole number, also one that is written as text."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= _LONGEST_NUMBER:
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _link(text: str) -> str | None:
    """The address of the next page in a `Link` header."""
    return next((one[1] for one in _LINK.finditer(text[: 4 * _LONGEST]) if _NEXT.search(one[2])), None)


def _from_address(paging: Paging, address: str) -> dict[str, Any]:
    """What an address says in its query, as far as the operation has arguments for it."""
    try:
        query = urlsplit(address[:_LONGEST]).query
        pairs = parse_qsl(query, keep_blank_values=True, max_num_fields=_MOST_FIELDS)
    except ValueError:
        return {}
    return {paging.names[name]: value for name, value in pairs if name in paging.names}


def _at(value: Any, way: Way | None) -> Any:
    for name in way or ():
        if not isinstance(value, dict):
            return None
        members = cast("dict[str, Any]", value)
        value = members.get(name)
    return value

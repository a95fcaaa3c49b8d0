"""Keyset paging: a page is asked for by the last row one has seen, never by an offset."""

import base64
import binascii
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeGuard, TypeVar

from jackfield.errors import HubError, InvalidError, JsonScalar, JsonValue
from jackfield.kernel.json import canonical_json, read_json

MAX_LIMIT = 200
DEFAULT_LIMIT = 50
MAX_INTEGER = (1 << 31) - 1
"""The largest number of a database's usual column; PostgreSQL refuses to compare such a column with a larger one."""
MAX_BIG_INTEGER = (1 << 63) - 1

T = TypeVar("T")
U = TypeVar("U")


@dataclass(frozen=True, slots=True)
class Cursor:
    """The place after which the next page starts."""

    order: str
    """The sort it belongs to, for example `name` or `-created_at`; a cursor of another sort is refused."""
    keys: tuple[JsonScalar, ...]
    """The sort values of the last row seen, ending with its id."""

    def write(self) -> str:
        """Opaque text for the API. Not signed: it selects a place, rights are decided for every page anew."""
        raw = canonical_json([self.order, list(self.keys)])
        return base64.urlsafe_b64encode(raw).decode().rstrip("=")

    @classmethod
    def read(cls, text: str) -> "Cursor":
        """Read what `write` wrote.

        Raises:
            InvalidError: Anything else.
        """
        refusal = _not_ours()
        if len(text) > 2000:
            raise refusal
        try:
            value = read_json(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        except (HubError, binascii.Error, ValueError):
            raise refusal from None
        match value:
            case [str(order), [*keys]] if keys:
                plain = tuple(key for key in keys if _is_key(key))
                if len(plain) == len(keys):
                    return cls(order, plain)
            case _:
                pass
        raise refusal


def _not_ours() -> InvalidError:
    return InvalidError("the cursor is not one of ours; start again without it", field="cursor")


def _is_key(key: JsonValue) -> TypeGuard[str | int | None]:
    """Whether a database can compare with it: neither text with NUL nor a number beyond its own."""
    if isinstance(key, str):
        return "\0" not in key
    return key is None or _is_number(key)


def _is_number(key: JsonValue) -> TypeGuard[int]:
    return isinstance(key, int) and not isinstance(key, bool) and 0 <= key <= MAX_BIG_INTEGER


@dataclass(frozen=True, slots=True)
class PageRequest:
    """Which page, how long, in which order."""

    limit: int = DEFAULT_LIMIT
    cursor: Cursor | None = None

    def __post_init__(self) -> None:
        if not 1 <= self.limit <= MAX_LIMIT:
            raise InvalidError(f"limit must be between 1 and {MAX_LIMIT}", field="limit")

    def after(self, order: str, width: int) -> tuple[JsonScalar, ...] | None:
        """The keys to start after, or None at the beginning.

        Raises:
            InvalidError: The cursor belongs to another order.
        """
        if self.cursor is None:
            return None
        if self.cursor.order != order or len(self.cursor.keys) != width:
            raise InvalidError("the cursor belongs to another sort; start again without it", field="cursor")
        return self.cursor.keys

    def after_number(self, order: str, *, most: int = MAX_INTEGER) -> int | None:
        """The number to start after, of rows that are sorted by it alone; None at the beginning.

        Args:
            order: The sort it must belong to.
            most: The largest number that the column can hold.

        Raises:
            InvalidError: The cursor belongs to another order.
        """
        after = self.after(order, 1)
        if after is None:
            return None
        if not _is_number(after[0]) or after[0] > most:
            raise _not_ours()
        return after[0]


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some rows and the way to the next."""

    items: tuple[T, ...]
    next: Cursor | None = None
    """None on the last page."""

    @classmethod
    def cut(cls, rows: list[T], limit: int, order: str, keys: Callable[[T], tuple[JsonScalar, ...]]) -> "Page[T]":
        """Make a page of up to `limit` from a query that asked for `limit + 1` rows."""
        if len(rows) <= limit:
            return cls(tuple(rows))
        kept = rows[:limit]
        return cls(tuple(kept), Cursor(order, keys(kept[-1])))

    def map(self, change: Callable[[T], U]) -> "Page[U]":
        """The same page of something made from each item."""
        return Page(tuple(change(item) for item in self.items), self.next)

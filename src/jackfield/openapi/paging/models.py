"""A way to page, as data: names of arguments and places in answers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

Way = tuple[str, ...]
"""Names of members from the top of an answer to a value in it; empty is the answer itself."""


class PagingKind(StrEnum):
    """How the next page is asked for."""

    LINK = "link"
    """By the address in the `Link` header with `rel="next"` (RFC 8288)."""
    URL = "url"
    """By an address in the answer's body."""
    CURSOR = "cursor"
    """By a value of the answer's body that means nothing to anybody else."""
    LAST_ITEM = "last_item"
    """By the id of the last item."""
    PAGE = "page"
    """By the number of the page."""
    OFFSET = "offset"
    """By how many items there were before."""


@dataclass(frozen=True, slots=True)
class Paging:
    """How one operation pages."""

    kind: PagingKind
    argument: str
    """Of the operation, that moves on; empty where an address says it all."""
    size: str | None
    """The argument that says how many items a page has."""
    items: Way | None
    """Where the list is; None where that isn't known."""
    next: Way | None = None
    """Where the cursor or the address of the next page is."""
    more: Way | None = None
    """Where it says whether there is more."""
    total: Way | None = None
    """Where it says how many items there are in all."""
    start: int = 0
    """Of the first page or item, where the caller says none."""
    default_size: int | None = None
    """Items of a page where the caller says none."""
    names: Mapping[str, str] = field(default_factory=dict[str, str])
    """Arguments of the operation by their names in a query: what is taken from an address."""
    source: str = ""
    """What says so: the extension of the document, or `names`."""

"""Pages and versions: `limit`, `cursor` and `Link` (RFC 8288), `ETag` and `If-Match` (RFC 9110 §13)."""

import re
from collections.abc import Callable
from typing import Annotated, Final, Generic, TypeVar
from urllib.parse import urlencode

from fastapi import Depends, Header, Query
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from jackfield.api.bodies import Output
from jackfield.errors import ConflictError, InvalidError
from jackfield.kernel import Cursor, Page, PageRequest

T = TypeVar("T")
U = TypeVar("U")

_DEFAULT_LIMIT: Final = 50
_MAX_LIMIT: Final = 200
_ETAG: Final = re.compile(r'"v([0-9]{1,18})"')


class ChangedError(ConflictError):
    """Somebody changed it since the caller looked."""

    code = "object.changed"


class PageOf(Output, Generic[T]):
    """Some of a list, and the way to the rest."""

    items: list[T]
    next: str | None = Field(default=None, description="The cursor of the next page; null on the last.")


class Paging:
    """Which page is asked for, and how it is answered."""

    def __init__(self, request: Request, response: Response, wanted: PageRequest) -> None:
        self._request = request
        self._response = response
        self.wanted = wanted

    def answer(self, page: Page[U], show: Callable[[U], T]) -> PageOf[T]:
        """The page, each item as `show` makes it; also sets `Link` to the next one."""
        following = page.next.write() if page.next else None
        if following:
            query = [(name, value) for name, value in self._request.query_params.multi_items() if name != "cursor"]
            target = f"{self._request.url.path}?{urlencode([*query, ('cursor', following)])}"
            self._response.headers["link"] = f'<{target}>; rel="next"'
        return PageOf(items=[show(item) for item in page.items], next=following)


async def _read_paging(
    request: Request,
    response: Response,
    limit: Annotated[int, Query(ge=1, le=_MAX_LIMIT, description="How many at most.")] = _DEFAULT_LIMIT,
    cursor: Annotated[
        str | None,
        Query(max_length=2000, description="Where the page starts: `next` of the one before, with the same sort."),
    ] = None,
) -> Paging:
    return Paging(request, response, PageRequest(limit, Cursor.read(cursor) if cursor else None))


PageAsked = Annotated[Paging, Depends(_read_paging)]
"""A route's parameter: which page."""


def etag(version: int) -> str:
    """The ETag of a row's version."""
    return f'"v{version}"'


class VersionTag:
    """Sets the ETag of an answer."""

    def __init__(self, response: Response) -> None:
        self._response = response

    def set(self, version: int) -> None:
        """The version that the answer shows."""
        self._response.headers["etag"] = etag(version)


async def _make_version_tag(response: Response) -> VersionTag:
    return VersionTag(response)


async def _read_if_match(
    if_match: Annotated[
        str | None,
        Header(
            description="The `ETag` that you saw; 412 if it was changed since. Optional.",
            json_schema_extra={"pattern": r'^("v[0-9]{1,18}"|\*)?$'},
        ),
    ] = None,
) -> int | None:
    if if_match is None or if_match.strip() in {"", "*"}:
        return None
    found = _ETAG.fullmatch(if_match.strip())
    if found is None:
        if re.fullmatch(r'(W/)?"[^"]*"', if_match.strip()):
            raise ChangedError("it was changed since: the ETag of If-Match is not the present one")
        raise InvalidError('If-Match must be one ETag as in "v3", in its quotes', field="header.if-match")
    return int(found[1])


Tagging = Annotated[VersionTag, Depends(_make_version_tag)]
"""A route's parameter: to set the ETag."""
Expected = Annotated[int | None, Depends(_read_if_match)]
"""A route's parameter: the version the caller saw; None when he doesn't say."""

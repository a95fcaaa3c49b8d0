"""What an API answered, as its document describes it: read, checked, with the way to the next page."""

import asyncio
from datetime import UTC, datetime
from typing import Final

from jackfield.catalog.openapi.declarations import SHOWN_HEADERS, AnsweredPage, Described, MethodResult, SaidLimits
from jackfield.connectors import FileValue, HttpResponse
from jackfield.openapi import Answer, ContentKind, RateLimits, list_items, next_page, read_answer

_LARGE: Final = 64 * 1024
"""Bytes of a body from which on others need not wait for its reading."""
_NOTHING_SAID: Final = RateLimits()


async def read_result(described: Described, response: HttpResponse) -> MethodResult:
    """What came back, whatever it is: that it differs from the document is said, and loses nothing."""
    if len(response.body) > _LARGE:
        return await asyncio.to_thread(_read, described, response)
    return _read(described, response)


def _read(described: Described, response: HttpResponse) -> MethodResult:
    answer = read_answer(
        described.api,
        described.operation,
        response.status,
        response.headers,
        response.body,
        now=datetime.now(UTC),
    )
    content = answer.content
    has_data = content.kind in {ContentKind.JSON, ContentKind.LINES, ContentKind.FORM}
    file = answer.file
    return MethodResult(
        status=answer.status,
        media_type=content.media_type,
        headers={name: value for name, value in answer.headers.items() if name in SHOWN_HEADERS},
        body=content.data if has_data else None,
        text=None if has_data else content.text,
        file=None if file is None else FileValue.of(file.filename or "body", file.content, file.guessed_type),
        checked=answer.checked.value,
        warnings=[*answer.warnings],
        truncated=not content.is_whole,
        page=_page(described, answer),
        limits=_limits(answer.limits),
    )


def _page(described: Described, answer: Answer) -> AnsweredPage | None:
    paging = described.paging
    if paging is None:
        return None
    items = list_items(paging, answer)
    return AnsweredPage(
        kind=paging.kind.value,
        said_by="the document" if paging.source.startswith("x-") else "the names of arguments and answers",
        items=None if paging.items is None or items is None else [*paging.items],
        count=None if items is None else len(items),
        next=next_page(paging, described.arguments, answer),
    )


def _limits(said: RateLimits) -> SaidLimits | None:
    if said == _NOTHING_SAID:
        return None
    return SaidLimits(
        retry_after=said.retry_after,
        limit=said.limit,
        remaining=said.remaining,
        reset_after=said.reset_after,
        window=said.window,
    )

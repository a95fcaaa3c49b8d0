"""How an operation pages: by an extension of its document, else by the names of its parameters and of its answer."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final, cast

from jackfield.openapi.errors import UnresolvedReferenceError
from jackfield.openapi.models import Operation, Parameter, Place
from jackfield.openapi.paging.models import Paging, PagingKind, Way
from jackfield.openapi.paging.names import (
    CURSORS,
    LAST_ITEMS,
    MORE,
    NEXT_CURSORS,
    NEXT_URLS,
    OFFSETS,
    PAGES,
    SIZES,
    TOTALS,
    plain,
)
from jackfield.openapi.paging.shapes import Shape, shape_of
from jackfield.openapi.reading.api import Api
from jackfield.openapi.reading.values import listing, mapping, text
from jackfield.openapi.schemas.views import view_schema

_TEXTS: Final = frozenset({"string"})
_CURSOR_TYPES: Final = frozenset({"string", "integer", "number"})
_NUMBERS: Final = frozenset({"integer", "number"})
_FLAGS: Final = frozenset({"boolean"})


def detect_paging(api: Api, operation: Operation) -> Paging | None:
    """How an operation pages; None where nothing shows that it does, or it can't be done with its own arguments.

    Only what reads is paged: operations whose verb is GET, with their parameters in the query.
    """
    if operation.method != "GET":
        return None
    try:
        return _Detection(api, operation).detect()
    except UnresolvedReferenceError:
        return None


class _Detection:
    def __init__(self, api: Api, operation: Operation) -> None:
        self._api = api
        self._operation = operation
        self._parameters = {plain(one.name): one for one in operation.parameters if one.place is Place.QUERY}

    def detect(self) -> Paging | None:
        pageable = self._operation.extensions.get("x-ms-pageable")
        speakeasy = self._operation.extensions.get("x-speakeasy-pagination")
        if not self._parameters and pageable is None:
            return None
        if isinstance(speakeasy, dict):
            found = self._by_speakeasy(cast("Mapping[str, Any]", speakeasy))
            if found is not None:
                return found
        shape = shape_of(self._api, self._operation)
        if isinstance(pageable, dict):
            return self._by_pageable(cast("Mapping[str, Any]", pageable), shape or Shape())
        found = self._by_cursor(shape) or self._by_number(shape)
        if any(one.has_link for one in self._operation.responses) and self._names():
            return replace(found or self._paging(PagingKind.LINK, "", shape), kind=PagingKind.LINK)
        return found

    def _by_pageable(self, declared: Mapping[str, Any], shape: Shape) -> Paging | None:
        """Autorest's extension: the name of the member with the next address, and of the one with the list."""
        name = declared.get("nextLinkName")
        items = declared.get("itemName")
        found = self._paging(PagingKind.URL, "", shape)
        if isinstance(items, str):
            found = replace(found, items=(items,))
        elif shape.items is None:
            found = replace(found, items=("value",))
        if isinstance(name, str) and name:
            following: Way = (name,)
        else:
            return None
        numbered = self._by_number(shape)
        if numbered is not None:
            # What its addresses say is often not among its arguments; numbers are.
            found = replace(found, argument=numbered.argument, start=numbered.start)
        if not self._names():
            return None
        return replace(found, next=following, source="x-ms-pageable")

    def _by_speakeasy(self, declared: Mapping[str, Any]) -> Paging | None:
        """`{"type", "inputs": [{"name", "in", "type"}], "outputs": {"results", "nextCursor", "nextUrl"}}`."""
        inputs = {
            text(one, "type"): self._parameters.get(plain(text(one, "name")))
            for one in cast("list[Mapping[str, Any]]", listing(declared, "inputs"))
            if isinstance(one, dict)
        }
        outputs = mapping(declared, "outputs")
        for kind in (PagingKind.CURSOR, PagingKind.PAGE, PagingKind.OFFSET):
            mover = inputs.get(kind.value)
            if mover is None:
                continue
            found = self._paging(kind, mover.argument, None, mover)
            following = _way(outputs.get("nextCursor"))
            if kind is PagingKind.CURSOR and following is None:
                return None
            limit = inputs.get("limit")
            items = _way(outputs.get("results"))
            size = limit.argument if limit else found.size
            return replace(found, items=items, next=following, size=size, source="x-speakeasy-pagination")
        return None

    def _by_cursor(self, shape: Shape | None) -> Paging | None:
        if shape is None or shape.items is None:
            return None
        mover = self._first(CURSORS)
        if mover is not None:
            own = plain(mover.name)
            following = shape.find((*NEXT_CURSORS, f"next{own}", own, *NEXT_URLS), types=_CURSOR_TYPES)
            if following is not None:
                return replace(self._paging(PagingKind.CURSOR, mover.argument, shape), next=following)
        last = self._first(LAST_ITEMS)
        if last is not None and shape.first_item is not None and self._has_id(shape):
            return self._paging(PagingKind.LAST_ITEM, last.argument, shape)
        return None

    def _by_number(self, shape: Shape | None) -> Paging | None:
        if shape is None or shape.items is None:
            return None
        for kind, names in ((PagingKind.PAGE, PAGES), (PagingKind.OFFSET, OFFSETS)):
            mover = self._first(names)
            if mover is None or not self._is_number(mover):
                continue
            size = self._first(SIZES)
            if size is None and plain(mover.name) in {"p", "start", "from", "number"}:
                continue
            found = self._paging(kind, mover.argument, shape, mover)
            address = shape.find(NEXT_URLS, types=_TEXTS)
            # An address tells where the list ends, too, which numbers don't.
            return replace(found, kind=PagingKind.URL, next=address) if address and self._names() else found
        return None

    def _paging(self, kind: PagingKind, argument: str, shape: Shape | None, mover: Parameter | None = None) -> Paging:
        size = self._first(SIZES)
        if size is not None and size.argument == argument:
            size = None
        return Paging(
            kind=kind,
            argument=argument,
            size=size.argument if size else None,
            items=shape.items if shape else None,
            more=shape.find(MORE, types=_FLAGS) if shape else None,
            total=shape.find(TOTALS, types=_NUMBERS) if shape else None,
            start=self._start(kind, mover),
            default_size=self._default(size),
            names=self._names(),
            source="names",
        )

    def _names(self) -> dict[str, str]:
        movers = {*CURSORS, *LAST_ITEMS, *PAGES, *OFFSETS}
        return {one.name: one.argument for name, one in self._parameters.items() if name in movers}

    def _first(self, names: Sequence[str]) -> Parameter | None:
        return next((self._parameters[one] for one in names if one in self._parameters), None)

    def _is_number(self, parameter: Parameter) -> bool:
        types = view_schema(self._api.library, self._api.version, parameter.schema).all_types
        return not types or bool(types & _NUMBERS) or (types <= _TEXTS and plain(parameter.name) != "from")

    def _start(self, kind: PagingKind, mover: Parameter | None) -> int:
        declared = self._default(mover)
        if declared is not None:
            return declared
        if kind is not PagingKind.PAGE or mover is None or mover.schema is None:
            return 0
        return 0 if self._member(mover, "minimum") == 0 else 1

    def _default(self, parameter: Parameter | None) -> int | None:
        found = self._member(parameter, "default") if parameter else None
        return found if isinstance(found, int) and not isinstance(found, bool) else None

    def _member(self, parameter: Parameter, name: str) -> Any:
        schema = self._api.library.get(parameter.schema) if parameter.schema else None
        return cast("Mapping[str, Any]", schema).get(name) if isinstance(schema, dict) else None

    def _has_id(self, shape: Shape) -> bool:
        return "id" in view_schema(self._api.library, self._api.version, shape.first_item).all_properties


def _way(path: Any) -> Way | None:
    """`$.data.items` as names; only members, as anything else would be a language of its own."""
    if not isinstance(path, str) or not path.startswith("$") or "[" in path or ".." in path:
        return None
    return tuple(one for one in path[1:].split(".") if one)

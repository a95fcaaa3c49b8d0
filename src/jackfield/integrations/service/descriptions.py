"""What a call takes along of its document: to sign in, to read the answer by, and to find the next page."""

from typing import Any
from weakref import WeakKeyDictionary

from jackfield.catalog.openapi import Described
from jackfield.openapi import Api, Arguments, Operation, Paging, Place, detect_paging


class Descriptions:
    """How operations page, looked up once for each; gone with their document."""

    def __init__(self) -> None:
        self._pagings: WeakKeyDictionary[object, dict[str, Paging | None]] = WeakKeyDictionary()

    def describe(self, api: Api, operation: Operation, arguments: Arguments) -> Described:
        """The operation of a call with these arguments."""
        paging = self._paging_of(api, operation)
        flat = {} if paging is None else _flat(operation, arguments)
        return Described(api, operation, flat, paging)

    def _paging_of(self, api: Api, operation: Operation) -> Paging | None:
        known = self._pagings.setdefault(api.library, {})
        if operation.name not in known:
            # What has a body is asked for with it again; files in it are no JSON any more.
            known[operation.name] = None if operation.body else detect_paging(api, operation)
        return known[operation.name]


def _flat(operation: Operation, arguments: Arguments) -> dict[str, Any]:
    """By the operation's own names, however they were given; what was not given isn't there."""
    found: dict[str, Any] = {}
    for one in operation.parameters:
        is_whole_query = one.place is Place.QUERYSTRING
        value = arguments.querystring if is_whole_query else arguments.at(one.place).get(one.name)
        if value is not None:
            found[one.argument] = value
    return found

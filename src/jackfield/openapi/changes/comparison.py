"""Two versions of a description compared (rule O9, case D26). Pure, and of bounded length on large documents."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from jackfield.openapi.changes.fingerprints import Fingerprints
from jackfield.openapi.changes.models import ORDER, ApiDiff, Change, Impact, Move, OperationChange
from jackfield.openapi.changes.operations import OperationComparison
from jackfield.openapi.models import Operation, SecurityScheme
from jackfield.openapi.reading.api import Api

_MOST: Final = 50
"""Changes that are listed of one operation; the worst are kept."""


def compare(old: Api, new: Api, *, base: str | None = None) -> ApiDiff:
    """What is different in the new one.

    Operations are the same ones where their verb and path are; an operationId that stands elsewhere is one removed and
    one new, shown together as `moved`.

    Args:
        old: The description in force.
        new: The one that is to replace it.
        base: Where the connection sends to, if that isn't for the document to say; then its servers don't count.
    """
    return _Comparison(old, new, base).compare()


class _Comparison:
    def __init__(self, old: Api, new: Api, base: str | None) -> None:
        self._old = old
        self._new = new
        self._before = Fingerprints(old, base=base)
        self._after = Fingerprints(new, base=base)
        self._operations = OperationComparison(old, new, has_base=base is not None)

    def compare(self) -> ApiDiff:
        before = {one.label: one for one in self._old.operations}
        after = {one.label: one for one in self._new.operations}
        removed = tuple(one for label, one in before.items() if label not in after)
        added = tuple(one for label, one in after.items() if label not in before)
        changed: list[OperationChange] = []
        same: list[Operation] = []
        for label, one in after.items():
            if label not in before:
                continue
            change = self._change(before[label], one)
            if change is None:
                same.append(one)
            else:
                changed.append(change)
        general = tuple(self._general())
        return ApiDiff(added, removed, tuple(changed), tuple(same), tuple(_moves(removed, added)), general)

    def _change(self, old: Operation, new: Operation) -> OperationChange | None:
        found = dict.fromkeys(self._operations.compare(old, new))
        if not found:
            return None
        changes = sorted(found, key=lambda one: -ORDER[one.impact])
        before, after = self._before.of(old), self._after.of(new)
        return OperationChange(old, new, tuple(changes[:_MOST]), before, after, max(len(changes) - _MOST, 0))

    def _general(self) -> Iterator[Change]:
        before, after = self._old.schemes, self._new.schemes
        for name in before.keys() - after.keys():
            yield Change("scheme.removed", Impact.BREAKING, name)
        for name, scheme in after.items():
            if name not in before:
                yield Change("scheme.added", Impact.COMPATIBLE, name)
            elif _without_words(scheme) != _without_words(before[name]):
                yield Change("scheme.changed", Impact.BREAKING, name)
            elif scheme != before[name]:
                yield Change("scheme.words", Impact.WORDS, name)


def _without_words(scheme: SecurityScheme) -> SecurityScheme:
    flows = tuple(replace(one, scopes=dict.fromkeys(one.scopes, "")) for one in scheme.flows)
    return replace(scheme, description="", is_deprecated=False, bearer_format="", flows=flows)


def _moves(removed: Sequence[Operation], added: Sequence[Operation]) -> Iterator[Move]:
    """By operationIds that one operation of each has."""
    before = [one.operation_id for one in removed]
    after = [one.operation_id for one in added]
    for one in removed:
        name = one.operation_id
        if name and before.count(name) == after.count(name) == 1:
            yield Move(one, added[after.index(name)])

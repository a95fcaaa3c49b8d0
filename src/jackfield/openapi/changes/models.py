"""The difference between two descriptions of one API."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from jackfield.openapi.changes.sentences import say
from jackfield.openapi.models import Operation


class Impact(StrEnum):
    """What a change does to those who call."""

    WORDS = "words"
    """Only what people and assistants read."""
    COMPATIBLE = "compatible"
    """Calls that were right stay right."""
    BREAKING = "breaking"
    """A call that was right may not be any more, or an answer may not be what it was."""


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that is different."""

    code: str
    """For programs: `parameter.added`, `type.changed`; one of `sentences.SENTENCES`."""
    impact: Impact
    where: str
    """The argument, `body.address.zip`, `answer 200`; what is said of a schema with a name begins with that: `User.id`."""
    before: str | None = None
    after: str | None = None

    @property
    def sentence(self) -> str:
        """For people."""
        return say(self.code, self.where, self.before, self.after)


@dataclass(frozen=True, slots=True)
class OperationChange:
    """An operation that is in both, and not the same."""

    old: Operation
    new: Operation
    changes: tuple[Change, ...]
    before: str
    """Its fingerprint."""
    after: str
    omitted: int = 0
    """Changes beyond those that are listed; they are none of them worse."""

    @property
    def impact(self) -> Impact:
        """That of its worst change."""
        return heaviest(self.changes)

    @property
    def is_same_call(self) -> bool:
        """Whether what is sent means the same as before."""
        return self.before == self.after


@dataclass(frozen=True, slots=True)
class Move:
    """An operationId that stands at another verb or path. For rights it is one removed and one new."""

    old: Operation
    new: Operation


@dataclass(frozen=True, slots=True)
class ApiDiff:
    """What a new version of a description changes. An operation is the same one where its verb and path are."""

    added: tuple[Operation, ...]
    removed: tuple[Operation, ...]
    changed: tuple[OperationChange, ...]
    same: tuple[Operation, ...]
    """As in the new one."""
    moved: tuple[Move, ...]
    """Which of those added and removed have one operationId."""
    general: tuple[Change, ...]
    """Of the document as a whole: its security schemes."""

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all is different."""
        return not (self.added or self.removed or self.changed or self.general)

    @property
    def impact(self) -> Impact | None:
        """That of its worst part; None where nothing is different."""
        return max(self._impacts(), key=ORDER.__getitem__, default=None)

    def _impacts(self) -> Iterator[Impact]:
        if self.removed:
            yield Impact.BREAKING
        if self.added:
            yield Impact.COMPATIBLE
        yield from (one.impact for one in (*self.changed, *self.general))


ORDER: Final = {Impact.WORDS: 0, Impact.COMPATIBLE: 1, Impact.BREAKING: 2}


def heaviest(changes: tuple[Change, ...]) -> Impact:
    """The worst impact among them; words where there are none."""
    return max((one.impact for one in changes), key=ORDER.__getitem__, default=Impact.WORDS)

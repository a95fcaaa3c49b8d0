"""What can be wrong with a definition, and with the use of an execution."""

from collections.abc import Sequence

from jackfield.errors import ConflictError, IntegrityError, InvalidError
from jackfield.states.models import Problem


class DefinitionError(InvalidError):
    """The definition can't be run; `problems` says why, and where (rule P1)."""

    code = "definition.invalid"

    def __init__(self, problems: Sequence[Problem]) -> None:
        first = problems[0]
        place = f"line {first.line}, column {first.column}" if first.line else first.pointer or "the top"
        more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
        super().__init__(
            f"at {place}: {first.message}{more}",
            problems=[
                {
                    "pointer": one.pointer,
                    "message": one.message,
                    "code": one.code,
                    **({"line": one.line, "column": one.column} if one.line else {}),
                }
                for one in problems
            ],
        )
        self.found = tuple(problems)


class OrderUnknownError(ConflictError):
    """There is no such outstanding order: it has been answered, or what asked for it was aborted."""

    code = "order.unknown"


class SnapshotError(IntegrityError):
    """A snapshot doesn't belong to this definition."""

    code = "snapshot.mismatch"

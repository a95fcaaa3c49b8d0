"""Values of databases as JSON, and rows within a budget."""

import base64
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal, cast

from pydantic import JsonValue

from jackfield.catalog.sql.declarations import Column, RowsAs
from jackfield.errors import InvalidError, LimitedError
from jackfield.kernel import read_json

MAX_RESULT_BYTES: Final = 8 << 20
"""As JSON; below what a call may answer with."""
MAX_WIRE_BYTES: Final = 32 << 20
"""What one use may receive from the server, so that one gigantic value doesn't fill the memory."""
_SAFE: Final = 2**53 - 1
_MAX_NAMES: Final = 1_000_000


def to_json(value: object) -> JsonValue:  # noqa: PLR0911  # one line per type
    """A driver's value as JSON; `QueryResult` says how."""
    match value:
        case None | bool() | str():
            return value
        case int():
            return value if -_SAFE <= value <= _SAFE else str(value)
        case float():
            return value if math.isfinite(value) else _odd_number(value)
        case bytes():
            return {"type": "bytes", "value": base64.b64encode(value).decode()}
        case Mapping():
            items = cast("Mapping[Any, Any]", value).items()
            return {str(name): to_json(item) for name, item in items}
        case list() | tuple():
            return [to_json(item) for item in cast("Sequence[Any]", value)]
        case _:
            return str(value)


def read_json_column(text: str) -> JsonValue:
    """What a JSON column holds; its text where other JSON readers couldn't take it, as with a thousand levels (RFC 8259 §9)."""
    try:
        return read_json(text, max_names=_MAX_NAMES)
    except (InvalidError, LimitedError):
        return text


def _odd_number(value: float) -> str:
    if math.isnan(value):
        return "NaN"
    return "Infinity" if value > 0 else "-Infinity"


def too_large() -> LimitedError:
    """The answer doesn't fit."""
    return LimitedError(
        f"the database answers with more than {MAX_WIRE_BYTES >> 20} MiB, or with a row of more than "
        f"{MAX_RESULT_BYTES >> 20} MiB; ask for fewer or shorter columns or rows",
        code="sql.result_too_large",
        limit=MAX_RESULT_BYTES,
    )


@dataclass(slots=True)
class Rows:
    """Rows collected up to a budget."""

    max_rows: int
    columns: list[Column] = field(default_factory=list[Column])
    rows: list[list[JsonValue]] = field(default_factory=list[list[JsonValue]])
    truncated_by: Literal["rows", "bytes"] | None = None
    _bytes: int = 0

    def add(self, row: Sequence[object]) -> bool:
        """Take a row; False when it didn't fit and no more is needed.

        Raises:
            LimitedError: Not even the first row fits.
        """
        if len(self.rows) >= self.max_rows:
            self.truncated_by = "rows"
            return False
        values = [to_json(value) for value in row]
        self._bytes += len(json.dumps(values, ensure_ascii=False).encode(errors="surrogatepass"))
        if self._bytes > MAX_RESULT_BYTES:
            if not self.rows:
                raise too_large()
            self.truncated_by = "bytes"
            return False
        self.rows.append(values)
        return True

    @property
    def truncated(self) -> bool:
        """Whether there was more."""
        return self.truncated_by is not None

    def shaped(self, rows_as: RowsAs) -> list[JsonValue]:
        """The rows as lists, or as objects by column name.

        Raises:
            InvalidError: Two columns have one name, and objects are asked for.
        """
        if rows_as == "lists":
            return list[JsonValue](self.rows)
        names = [column.name for column in self.columns]
        double = next((name for at, name in enumerate(names) if name in names[:at]), None)
        if double is not None:
            raise InvalidError(
                f"two columns are called {double!r}; give one another name with AS, or ask for rows as lists",
                field="arguments.rows_as",
            )
        return [dict(zip(names, row, strict=True)) for row in self.rows]

"""What the three connectors have in common: their actions."""

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Final, TypeVar, cast

from pydantic import JsonValue

from jackfield.catalog.sql import faults
from jackfield.catalog.sql.declarations import (
    MAX_ROWS,
    DescribeTableArguments,
    DescribeTableResult,
    ExecuteArguments,
    ExecuteManyArguments,
    ExecuteResult,
    ListTablesArguments,
    ListTablesResult,
    QueryArguments,
    QueryResult,
    Table,
    TableColumn,
)
from jackfield.catalog.sql.parameters import Value, read_parameters
from jackfield.catalog.sql.statements import (
    Bound,
    Placeholder,
    Statement,
    bind,
    check_names,
    read_statements,
    require_changes,
    require_query,
)
from jackfield.catalog.sql.tokens import Dialect
from jackfield.catalog.sql.values import Rows
from jackfield.connectors import Connector, Details, Effect, Repeat, Use, Weight, action
from jackfield.errors import NotFoundError

D = TypeVar("D", bound=Details)

_MAX_RETURNED_ROWS: Final = 1000


@dataclass(slots=True)
class Changes:
    """Counts what statements of one transaction change, against the limit of the caller (D6)."""

    limit: int
    affected: int = 0
    """As the database answers."""

    def add(self, affected: int, everything: int = 0) -> None:
        """Count one statement.

        Args:
            affected: Rows it changed, as the database answers.
            everything: Rows the transaction changed so far, in whatever way, where the database can say.

        Raises:
            ConflictError: That is too many; the transaction must be rolled back.
        """
        self.affected += affected
        changed = max(self.affected, everything)
        if changed > self.limit:
            raise faults.too_many_changes(changed, self.limit)


def _weigh(arguments: ExecuteArguments | ExecuteManyArguments) -> Weight:
    """Statements are not read here: what can't be read is refused later, and weighs as the heaviest until then."""
    words = arguments.sql.upper()
    removes = any(word in words for word in ("DELETE", "TRUNCATE", "DROP"))
    schema = isinstance(arguments, ExecuteArguments) and arguments.allow_schema_changes
    return Weight(Effect.DESTRUCTIVE if removes or schema else Effect.WRITE, Repeat.ONCE)


class SqlConnector(Connector[D]):
    """A database that speaks SQL."""

    dialect: ClassVar[Dialect]
    tables_sql: ClassVar[str]
    """Gives table_schema, name, kind, comment for :table_schema and :pattern, which may be null; ordered."""
    columns_sql: ClassVar[str]
    """Gives table_schema, table kind, name, type, nullable, default, key, generated, comment for :table_schema, :table."""

    @abstractmethod
    def placeholders(self) -> Placeholder:
        """How parameters are written, for one statement."""

    @abstractmethod
    async def read(self, use: Use[D], bound: Bound, rows: Rows) -> None:
        """Run a statement in a transaction that can't write, and collect its rows."""

    @abstractmethod
    async def change(self, use: Use[D], bounds: list[Bound], changes: Changes, rows: Rows) -> None:
        """Run statements in one transaction, count what they change, collect what the last one that returns rows does."""

    @action(title="Query", effect=Effect.READ, repeat=Repeat.READ)
    async def query(self, use: Use[D], arguments: QueryArguments) -> QueryResult:
        """Ask the database with one SQL statement; it runs in a transaction that can't write and is rolled back."""
        statement = require_query(read_statements(arguments.sql, self.dialect))
        [bound] = self._bind((statement,), arguments.parameters)
        rows = Rows(arguments.max_rows)
        await self.read(use, bound, rows)
        return QueryResult(
            columns=rows.columns,
            rows=rows.shaped(arguments.rows_as),
            row_count=len(rows.rows),
            truncated=rows.truncated,
            truncated_by=rows.truncated_by,
        )

    @action(title="Execute", effect=Effect.DESTRUCTIVE, repeat=Repeat.ONCE, weigh=_weigh)
    async def execute(self, use: Use[D], arguments: ExecuteArguments) -> ExecuteResult:
        """Change the database with an SQL statement; when it changes more rows than `max_changes`, it is rolled back."""
        statements = require_changes(
            read_statements(arguments.sql, self.dialect), schema=arguments.allow_schema_changes
        )
        bounds = self._bind(statements, arguments.parameters)
        changes, rows = Changes(arguments.max_changes), Rows(_MAX_RETURNED_ROWS)
        await self.change(use, bounds, changes, rows)
        return ExecuteResult(
            affected=changes.affected,
            columns=rows.columns,
            # What was done is done: two columns of one name must not turn it into an error.
            rows=rows.shaped(arguments.rows_as if _names_differ(rows) else "lists"),
            truncated=rows.truncated,
        )

    @action(title="Execute many", effect=Effect.DESTRUCTIVE, repeat=Repeat.ONCE, weigh=_weigh)
    async def execute_many(self, use: Use[D], arguments: ExecuteManyArguments) -> ExecuteResult:
        """Execute one SQL statement with each of many sets of parameters, in one transaction: all or nothing."""
        statements = require_changes(read_statements(arguments.sql, self.dialect), schema=False)
        bounds: list[Bound] = []
        for number, given in enumerate(arguments.parameter_sets):
            bounds += self._bind(statements, given, where=f"arguments.parameter_sets.{number}")
        limit = len(bounds) if arguments.max_changes is None else arguments.max_changes
        changes = Changes(limit)
        await self.change(use, bounds, changes, Rows(0))
        return ExecuteResult(affected=changes.affected, columns=[], rows=[])

    @action(title="List tables", effect=Effect.READ, repeat=Repeat.READ)
    async def list_tables(self, use: Use[D], arguments: ListTablesArguments) -> ListTablesResult:
        """List the tables and views that may be seen, by schema and name."""
        wanted = arguments.name_contains
        pattern = None if wanted is None else f"%{_escaped(wanted)}%"
        rows = await self._ask(use, self.tables_sql, {"table_schema": arguments.table_schema, "pattern": pattern})
        tables = [
            Table(table_schema=str(schema), name=str(name), kind=str(kind).lower(), comment=str(comment or ""))
            for schema, name, kind, comment in rows.rows
        ]
        return ListTablesResult(tables=tables, truncated=rows.truncated)

    @action(title="Describe table", effect=Effect.READ, repeat=Repeat.READ)
    async def describe_table(self, use: Use[D], arguments: DescribeTableArguments) -> DescribeTableResult:
        """Describe a table or view: its columns with type, default and place in the primary key."""
        names = {"table_schema": arguments.table_schema, "table": arguments.table}
        rows = await self._ask(use, self.columns_sql, names)
        if not rows.rows:
            raise NotFoundError(
                f"there is no table {arguments.table!r} that this user may see", what="table", field="arguments.table"
            )
        return DescribeTableResult(
            table_schema=str(rows.rows[0][0]),
            name=arguments.table,
            kind=str(rows.rows[0][1]).lower(),
            columns=[_column(row) for row in rows.rows],
        )

    def _bind(
        self, statements: tuple[Statement, ...], given: Mapping[str, JsonValue], *, where: str = "arguments.parameters"
    ) -> list[Bound]:
        check_names(statements, given, where=where)
        values = read_parameters(given, where=where)
        return [bind(statement, values, self.placeholders()) for statement in statements]

    async def _ask(self, use: Use[D], sql: str, parameters: Mapping[str, Value]) -> Rows:
        """One of our own queries."""
        [statement] = read_statements(sql, self.dialect)
        rows = Rows(MAX_ROWS)
        await self.read(use, bind(statement, parameters, self.placeholders()), rows)
        return rows


def _names_differ(rows: Rows) -> bool:
    names = [column.name for column in rows.columns]
    return len(set(names)) == len(names)


def _escaped(text: str) -> str:
    """For LIKE … ESCAPE '!', in small letters."""
    return text.lower().replace("!", "!!").replace("%", "!%").replace("_", "!_")


def _column(row: list[JsonValue]) -> TableColumn:
    _, _, name, kind, nullable, default, key, generated, comment = cast("list[Any]", row)
    return TableColumn(
        name=str(name),
        type=str(kind),
        nullable=bool(nullable),
        default=None if default is None else str(default),
        key=int(key) if key else None,
        generated=bool(generated),
        comment=str(comment or ""),
    )

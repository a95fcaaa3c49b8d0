"""What people, groups and business units are called now, by their ids."""

from collections.abc import Collection, Mapping
from typing import Final

from sqlalchemy import select, union_all

from jackfield.db import Transaction
from jackfield.directory.tables import business_units, groups, people

_NAMED: Final = (people, groups, business_units)
_MOST_AT_ONCE: Final = 500
"""Databases bound how many values a statement may have."""


def find_names(tx: Transaction, ids: Collection[str]) -> Mapping[str, str]:
    """The present names of those that there are."""
    wanted = sorted(set(ids))
    found: dict[str, str] = {}
    for start in range(0, len(wanted), _MOST_AT_ONCE):
        some = wanted[start : start + _MOST_AT_ONCE]
        queries = [select(table.c.id, table.c.name).where(table.c.id.in_(some)) for table in _NAMED]
        found |= {row.id: row.name for row in tx.connection.execute(union_all(*queries))}
    return found

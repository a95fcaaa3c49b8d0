"""The unit of work: one transaction is one plain function, and never waits for anything but the database.

`Database.read` and `Database.write` run a function with a `Transaction` in a worker thread. As the function is not
async, no transaction can be held open across a call to the outside. Features keep their tables in their `tables`
module on `metadata`, and their queries in their `store` module; nobody else sees SQLAlchemy.
"""

from jackfield.db.database import Database, Statements, Transaction
from jackfield.db.epoch import EpochCache, PolicyEpoch
from jackfield.db.failures import find_database_failure
from jackfield.db.owner import own_database
from jackfield.db.sqlite import SQLITE
from jackfield.db.tables import UtcDateTime, metadata, moment_as_stored

__all__ = [
    "SQLITE",
    "Database",
    "EpochCache",
    "PolicyEpoch",
    "Statements",
    "Transaction",
    "UtcDateTime",
    "find_database_failure",
    "metadata",
    "moment_as_stored",
    "own_database",
]

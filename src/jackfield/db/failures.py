"""When it is the database that failed, and not whoever asked it."""

from sqlalchemy.exc import DatabaseError, OperationalError

from jackfield.db.sqlite import SQLITE


def find_database_failure(error: BaseException) -> str | None:
    """What the database said when it couldn't go on, as `database or disk is full`; None if it isn't its failure.

    Never a statement or its values, which may hold secrets.
    """
    # of their subclasses all others mean a statement that was wrong
    if type(error) is DatabaseError or isinstance(error, OperationalError):
        said = str(error.orig)
    elif type(error) is SQLITE.DatabaseError or isinstance(error, SQLITE.OperationalError):
        said = str(error)  # of `Database.write_statements`
    else:
        return None
    return next(iter(said.splitlines()), "it gave no reason")

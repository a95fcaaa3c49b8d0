"""When it is the database that failed, and not whoever asked it."""

from sqlalchemy.exc import DatabaseError, OperationalError


def find_database_failure(error: BaseException) -> str | None:
    """What the database said when it couldn't go on, as `database or disk is full`; None if it isn't its failure.

    Never a statement or its values, which may hold secrets.
    """
    # of its subclasses all others mean a statement that was wrong
    if type(error) is DatabaseError or isinstance(error, OperationalError):
        return next(iter(str(error.orig).splitlines()), "it gave no reason")
    return None

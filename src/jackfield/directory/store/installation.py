"""The installation itself."""

from sqlalchemy import insert, select, update

from jackfield.db import Transaction
from jackfield.directory.models import Installation
from jackfield.directory.tables import installation


def find_installation(tx: Transaction) -> Installation | None:
    """Who this installation is; None before its first start."""
    row = tx.connection.execute(select(installation)).first()
    return None if row is None else Installation(row.id, row.key_check, row.created_at)


def claim_installation(tx: Transaction, new: Installation) -> Installation:
    """Make `new` the installation, unless there is one; of two first starts at once one wins.

    Returns:
        The installation as it is now: `new`, or the one that was there.
    """
    tx.change_policy()  # the lock on which first starts queue
    found = find_installation(tx)
    if found is not None:
        return found
    tx.connection.execute(
        insert(installation).values(one=1, id=new.id, key_check=new.key_check, created_at=new.created_at)
    )
    return new


def store_key_check(tx: Transaction, key_check: bytes) -> None:
    """Replace what proves that the key file belongs to this database: the last step of a rotation before keys go."""
    tx.connection.execute(update(installation).values(key_check=key_check))

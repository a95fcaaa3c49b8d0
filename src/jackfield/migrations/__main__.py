"""`python -m jackfield.migrations`: brings the database whose URL stands on its standard input to the newest schema."""

import sys

from jackfield.db import Database
from jackfield.errors import HubError
from jackfield.migrations.schema import upgrade


def main() -> None:
    """Upgrade; what is wrong goes to standard error."""
    try:
        database = Database.open(sys.stdin.read())
        try:
            upgrade(database)
        finally:
            database.close()
    except HubError as error:
        sys.exit(error.message)


if __name__ == "__main__":
    main()

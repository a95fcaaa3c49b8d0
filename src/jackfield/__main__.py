"""`python -m jackfield`."""

import sys


def main() -> None:
    """Run the command line."""
    sys.exit("The command line is not here yet.")


if __name__ == "__main__":
    main()

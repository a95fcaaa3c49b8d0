"""`python -m jackfield`, and the program `jackfield`."""

from jackfield.cli.app import run


def main() -> None:
    """Run the command line."""
    run()


if __name__ == "__main__":
    main()

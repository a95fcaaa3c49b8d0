"""Reading a definition: text or JSON becomes a state machine, or a list of everything that is wrong with it."""

from jackfield.states.reading.definitions import check, parse, reparse

__all__ = ["check", "parse", "reparse"]

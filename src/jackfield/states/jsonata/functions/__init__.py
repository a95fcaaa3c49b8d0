"""The functions of the language, and the six that AWS adds: `$partition $range $hash $random $uuid $parse`."""

from jackfield.states.jsonata.functions.table import FUNCTIONS

__all__ = ["FUNCTIONS"]

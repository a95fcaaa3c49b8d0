"""JSONPath, in the dialect that AWS Step Functions reads (Jayway's, of version 2.0): a text becomes a path, a path finds values.

Filters and recursive descent are bounded by a count of the values that are looked at.
"""

from jackfield.states.jsonpath.finding import PathNotFoundError, PathTooWideError, find
from jackfield.states.jsonpath.paths import JsonPath, PathSyntaxError
from jackfield.states.jsonpath.reading import read_path

__all__ = ["JsonPath", "PathNotFoundError", "PathSyntaxError", "PathTooWideError", "find", "read_path"]

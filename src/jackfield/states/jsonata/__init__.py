"""JSONata 2.2, as AWS Step Functions has it: with six more functions, without `$eval`, and within a budget.

    text ─ parsing ─▶ tree ─ processing ─ compiling ─▶ Expression ─ evaluate ─▶ plain JSON

Why it is our own: docs/decisions/0040. What an expression may take is counted, not timed (`evaluation`), so that a
replay decides the same; it sees what is passed to it and can reach nothing else; its regular expressions are RE2's.
"""

from jackfield.states.jsonata.data import UNDEFINED
from jackfield.states.jsonata.errors import JsonataError
from jackfield.states.jsonata.expression import UNSUPPORTED, Expression, read_expression
from jackfield.states.jsonata.references import References

__all__ = ["UNDEFINED", "UNSUPPORTED", "Expression", "JsonataError", "References", "read_expression"]

"""The intrinsic functions of JSONPath states: `States.Format('Hello {}', $.name)` (states-language.net, appendix B)."""

from jackfield.states.intrinsics.calls import Call, IntrinsicSyntaxError, Part, Text, read_call
from jackfield.states.intrinsics.functions import IntrinsicError, call

__all__ = ["Call", "IntrinsicError", "IntrinsicSyntaxError", "Part", "Text", "call", "read_call"]

"""The `Resource` of a Task."""

import re
from typing import Final

from jackfield.states.models import Pattern, Resource, ResourceKind

_CONNECTION: Final = re.compile(r"connection:([a-z][a-z0-9_-]*\.[A-Za-z0-9][\w.-]*)", re.ASCII)
_FUNCTION: Final = re.compile(r"function:(\S+)")
_ARN: Final = re.compile(r"arn:[^:\s]+:[^:\s]+:[^:\s]*:[^:\s]*:\S+")
_OWN: Final = {
    "person:approve": (ResourceKind.PERSON, "approve"),
    "person:form": (ResourceKind.PERSON, "form"),
    "process:run": (ResourceKind.PROCESS, "run"),
}
_PATTERNS: Final = (Pattern.SYNC_JSON, Pattern.SYNC, Pattern.WAIT_FOR_TASK_TOKEN)


def read_resource(text: str) -> Resource | None:
    """The resource that a text names; None if it is none that could be."""
    if text in _OWN:
        kind, name = _OWN[text]
        return Resource(text, kind, name)
    if match := _CONNECTION.fullmatch(text):
        return Resource(text, ResourceKind.CONNECTION, match[1])
    if match := _FUNCTION.fullmatch(text):
        return Resource(text, ResourceKind.FUNCTION, match[1])
    if _ARN.fullmatch(text):
        bare, pattern = text, Pattern.REQUEST_RESPONSE
        for one in _PATTERNS:
            if text.endswith(one.value):
                bare, pattern = text[: -len(one.value)], one
                break
        return Resource(text, ResourceKind.AWS, bare.split(":", 5)[5], pattern)
    return None

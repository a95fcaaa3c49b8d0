"""The use cases of custom integrations, and the one door to them."""

from jackfield.integrations.service.calls import UsableMethod
from jackfield.integrations.service.create import CONNECTOR
from jackfield.integrations.service.integrations import Integrations
from jackfield.integrations.service.parts import Reference
from jackfield.integrations.service.replace import Successor
from jackfield.integrations.service.steps import Documents, StepMethods
from jackfield.integrations.service.updates import UpdateDecision

__all__ = [
    "CONNECTOR",
    "Documents",
    "Integrations",
    "Reference",
    "StepMethods",
    "Successor",
    "UpdateDecision",
    "UsableMethod",
]

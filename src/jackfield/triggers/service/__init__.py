"""The use cases of triggers, a module each, and the one door to them."""

from jackfield.triggers.service.hooks import HookAnswer, HookRequest
from jackfield.triggers.service.roles import RunEnd, RunStarter, Start, Started
from jackfield.triggers.service.runs import ProcessRuns
from jackfield.triggers.service.triggers import Triggers

__all__ = ["HookAnswer", "HookRequest", "ProcessRuns", "RunEnd", "RunStarter", "Start", "Started", "Triggers"]

"""The use cases of processes, a module each, and the one door to them."""

from jackfield.processes.service.desk import OpenedProcess, ProcessDesk
from jackfield.processes.service.parts import ProcessFollower, Reference
from jackfield.processes.service.processes import Processes
from jackfield.processes.service.runs import MOST_WAIT_SECONDS, Runs
from jackfield.processes.service.task_governing import Tasks

__all__ = [
    "MOST_WAIT_SECONDS",
    "OpenedProcess",
    "ProcessDesk",
    "ProcessFollower",
    "Processes",
    "Reference",
    "Runs",
    "Tasks",
]

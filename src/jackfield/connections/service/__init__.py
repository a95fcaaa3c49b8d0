"""The use cases of connections, a module each, and the one door to them."""

from jackfield.connections.service.connections import Connections
from jackfield.connections.service.create import Draft
from jackfield.connections.service.desk import ConnectionDesk
from jackfield.connections.service.features import decide_switch
from jackfield.connections.service.outbound import decide_outbound
from jackfield.connections.service.parts import Companion, ConnectionTester, Opened, Reference, Repointer, UsesUnderWay
from jackfield.connections.service.uses import StepConnection, UseRegistry
from jackfield.connections.service.view_as import MOST_COUNTED

__all__ = [
    "MOST_COUNTED",
    "Companion",
    "ConnectionDesk",
    "ConnectionTester",
    "Connections",
    "Draft",
    "Opened",
    "Reference",
    "Repointer",
    "StepConnection",
    "UseRegistry",
    "UsesUnderWay",
    "decide_outbound",
    "decide_switch",
]

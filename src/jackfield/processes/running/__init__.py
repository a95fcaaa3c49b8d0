"""Carrying runs on: from where a run rests to its next wait, person or end, durable at every step (P6).

A run is its last snapshot and the ended steps after it, in the order in which they went in: what carries it on is a pure
state machine (`jackfield.states`), so the same steps make the same run. A step's journal is written in the transaction of
the audit's record: before its effect, and with its outcome. docs/decisions/0045 says what survives which crash.

    payloads.py    what runs read and wrote, as it is stored
    failures.py    what the error output gets, and whether a step is made again by itself
    programs.py    published versions, ready to be carried on
    startables.py  published processes, ready to be started
    admission.py   how many runs of a business unit may be open
    probes.py      who tries whether a connection is back
    starting.py    a new run
    children.py    runs that are steps of other runs
    journal.py     one attempt of a step, and what is written of it
    recovery.py    a run as it is after whatever happened
    progress.py    a run as the state machine has it
    doing.py       attempts, through the gateway
    people.py      what people are asked, reminded of, and no longer waited for
    segment.py     Segment: carries one run on
    runner.py      Runner: what the engine asks
"""

from jackfield.processes.running.admission import Admission
from jackfield.processes.running.payloads import Payloads
from jackfield.processes.running.probes import Probes
from jackfield.processes.running.programs import Programs
from jackfield.processes.running.runner import Runner
from jackfield.processes.running.startables import Startable, Startables
from jackfield.processes.running.starting import Start, start_run
from jackfield.processes.running.tools import Tools

__all__ = [
    "Admission",
    "Payloads",
    "Probes",
    "Programs",
    "Runner",
    "Start",
    "Startable",
    "Startables",
    "Tools",
    "start_run",
]

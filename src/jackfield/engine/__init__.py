"""Durable work: what is due is carried on by one server process at a time, also after that process was killed.

A piece of *work* is a row with a due time. Each server process is an *executor* with an id of its own and a heartbeat. It
*claims* work that is due, in turn for the business units, carries it on until it waits again or is over, and says so in
the transaction in which it stores how far it came. A claim has a fencing number: what a process writes that lost its
claim meanwhile is refused. Work of an executor that fell silent is claimed by the others, or by the same program started
again; work that takes its process down again and again is put aside.

What the work is, only its handler knows (`Handler`). docs/decisions/0044 says why this is no library.

    models.py    Claim, Handler
    store.py     statements, for transactions of others too
    service.py   Engine: claims, carries on, beats, takes over
"""

from jackfield.engine.errors import ClaimLostError
from jackfield.engine.models import Claim, Handler
from jackfield.engine.service import Engine, Reservation
from jackfield.engine.store import (
    add_work,
    count_work,
    forget_crashes,
    keep_claim,
    lock_work,
    nudge_work,
    release_work,
    remove_work,
)

__all__ = [
    "Claim",
    "ClaimLostError",
    "Engine",
    "Handler",
    "Reservation",
    "add_work",
    "count_work",
    "forget_crashes",
    "keep_claim",
    "lock_work",
    "nudge_work",
    "release_work",
    "remove_work",
]

"""The hallway: every use of a connection, whoever asks, walks through `Gateway.use`. There is no second path to a secret.

Above it: REST, and every later way to use a connection. Below it: `connections` says what may be used and opens what is
sealed, `audit` records before and after, a connector performs through `egress`.

    service.py    Gateway: the seven steps in order
    gate.py       limits, fairness and the circuit of each connection
    watching.py   listening to what a connection tells by itself
    attempts.py   what a failure means, and whether to try again
    endings.py    how an attempt ended
    reaches.py    one way out per connection
    redaction.py  the connection's own secrets don't come back
"""

from jackfield.gateway.models import Journal, RunStep, UseResult
from jackfield.gateway.service import Gateway

__all__ = ["Gateway", "Journal", "RunStep", "UseResult"]

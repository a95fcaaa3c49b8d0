"""The only door to the network: every socket to the outside is opened here, after its address was judged.

`Egress.reach` gives one connection its own way out (`Reach`): HTTP with its own session and pool, or a connected socket
or vetted address for libraries that speak other protocols. Nothing is shared between two connections.
"""

from jackfield.egress.models import (
    AllowedTarget,
    HttpRequest,
    HttpResponse,
    ReachPolicy,
    TlsOptions,
    VettedAddress,
)
from jackfield.egress.reach import Egress, Reach

__all__ = [
    "AllowedTarget",
    "Egress",
    "HttpRequest",
    "HttpResponse",
    "Reach",
    "ReachPolicy",
    "TlsOptions",
    "VettedAddress",
]

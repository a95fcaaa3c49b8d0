"""The only door to the network: every socket to the outside is opened here, after its address was judged.

`Egress.reach` gives one connection its own way out (`Reach`): HTTP with its own session and pool, or a connected socket
or vetted address for libraries that speak other protocols. Nothing is shared between two connections.
"""

from jackfield.egress.errors import (
    BytesInFlightError,
    CertificateRefusedError,
    EncodingRefusedError,
    OriginRefusedError,
    RequestTooLargeError,
    ResponseTooLargeError,
    TargetRefusedError,
)
from jackfield.egress.models import (
    AllowedTarget,
    HttpRequest,
    HttpResponse,
    ReachPolicy,
    TlsMode,
    TlsOptions,
    VettedAddress,
)
from jackfield.egress.reach import Egress, Reach
from jackfield.egress.targets import parse_target, valid_target
from jackfield.egress.tls import find_tls_error, is_signer_unknown, wants_client_certificate, why_not_trusted

__all__ = [
    "AllowedTarget",
    "BytesInFlightError",
    "CertificateRefusedError",
    "Egress",
    "EncodingRefusedError",
    "HttpRequest",
    "HttpResponse",
    "OriginRefusedError",
    "Reach",
    "ReachPolicy",
    "RequestTooLargeError",
    "ResponseTooLargeError",
    "TargetRefusedError",
    "TlsMode",
    "TlsOptions",
    "VettedAddress",
    "find_tls_error",
    "is_signer_unknown",
    "parse_target",
    "valid_target",
    "wants_client_certificate",
    "why_not_trusted",
]

"""The kit a connector is written with.

A connector declares what it needs (general details, ways to sign in), says which origin its credentials belong to,
tests a connection, and offers actions. Forms, tool schemas, validation and documentation are made from these
declarations. What a system tells by itself, it offers as watches. It reaches the world only through the `Reach` it is handed with each use.
"""

from jackfield.connectors.actions import Action, action
from jackfield.connectors.catalogue import Catalogue
from jackfield.connectors.connector import Connector, RemoteAnswer, RemoteIdentity, Scheme, Use
from jackfield.connectors.fields import (
    BYTES,
    SECONDS,
    Arguments,
    Credentials,
    Details,
    FileValue,
    Filled,
    NoCredentials,
    Result,
    SecretText,
    parse_fields,
)
from jackfield.connectors.joined import carry, part_of, split
from jackfield.connectors.watches import NOT_OFFERED, Tell, Watch, watch
from jackfield.egress import (
    HttpRequest,
    HttpResponse,
    Reach,
    TlsOptions,
    VettedAddress,
    find_tls_error,
    is_signer_unknown,
    wants_client_certificate,
    why_not_trusted,
)
from jackfield.kernel import Effect, Repeat, Weight

__all__ = [
    "BYTES",
    "NOT_OFFERED",
    "SECONDS",
    "Action",
    "Arguments",
    "Catalogue",
    "Connector",
    "Credentials",
    "Details",
    "Effect",
    "FileValue",
    "Filled",
    "HttpRequest",
    "HttpResponse",
    "NoCredentials",
    "Reach",
    "RemoteAnswer",
    "RemoteIdentity",
    "Repeat",
    "Result",
    "Scheme",
    "SecretText",
    "Tell",
    "TlsOptions",
    "Use",
    "VettedAddress",
    "Watch",
    "Weight",
    "action",
    "carry",
    "find_tls_error",
    "is_signer_unknown",
    "parse_fields",
    "part_of",
    "split",
    "wants_client_certificate",
    "watch",
    "why_not_trusted",
]

"""The kit a connector is written with.

A connector declares what it needs (general details, ways to sign in), says which origin its credentials belong to,
tests a connection, and offers actions. Forms, tool schemas, validation and documentation are made from these
declarations. It reaches the world only through the `Reach` it is handed with each use.
"""

from jackfield.connectors.actions import Action, Effect, Repeat, Weight, action
from jackfield.connectors.catalogue import Catalogue
from jackfield.connectors.connector import Connector, RemoteIdentity, Scheme, Use
from jackfield.connectors.fields import (
    Arguments,
    Credentials,
    Details,
    FileValue,
    NoCredentials,
    Result,
    SecretText,
    parse_fields,
)
from jackfield.egress import HttpRequest, HttpResponse, Reach, TlsOptions, VettedAddress

__all__ = [
    "Action",
    "Arguments",
    "Catalogue",
    "Connector",
    "Credentials",
    "Details",
    "Effect",
    "FileValue",
    "HttpRequest",
    "HttpResponse",
    "NoCredentials",
    "Reach",
    "RemoteIdentity",
    "Repeat",
    "Result",
    "Scheme",
    "SecretText",
    "TlsOptions",
    "Use",
    "VettedAddress",
    "Weight",
    "action",
    "parse_fields",
]

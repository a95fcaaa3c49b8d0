"""OpenAPI: a description becomes operations, and an operation with arguments becomes a request. Pure: no I/O at all.

    text ─ documents ─▶ Document ─ reading ─▶ Api (operations, schemes, servers, report)
                                               └─ requests, with schemas ─▶ Request (method, URL, headers, body)

`documents` reads JSON and YAML the way everybody reads them the same, and knows where everything stands; `reading`
makes one form of Swagger 2.0 and OpenAPI 3.0, 3.1 and 3.2; `schemas` translates their schemas to JSON Schema 2020-12;
`requests` builds what is to be sent. Nothing is fetched, nothing is sent, and a schema is looked at when a call needs
it. Above are integrations and the command line; what a server reads for strangers goes through `isolation` first.
"""

from jackfield.openapi.documents.document import Document, read_document, trust_document
from jackfield.openapi.documents.limits import ON_THE_OWN_MACHINE, Limits
from jackfield.openapi.errors import (
    ArgumentError,
    CredentialError,
    DocumentError,
    DocumentTooLargeError,
    OperationUnknownError,
    ServerError,
    UnresolvedReferenceError,
)
from jackfield.openapi.models import (
    MediaType,
    Note,
    OAuthFlow,
    Operation,
    Parameter,
    Place,
    Report,
    RequestBody,
    Requirement,
    Response,
    SchemeType,
    SecurityScheme,
    Server,
    ServerVariable,
    Style,
    Tag,
    Version,
)
from jackfield.openapi.reading.api import Api, read_api
from jackfield.openapi.requests.arguments import Arguments, read_arguments
from jackfield.openapi.requests.credentials import Credential
from jackfield.openapi.requests.described import describe_arguments
from jackfield.openapi.requests.files import FileValue
from jackfield.openapi.requests.request import Request, build_request
from jackfield.openapi.requests.targets import base_url
from jackfield.openapi.schemas.bundles import bundle_schema
from jackfield.openapi.shown import show_error, show_report, show_request

__all__ = [
    "ON_THE_OWN_MACHINE",
    "Api",
    "ArgumentError",
    "Arguments",
    "Credential",
    "CredentialError",
    "Document",
    "DocumentError",
    "DocumentTooLargeError",
    "FileValue",
    "Limits",
    "MediaType",
    "Note",
    "OAuthFlow",
    "Operation",
    "OperationUnknownError",
    "Parameter",
    "Place",
    "Report",
    "Request",
    "RequestBody",
    "Requirement",
    "Response",
    "SchemeType",
    "SecurityScheme",
    "Server",
    "ServerError",
    "ServerVariable",
    "Style",
    "Tag",
    "UnresolvedReferenceError",
    "Version",
    "base_url",
    "build_request",
    "bundle_schema",
    "describe_arguments",
    "read_api",
    "read_arguments",
    "read_document",
    "show_error",
    "show_report",
    "show_request",
    "trust_document",
]

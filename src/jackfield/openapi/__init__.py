"""OpenAPI: a description becomes operations, and an operation with arguments becomes a request. Pure: no I/O at all.

    text ─ documents ─▶ Document ─ reading ─▶ Api (operations, schemes, servers, report)
                                               └─ requests, with schemas ─▶ Request (method, URL, headers, body)

`documents` reads JSON and YAML the way everybody reads them the same, and knows where everything stands; `reading`
makes one form of Swagger 2.0 and OpenAPI 3.0, 3.1 and 3.2; `schemas` translates their schemas to JSON Schema 2020-12;
`requests` builds what is to be sent; `answers` reads what came back, and `paging` finds the next page of it; `effects`
says what an operation does to the other side, and `changes` what another version of the document changes. Nothing is
fetched, nothing is sent, and a schema is looked at when a call needs it. Above are the kit of connectors, integrations and
the command line; what a server reads for strangers goes through `isolation` first.
"""

from jackfield.openapi.answers.answer import Answer, Checked, join_headers, read_answer
from jackfield.openapi.answers.contents import (
    BodyContent,
    ContentKind,
    file_name,
    read_body,
)
from jackfield.openapi.answers.limits import RateLimits, read_limits, read_retry_after
from jackfield.openapi.changes.comparison import compare
from jackfield.openapi.changes.fingerprints import Fingerprints, fingerprint
from jackfield.openapi.changes.models import ApiDiff, Change, Impact, Move, OperationChange
from jackfield.openapi.charsets import read_text, split_content_type, write_text
from jackfield.openapi.documents.document import Document, read_document, trust_document
from jackfield.openapi.documents.limits import CHECKED_BEFORE, ON_THE_OWN_MACHINE, Limits
from jackfield.openapi.effects.classification import Classification, classify
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
from jackfield.openapi.paging.detection import detect_paging
from jackfield.openapi.paging.following import list_items, next_page
from jackfield.openapi.paging.models import Paging, PagingKind
from jackfield.openapi.reading.api import Api, read_api
from jackfield.openapi.requests.arguments import Arguments, read_arguments
from jackfield.openapi.requests.credentials import Credential
from jackfield.openapi.requests.described import describe_arguments
from jackfield.openapi.requests.files import FileValue
from jackfield.openapi.requests.request import Request, build_request
from jackfield.openapi.requests.targets import base_url
from jackfield.openapi.schemas.bundles import bundle_schema
from jackfield.openapi.shown import show_diff, show_error, show_method, show_report, show_request

__all__ = [
    "CHECKED_BEFORE",
    "ON_THE_OWN_MACHINE",
    "Answer",
    "Api",
    "ApiDiff",
    "ArgumentError",
    "Arguments",
    "BodyContent",
    "Change",
    "Checked",
    "Classification",
    "ContentKind",
    "Credential",
    "CredentialError",
    "Document",
    "DocumentError",
    "DocumentTooLargeError",
    "FileValue",
    "Fingerprints",
    "Impact",
    "Limits",
    "MediaType",
    "Move",
    "Note",
    "OAuthFlow",
    "Operation",
    "OperationChange",
    "OperationUnknownError",
    "Paging",
    "PagingKind",
    "Parameter",
    "Place",
    "RateLimits",
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
    "classify",
    "compare",
    "describe_arguments",
    "detect_paging",
    "file_name",
    "fingerprint",
    "join_headers",
    "list_items",
    "next_page",
    "read_answer",
    "read_api",
    "read_arguments",
    "read_body",
    "read_document",
    "read_limits",
    "read_retry_after",
    "read_text",
    "show_diff",
    "show_error",
    "show_method",
    "show_report",
    "show_request",
    "split_content_type",
    "trust_document",
    "write_text",
]

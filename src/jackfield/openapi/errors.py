"""What can be wrong with a description, and with the arguments of a call."""

from typing import Final

from jackfield.errors import InvalidError, LimitedError, NotFoundError


class DocumentError(InvalidError):
    """The document, or a part of it, can't be understood; `pointer`, `line` and `column` say where (rule O2)."""

    code = "document.invalid"
    fields = InvalidError.fields | {"pointer", "line", "column"}


class DocumentTooLargeError(LimitedError):
    """The document passes a limit: of bytes, depth, nodes, aliases or operations."""

    code = "document.too_large"
    fields = LimitedError.fields | {"pointer", "line", "column"}


class UnresolvedReferenceError(DocumentError):
    """A `$ref` leads nowhere, in a circle, or to another place than this document; nothing is ever fetched."""

    code = "reference.unresolved"


class OperationUnknownError(NotFoundError):
    """The document has no such operation."""

    code = "operation.unknown"


class ArgumentError(InvalidError):
    """An argument is missing, unknown, or doesn't fit; `field` names it as the caller did."""

    code = "argument.invalid"


class ServerError(InvalidError):
    """There is no such server in the document, or a variable of it can't have that value."""

    code = "server.invalid"


class CredentialError(InvalidError):
    """A credential doesn't have the shape that its security scheme asks for. The message never holds it."""

    code = "credential.invalid"


NOT_HERE: Final = "it leads outside this document, and nothing is fetched; put everything into one document"

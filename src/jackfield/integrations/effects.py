"""What is kept of an operation beside its document: what it counts as (O6) and what it means (D26)."""

from jackfield.integrations.models import Method
from jackfield.openapi import Api, Fingerprints, Operation, classify


def methods_of(api: Api) -> tuple[Method, ...]:
    """The methods that the operations of a document are, in its order."""
    # Where requests go is the connection's endpoint, so the document's servers mean nothing.
    fingerprints = Fingerprints(api, base="")
    return tuple(_method_of(one, fingerprints.of(one)) for one in api.operations)


def _method_of(operation: Operation, fingerprint: str) -> Method:
    found = classify(operation)
    return Method(
        name=operation.name,
        verb=operation.method,
        path=operation.path,
        summary=operation.summary[:500],
        tags=operation.tags,
        is_deprecated=operation.is_deprecated,
        effect=found.effect,
        effect_reason=found.reason,
        repeat=found.repeat,
        suggested=found.suggested,
        suggested_reason=found.suggested_reason,
        fingerprint=fingerprint,
    )

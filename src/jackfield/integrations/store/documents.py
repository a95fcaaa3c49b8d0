"""The versions of documents: what they are, what they hold, and the methods made of them."""

import zlib
from typing import Any, Final

import msgspec
from sqlalchemy import func, insert, select, tuple_

from jackfield.db import Transaction
from jackfield.integrations.models import Document, Method
from jackfield.integrations.tables import documents
from jackfield.kernel import ConnectionId, Page, PageRequest, PersonId

_LEVEL: Final = 6
_HEAD: Final = (
    documents.c.number,
    documents.c.digest,
    documents.c.title,
    documents.c.api_version,
    documents.c.specification,
    documents.c.operations,
    documents.c.understood,
    documents.c.restored_from,
    documents.c.created_at,
    documents.c.created_by,
)
_ORDER: Final = "-number"


def insert_document(
    tx: Transaction,
    integration_id: ConnectionId,
    document: Document,
    *,
    source: bytes,
    json_text: bytes,
    report: bytes,
    methods: tuple[Method, ...],
) -> None:
    """Write another version."""
    tx.connection.execute(
        insert(documents).values(
            integration_id=integration_id,
            **_values(document),
            source=zlib.compress(source, _LEVEL),
            json_text=zlib.compress(json_text, _LEVEL),
            report=zlib.compress(report, _LEVEL),
            methods=zlib.compress(msgspec.json.encode(methods), _LEVEL),
        )
    )


def copy_document(tx: Transaction, old: ConnectionId, number: int, new: ConnectionId, document: Document) -> None:
    """Write another version, of the same integration or another, that holds what an earlier one holds."""
    row = tx.connection.execute(
        select(documents.c.source, documents.c.json_text, documents.c.report, documents.c.methods).where(
            documents.c.integration_id == old, documents.c.number == number
        )
    ).one()
    tx.connection.execute(
        insert(documents).values(
            integration_id=new,
            **_values(document),
            source=row.source,
            json_text=row.json_text,
            report=row.report,
            methods=row.methods,
        )
    )


def find_document(tx: Transaction, integration_id: ConnectionId, number: int) -> Document | None:
    """One version, without what it holds."""
    row = tx.connection.execute(
        select(*_HEAD).where(documents.c.integration_id == integration_id, documents.c.number == number)
    ).first()
    return None if row is None else _document(row)


def find_documents_in_force(
    tx: Transaction, places: list[tuple[ConnectionId, int]]
) -> dict[tuple[ConnectionId, int], Document]:
    """Several of several integrations."""
    if not places:
        return {}
    rows = tx.connection.execute(
        select(documents.c.integration_id, *_HEAD).where(
            tuple_(documents.c.integration_id, documents.c.number).in_(places)
        )
    )
    return {(ConnectionId(row.integration_id), row.number): _document(row) for row in rows}


def count_documents(tx: Transaction, integration_id: ConnectionId) -> int:
    """The number of the newest version."""
    query = select(func.max(documents.c.number)).where(documents.c.integration_id == integration_id)
    return tx.connection.execute(query).scalar_one() or 0


def list_documents(tx: Transaction, integration_id: ConnectionId, page: PageRequest) -> Page[Document]:
    """The versions, newest first."""
    query = (
        select(*_HEAD)
        .where(documents.c.integration_id == integration_id)
        .order_by(documents.c.number.desc())
        .limit(page.limit + 1)
    )
    if (after := page.after_number(_ORDER)) is not None:
        query = query.where(documents.c.number < after)
    found = [_document(row) for row in tx.connection.execute(query)]
    return Page[Document].cut(found, page.limit, _ORDER, lambda one: (one.number,))


def read_json_text(tx: Transaction, integration_id: ConnectionId, number: int) -> bytes:
    """The document as JSON, checked when it was stored."""
    return _read(tx, documents.c.json_text, integration_id, number)


def read_source(tx: Transaction, integration_id: ConnectionId, number: int) -> bytes:
    """The document's text as it was given."""
    return _read(tx, documents.c.source, integration_id, number)


def read_report(tx: Transaction, integration_id: ConnectionId, number: int) -> bytes:
    """What was understood and what was not, as JSON."""
    return _read(tx, documents.c.report, integration_id, number)


def read_methods(tx: Transaction, integration_id: ConnectionId, number: int) -> dict[str, Method]:
    """The methods by name, in the order of the document."""
    found = msgspec.json.decode(_read(tx, documents.c.methods, integration_id, number), type=list[Method])
    return {one.name: one for one in found}


def _read(tx: Transaction, column: Any, integration_id: ConnectionId, number: int) -> bytes:
    query = select(column).where(documents.c.integration_id == integration_id, documents.c.number == number)
    return zlib.decompress(tx.connection.execute(query).scalar_one())


def _document(row: Any) -> Document:
    return Document(
        number=row.number,
        digest=row.digest,
        title=row.title,
        api_version=row.api_version,
        specification=row.specification,
        operations=row.operations,
        understood=row.understood,
        restored_from=row.restored_from,
        created_at=row.created_at,
        created_by=PersonId(row.created_by),
    )


def _values(document: Document) -> dict[str, Any]:
    return {
        "number": document.number,
        "digest": document.digest,
        "title": document.title,
        "api_version": document.api_version,
        "specification": document.specification,
        "operations": document.operations,
        "understood": document.understood,
        "restored_from": document.restored_from,
        "created_at": document.created_at,
        "created_by": document.created_by,
    }

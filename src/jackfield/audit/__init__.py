"""The record of every management act and every use of a credential (rule E1).

`AuditLog` records and reads. Rows form a keyed hash chain: each carries a digest of itself and of the one before, made
with a key that is not in the database, so that whoever changes the database alone can't change the record unseen.
Below: `chain` (rows and how they are spelled), `batches` (group commit), `file` (the second place), `verification`.
"""

from jackfield.audit.batches import Beside
from jackfield.audit.chain import Mac
from jackfield.audit.entries import entry_json
from jackfield.audit.errors import AuditUnavailableError
from jackfield.audit.models import (
    Anchor,
    AuditQuery,
    Entry,
    EntryOutcome,
    Finding,
    Intent,
    Place,
    Problem,
    RowKind,
    Verification,
)
from jackfield.audit.service import AuditLog

__all__ = [
    "Anchor",
    "AuditLog",
    "AuditQuery",
    "AuditUnavailableError",
    "Beside",
    "Entry",
    "EntryOutcome",
    "Finding",
    "Intent",
    "Mac",
    "Place",
    "Problem",
    "RowKind",
    "Verification",
    "entry_json",
]

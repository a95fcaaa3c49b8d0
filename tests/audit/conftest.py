"""Logs with a life cycle."""

from collections.abc import AsyncGenerator
from typing import Any

import pytest

from audit.builders import OpenAudit
from audit.builders import open_audit as make_audit
from jackfield.audit import AuditLog
from jackfield.db import Database


@pytest.fixture
async def open_audit(database: Database) -> AsyncGenerator[OpenAudit]:
    """Opens logs on the test's database, and closes them."""
    opened: list[AuditLog] = []

    def open_one(on: Database = database, **changed: Any) -> AuditLog:
        opened.append(make_audit(on, **changed))
        return opened[-1]

    yield open_one
    for audit in opened:
        await audit.close()


@pytest.fixture
def audit(open_audit: OpenAudit) -> AuditLog:
    return open_audit()

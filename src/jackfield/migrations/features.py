"""The tables of all features, for whoever compares them with what the versions make."""

from typing import Final

from jackfield.api.idempotency import tables as idempotency
from jackfield.audit import tables as audit
from jackfield.connections import tables as connections
from jackfield.directory import tables as directory
from jackfield.engine import tables as engine
from jackfield.integrations import tables as integrations
from jackfield.notices import tables as notices
from jackfield.processes import tables as processes
from jackfield.triggers import tables as triggers

FEATURES: Final = (directory, connections, integrations, audit, notices, idempotency, engine, processes, triggers)
"""Importing a feature's tables puts them on `jackfield.db.metadata`."""

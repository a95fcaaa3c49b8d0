"""Any HTTP API."""

from jackfield.catalog.http.connector import HttpConnector

__all__ = ["HttpConnector"]

"""Systems that an OpenAPI document describes: the connections of custom integrations."""

from jackfield.catalog.openapi.connector import OpenapiConnector
from jackfield.catalog.openapi.declarations import Described, MethodCall, MethodResult
from jackfield.catalog.openapi.errors import SignInIncompleteError

__all__ = ["Described", "MethodCall", "MethodResult", "OpenapiConnector", "SignInIncompleteError"]

"""The routes, a module per feature: they read, ask a service, and show what it answers."""

from typing import Final

from jackfield.api.routers import (
    audit,
    belonging,
    business_units,
    calls,
    connections,
    connectors,
    example,
    features,
    groups,
    installation,
    notices,
    outbound,
    people,
    pickers,
    sharing,
    sign_in,
    tokens,
)
from jackfield.api.routes import Routes

ROUTERS: Final[tuple[Routes, ...]] = (
    installation.routes,
    sign_in.routes,
    example.routes,
    tokens.routes,
    connectors.routes,
    connections.routes,
    sharing.routes,
    calls.routes,
    features.routes,
    outbound.routes,
    people.routes,
    belonging.routes,
    groups.routes,
    pickers.routes,
    business_units.routes,
    audit.routes,
    notices.routes,
)
"""In the order of the documentation."""

__all__ = ["ROUTERS"]

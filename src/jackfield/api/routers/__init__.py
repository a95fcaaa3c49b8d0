"""The routes, a module per feature: they read, ask a service, and show what it answers."""

from typing import Final

from jackfield.api.routers import (
    audit,
    belonging,
    business_units,
    calls,
    connections,
    connectors,
    events,
    example,
    features,
    groups,
    hooks,
    installation,
    integration_methods,
    integration_versions,
    integrations,
    notices,
    outbound,
    people,
    pickers,
    process_templates,
    process_versions,
    processes,
    runs,
    sharing,
    sign_in,
    tasks,
    tokens,
    triggers,
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
    integrations.routes,
    integration_methods.routes,
    integration_versions.routes,
    processes.routes,
    process_templates.routes,
    process_versions.routes,
    runs.routes,
    tasks.routes,
    triggers.routes,
    events.routes,
    hooks.routes,
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

"""People, groups, business units and their roles; sign-in, sessions and API tokens (E2).

`Principal` is who somebody is while he asks for something, `Caller` a principal in one request. Who may do what here
is decided by the pure functions of `access`; what other features ask in their own transactions is `DirectoryFacts`.
Below: the database. Beside, and unknown here: the audit, which is asked to record through `ActRecorder`.
"""

from jackfield.directory.decisions import Decision
from jackfield.directory.facts import DirectoryFacts
from jackfield.directory.models import (
    ApiToken,
    BusinessUnit,
    Caller,
    Group,
    Installation,
    InstallationRole,
    Member,
    Person,
    PersonFilter,
    Principal,
    Role,
    Scope,
    SignedIn,
)
from jackfield.directory.protocols import ActRecorder, GroupUse, Leaver
from jackfield.directory.store.installation import claim_installation, find_installation

__all__ = [
    "ActRecorder",
    "ApiToken",
    "BusinessUnit",
    "Caller",
    "Decision",
    "DirectoryFacts",
    "Group",
    "GroupUse",
    "Installation",
    "InstallationRole",
    "Leaver",
    "Member",
    "Person",
    "PersonFilter",
    "Principal",
    "Role",
    "Scope",
    "SignedIn",
    "claim_installation",
    "find_installation",
]

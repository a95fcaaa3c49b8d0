"""People, groups, business units and their roles; sign-in, sessions and API tokens (E2).

`Principal` is who somebody is while he asks for something, `Caller` a principal in one request. Who may do what here
is decided by the pure functions of `access`; the use cases are the parts of `Directory`; what other features ask in their own transactions is `DirectoryFacts`.
Below: the database. Beside, and unknown here: the audit, which is asked to record through `ActRecorder`.
"""

from jackfield.directory.access import DirectoryAct, Target, decide
from jackfield.directory.decisions import Decision
from jackfield.directory.facts import DirectoryFacts
from jackfield.directory.models import (
    ApiToken,
    Approach,
    BusinessUnit,
    Caller,
    Group,
    Installation,
    InstallationRole,
    IssuedCode,
    IssuedToken,
    KeepRuns,
    Member,
    Person,
    PersonFilter,
    Principal,
    Role,
    Scope,
    SignedIn,
)
from jackfield.directory.protocols import ActRecorder, GroupUse, Leaver
from jackfield.directory.service import ChosenTo, Directory
from jackfield.directory.store.installation import claim_installation, find_installation, store_key_check
from jackfield.directory.store.people import has_people

__all__ = [
    "ActRecorder",
    "ApiToken",
    "Approach",
    "BusinessUnit",
    "Caller",
    "ChosenTo",
    "Decision",
    "Directory",
    "DirectoryAct",
    "DirectoryFacts",
    "Group",
    "GroupUse",
    "Installation",
    "InstallationRole",
    "IssuedCode",
    "IssuedToken",
    "KeepRuns",
    "Leaver",
    "Member",
    "Person",
    "PersonFilter",
    "Principal",
    "Role",
    "Scope",
    "SignedIn",
    "Target",
    "claim_installation",
    "decide",
    "find_installation",
    "has_people",
    "store_key_check",
]

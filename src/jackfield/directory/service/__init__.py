"""The use cases of the directory, by what they are about.

Read `desk` first: every use case is decided, done and recorded there in one transaction.
"""

from collections.abc import Collection, Mapping

from jackfield.db import Database, PolicyEpoch
from jackfield.directory.facts import DirectoryFacts
from jackfield.directory.models import Caller, Principal
from jackfield.directory.passwords import Passwords
from jackfield.directory.protocols import ActRecorder, GroupUse, Leaver
from jackfield.directory.service.api_tokens import ApiTokens
from jackfield.directory.service.desk import Desk
from jackfield.directory.service.groups import Groups
from jackfield.directory.service.people import People
from jackfield.directory.service.pickers import ChosenTo, Pickers
from jackfield.directory.service.principals import Principals
from jackfield.directory.service.sign_in import SignIn
from jackfield.directory.service.units import BusinessUnits
from jackfield.directory.store import names
from jackfield.kernel import Clock, PersonId, Secret
from jackfield.settings import Limits

__all__ = ["ChosenTo", "Directory"]


class Directory:
    """The directory of one installation, in one process.

    Its use cases are the methods of its parts: `people`, `groups`, `units`, `pickers`, `sign_in` and `tokens`; each takes the
    caller first, is refused by a rule or recorded in its own transaction (E1). Close it at the end of the process.
    """

    def __init__(self, database: Database, recorder: ActRecorder, clock: Clock, limits: Limits) -> None:
        self.epoch = PolicyEpoch(database)
        """The policy epoch as this process knows it; a principal carries the one it was made at."""
        self.facts = DirectoryFacts()
        """What other features ask in their own transactions."""
        self._desk = Desk(database, recorder, clock)
        self._passwords = Passwords(limits.password_hashes_parallel, limits.password_memory_mib)
        self._principals = Principals(database, self.epoch, clock, limits)
        self.people = People(self._desk)
        self.groups = Groups(self._desk)
        self.pickers = Pickers(self._desk)
        self.units = BusinessUnits(self._desk)
        self.sign_in = SignIn(self._desk, self._passwords, limits)
        self.tokens = ApiTokens(self._desk, limits)

    def add_leaver(self, leaver: Leaver) -> None:
        """Have somebody see to what people leave behind, in the same transaction (C12)."""
        self._desk.add_leaver(leaver)

    def add_group_use(self, use: GroupUse) -> None:
        """Ask it before a group is deleted."""
        self.groups.add_use(use)

    async def principal_of_session(self, token: Secret) -> Principal:
        """Who signed in with this session.

        Raises:
            SessionEndedError: There is no such session, it has ended or lay idle too long, or its person is inactive.
        """
        return await self._principals.principal_of_session(token)

    async def principal_of_token(self, token: Secret, address: str = "") -> Principal:
        """Whose API token this is, with the token's scopes; `address` is where it came from, to count guesses by.

        Raises:
            TokenInvalidError: There is no such token, it has expired or was revoked, or its person is inactive.
            SignInThrottledError: Too many unknown tokens came from this address.
        """
        return await self._principals.principal_of_token(token, address)

    async def find_principal(self, person_id: PersonId) -> Principal | None:
        """The person with all scopes and neither session nor token; inactive people, too, who may do nothing."""
        return await self._principals.find_principal(person_id)

    async def find_names(self, ids: Collection[str]) -> Mapping[str, str]:
        """The present names of people, groups and business units whose ids one was shown; no rights are checked here."""
        return await self._desk.database.read(lambda tx: names.find_names(tx, ids)) if ids else {}

    async def renew(self, caller: Caller, epoch: int) -> Caller:
        """The caller as he is at the policy epoch `epoch` or later, with the session or token he came with.

        Raises:
            SessionEndedError: His session has ended, or he is inactive.
            TokenInvalidError: His API token was revoked or has expired.
        """
        return await self._principals.renew(caller, epoch)

    async def close(self) -> None:
        """Write what is still to be written, and let go of the threads."""
        await self._principals.write_uses()
        self._passwords.close()

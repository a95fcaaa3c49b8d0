"""Where a use case is decided, done and recorded in one transaction; a refusal is recorded in one of its own (E1)."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NoReturn, TypeVar

from jackfield.db import Database, Transaction
from jackfield.directory.access import DirectoryAct, Target, decide, may_know
from jackfield.directory.errors import ChangedMeanwhileError
from jackfield.directory.models import Caller, Principal
from jackfield.directory.protocols import ActRecorder, Leaver
from jackfield.directory.store import principals
from jackfield.errors import HubError, JsonValue
from jackfield.kernel import Act, Actor, ActorKind, BusinessUnitId, Clock, ObjectRef, Outcome, PersonId

T = TypeVar("T")


@dataclass(slots=True)
class Sitting:
    """One use case in its transaction."""

    tx: Transaction
    caller: Caller
    now: datetime
    recorder: ActRecorder
    refusal: Act | None = None

    @property
    def principal(self) -> Principal:
        """Who asks, as he is now."""
        return self.caller.principal

    def require(
        self,
        act: DirectoryAct,
        obj: ObjectRef,
        target: Target | None = None,
        *,
        unless_known: tuple[DirectoryAct, HubError] | None = None,
    ) -> None:
        """Go on only if the rules allow it.

        Args:
            act: What is about to be done.
            obj: To what, for the record.
            target: To what, for the decision.
            unless_known: The act of reading it and the error of its being unknown, raised to who may not read it.
        """
        target = target or Target()
        decision = decide(self.principal, act, target)
        if decision.allowed:
            return
        error: HubError = decision.error(act)
        if unless_known is not None and not may_know(self.principal, unless_known[0], target):
            error = unless_known[1]
        self.refuse(act, obj, error, rule=decision.rule, unit_id=target.unit_id)

    def refuse(
        self,
        act: DirectoryAct,
        obj: ObjectRef,
        error: HubError,
        *,
        rule: str,
        unit_id: BusinessUnitId | None = None,
    ) -> NoReturn:
        """Stop, and have the refusal recorded."""
        self.refusal = self.caller.act(
            act, obj, business_unit_id=unit_id, rule=rule, outcome=Outcome.REFUSED, data={"code": error.code}
        )
        raise error

    def record(
        self,
        act: DirectoryAct,
        obj: ObjectRef,
        target: Target | None = None,
        **data: JsonValue,
    ) -> None:
        """Write down what has been done, with the rule that allowed it."""
        target = target or Target()
        self.recorder.record(
            self.tx,
            self.caller.act(
                act, obj, business_unit_id=target.unit_id, rule=decide(self.principal, act, target).rule, data=data
            ),
        )


class Desk:
    """Holds sittings."""

    def __init__(self, database: Database, recorder: ActRecorder, clock: Clock) -> None:
        self.database = database
        self.recorder = recorder
        self.clock = clock
        self._leavers: list[Leaver] = []

    def add_leaver(self, leaver: Leaver) -> None:
        """Have somebody see to what people leave behind."""
        self._leavers.append(leaver)

    async def change(self, caller: Caller, work: Callable[[Sitting], T]) -> T:
        """Hold a sitting that may change who may do what.

        It begins with the policy lock: all such changes of the installation come one after the other, and the caller's
        roles are read behind it, so that nobody acts on a right that was taken from him a moment ago.
        """

        def transact(tx: Transaction) -> T:
            tx.change_policy()
            sitting = self._sit(tx, _as_now(tx, caller))
            sittings.append(sitting)
            return work(sitting)

        sittings: list[Sitting] = []
        try:
            return await self.database.write(transact)
        except HubError:
            await self._record_refusals(sittings)
            raise

    async def look(self, caller: Caller, work: Callable[[Sitting], T]) -> T:
        """Hold a sitting that changes nothing; the caller's roles are those of the current policy epoch."""

        def transact(tx: Transaction) -> T:
            sitting = self._sit(tx, caller)
            sittings.append(sitting)
            return work(sitting)

        sittings: list[Sitting] = []
        try:
            return await self.database.read(transact)
        except HubError:
            await self._record_refusals(sittings)
            raise

    def tell_leavers(self, sitting: Sitting, person_id: PersonId, unit_id: BusinessUnitId | None) -> None:
        """Have everybody see to what the person leaves behind, in this transaction (C12)."""
        for leaver in self._leavers:
            leaver.person_left(sitting.tx, sitting.caller, person_id, unit_id)

    def _sit(self, tx: Transaction, caller: Caller) -> Sitting:
        return Sitting(tx, caller, self.clock.now(), self.recorder)

    async def _record_refusals(self, sittings: Iterable[Sitting]) -> None:
        refusals = [sitting.refusal for sitting in sittings if sitting.refusal is not None]
        if refusals:
            await self.database.write(lambda tx: [self.recorder.record(tx, refusal) for refusal in refusals])


def installation_actor() -> Actor:
    """The installation itself, where nobody is signed in yet."""
    return Actor(ActorKind.SYSTEM, "installation", "Jackfield")


def spell(values: Iterable[str]) -> list[JsonValue]:
    """Roles or scopes as the audit holds them."""
    return [str(value) for value in sorted(values)]


def check_version(expected: int | None, found: int, what: str) -> None:
    """Nothing, if it is the version that the caller saw, or he doesn't mind.

    Raises:
        ChangedMeanwhileError: It is another.
    """
    if expected is not None and expected != found:
        raise ChangedMeanwhileError(f"{what} was changed meanwhile; look at it again", expected=expected)


def _as_now(tx: Transaction, caller: Caller) -> Caller:
    """The caller with what he is by now; what he came with (session, token, scopes) stays."""
    was = caller.principal
    found = principals.find_principal(tx, was.person_id)
    if found is None:
        gone = Principal(was.person_id, was.name, is_active=False)
        return Caller(gone, caller.door, caller.request_id)
    now = replace(found, scopes=was.scopes, session_id=was.session_id, token_id=was.token_id)
    return Caller(now, caller.door, caller.request_id)

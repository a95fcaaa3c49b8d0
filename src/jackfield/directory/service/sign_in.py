"""Signing in and out, one-time codes, and one's own password."""

from dataclasses import replace
from datetime import timedelta

from jackfield.db import Transaction
from jackfield.directory.access import DirectoryAct, Target
from jackfield.directory.errors import (
    CodeError,
    PasswordWrongError,
    PersonInactiveError,
    PersonNotFoundError,
    SignInError,
)
from jackfield.directory.models import (
    Approach,
    Caller,
    InstallationRole,
    IssuedCode,
    Person,
    SignedIn,
)
from jackfield.directory.passwords import Passwords, require_fit
from jackfield.directory.service.codes import issue_code
from jackfield.directory.service.desk import Desk, Sitting, installation_actor
from jackfield.directory.service.throttle import Throttle
from jackfield.directory.store import bearers, people, principals, sign_in
from jackfield.directory.tokens import TokenKind, digest, find_digest, new_token
from jackfield.errors import InvalidError
from jackfield.kernel import (
    Act,
    Actor,
    ActorKind,
    Door,
    ObjectRef,
    Outcome,
    PersonId,
    RequestId,
    Secret,
    SessionId,
    clean_name,
    new_id,
)
from jackfield.settings import Limits

_FORGET_EVERY = timedelta(hours=1)
_SIGN_IN = "person.sign_in"
_REDEEM = "person.redeem_code"
_SWITCH = "person.switch"
_ONESELF = "directory.oneself"
_EXAMPLE = "example.person"


class SignIn:
    """The use cases of coming in and going out."""

    def __init__(self, desk: Desk, passwords: Passwords, limits: Limits) -> None:
        self._desk = desk
        self._passwords = passwords
        self._throttle = Throttle(limits)
        self._session_life = limits.session_life
        self._forgot_at = desk.clock.now()

    async def is_first_pending(self) -> bool:
        """Whether no super admin has set a password yet: the first one is still to redeem his code."""
        return not await self._desk.database.read(sign_in.has_super_admin_with_password)

    async def first_start(self) -> Secret | None:
        """Make the first super admin, `admin`, if there is nobody; returns the code to sign in with for the first time.

        Of several processes that start at once, one makes him.
        """

        def work(tx: Transaction) -> Secret | None:
            tx.change_policy()  # the lock on which first starts queue
            if people.has_people(tx):
                return None
            now = self._desk.clock.now()
            roles = frozenset({InstallationRole.SUPER_ADMIN})
            person = Person(PersonId(new_id("per")), "Administrator", "admin", "", roles, True, now, now, 1)  # noqa: FBT003
            people.insert_person(tx, person)
            self._record_installation(tx, DirectoryAct.CREATE_PERSON, person, "first_start")
            return issue_code(tx, person, now).code

        return await self._desk.database.write(work)

    async def renew_code(self, sign_in_name: str = "admin") -> IssuedCode:
        """Give a person a new sign-in code, by the operator of the machine; a password stays until it is redeemed.

        Raises:
            PersonNotFoundError: Nobody has this sign-in name.
            PersonInactiveError: The person is deactivated.
        """

        def work(tx: Transaction) -> IssuedCode:
            person = people.find_by_sign_in_name(tx, sign_in_name)
            if person is None:
                raise PersonNotFoundError(f"nobody has the sign-in name {sign_in_name}", what="person")
            if not person.is_active:
                raise PersonInactiveError(f"{person.name} is deactivated; let a super admin reactivate the person")
            self._record_installation(tx, DirectoryAct.RESET_SIGN_IN, person, "operator")
            return issue_code(tx, person, self._desk.clock.now())

        return await self._desk.database.write(work)

    async def sign_in(self, approach: Approach, sign_in_name: str, password: Secret) -> SignedIn:
        """Begin a session with a name and a password.

        It takes the same time, and fails in the same words, whether the name is unknown, the password is wrong or the
        person is deactivated.

        Raises:
            SignInError: One of these.
            SignInThrottledError: Too many attempts for this account or from this address.
            HashingBusyError: Too many people sign in at this moment.
        """
        name = _clean_sign_in_name(sign_in_name)

        def begin(tx: Transaction) -> tuple[Person | None, str | None]:
            self._throttle.count_sign_in(tx, name, approach.address, self._desk.clock.now())
            person = people.find_by_sign_in_name(tx, name)
            return person, None if person is None else sign_in.find_password(tx, person.id)

        def finish(tx: Transaction) -> SignedIn | None:
            # Locked and looked at again: he may have been deactivated while the password was checked.
            locked = sign_in.lock_person(tx, person.id) if person is not None and right else None
            if locked is None or not locked.is_active or sign_in.find_password(tx, locked.id) != stored:
                self._record_nobody(tx, approach, _SIGN_IN, person, SignInError.code)
                return None
            now = self._desk.clock.now()
            if fresh_hash is not None:
                sign_in.store_password(tx, locked.id, fresh_hash, now)
            self._throttle.forgive(tx, name, approach.address, now)
            return self._begin_session(tx, locked, approach.door, approach.request_id, _SIGN_IN)

        person, stored = await self._desk.database.write(begin)
        right = await self._passwords.is_right(stored, password)
        outdated = right and stored is not None and self._passwords.is_outdated(stored)
        fresh_hash = await self._passwords.hash(password) if outdated else None
        signed_in = await self._desk.database.write(finish)
        if signed_in is None:
            raise SignInError("the name or the password is wrong")
        await self._forget_attempts()
        return signed_in

    async def redeem_code(self, approach: Approach, code: Secret, password: Secret) -> SignedIn:
        """Set the person's password with a one-time code, and begin a session; his other sessions end.

        Raises:
            CodeError: The code is unknown, used or expired.
            PasswordUnfitError: The password can't be accepted; the code can be used again.
            SignInThrottledError: Too many attempts from this address.
            HashingBusyError: Too many people sign in at this moment.
        """
        stored_as = find_digest(TokenKind.SIGN_IN_CODE, code) or b""
        invalid = CodeError("the code is not valid, or not any more; ask for a new one")

        def begin(tx: Transaction) -> Person | None:
            now = self._desk.clock.now()
            self._throttle.count_address(tx, approach.address, now)
            person_id = sign_in.find_by_code(tx, stored_as, now)
            if person_id is None:
                self._record_nobody(tx, approach, _REDEEM, None, CodeError.code)
            return None if person_id is None else people.find_person(tx, person_id)

        def finish(tx: Transaction) -> SignedIn:
            tx.change_policy()
            now = self._desk.clock.now()
            person_id = sign_in.find_by_code(tx, stored_as, now, lock=True)
            locked = None if person_id is None else sign_in.lock_person(tx, person_id)
            if locked is None or not locked.is_active:
                raise invalid
            sign_in.delete_code(tx, locked.id)
            sign_in.store_password(tx, locked.id, hash_, now)
            bearers.delete_sessions(tx, locked.id)
            self._throttle.forgive(tx, locked.sign_in_name, approach.address, now)
            return self._begin_session(tx, locked, approach.door, approach.request_id, _REDEEM)

        person = await self._desk.database.write(begin)
        if person is None:
            raise invalid
        require_fit(password, person.sign_in_name)
        hash_ = await self._passwords.hash(password)
        return await self._desk.database.write(finish)

    async def switch(self, approach: Approach, person_id: PersonId) -> SignedIn:
        """Begin a session without a password; for the example company, which vouches that it is one of its people.

        Raises:
            PersonNotFoundError: There is no such person, or he is deactivated.
        """

        def work(tx: Transaction) -> SignedIn | None:
            locked = sign_in.lock_person(tx, person_id)
            if locked is None or not locked.is_active:
                self._record_nobody(tx, approach, _SWITCH, locked, PersonNotFoundError.code)
                return None
            return self._begin_session(tx, locked, approach.door, approach.request_id, _SWITCH, rule=_EXAMPLE)

        signed_in = await self._desk.database.write(work)
        if signed_in is None:
            raise PersonNotFoundError("there is no such person, or he is deactivated", what="person")
        return signed_in

    async def sign_out(self, caller: Caller) -> None:
        """End the session that the caller came with.

        Raises:
            ForbiddenError: He came with an API token.
        """

        def work(sitting: Sitting) -> None:
            target, obj = _self(sitting)
            sitting.require(DirectoryAct.SIGN_OUT, obj, target)
            if caller.principal.session_id is not None:
                bearers.delete_session(sitting.tx, caller.principal.session_id)
            sitting.record(DirectoryAct.SIGN_OUT, obj, target)

        await self._desk.change(caller, work)

    async def change_password(self, caller: Caller, current: Secret, new: Secret) -> SignedIn:
        """Replace one's own password; all sessions end, and a new one begins.

        Raises:
            ForbiddenError: The caller came with an API token.
            PasswordWrongError: `current` is not the present password.
            PasswordUnfitError: The new one can't be accepted.
            SignInThrottledError: Too many attempts.
            HashingBusyError: Too many people sign in at this moment.
        """
        person_id = caller.principal.person_id
        wrong = PasswordWrongError("the present password is wrong", field="current_password")

        def begin(sitting: Sitting) -> tuple[Person | None, str | None]:
            target, obj = _self(sitting)
            sitting.require(DirectoryAct.CHANGE_PASSWORD, obj, target)
            return people.find_person(sitting.tx, person_id), sign_in.find_password(sitting.tx, person_id)

        def fail(sitting: Sitting) -> None:
            sitting.refuse(DirectoryAct.CHANGE_PASSWORD, _self(sitting)[1], wrong, rule="directory.password")

        def finish(sitting: Sitting) -> SignedIn:
            target, obj = _self(sitting)
            sitting.require(DirectoryAct.CHANGE_PASSWORD, obj, target)
            locked = sign_in.lock_person(sitting.tx, person_id)
            if locked is None or sign_in.find_password(sitting.tx, person_id) != stored:
                raise wrong
            sign_in.store_password(sitting.tx, person_id, hash_, sitting.now)
            bearers.delete_sessions(sitting.tx, person_id)
            sitting.record(DirectoryAct.CHANGE_PASSWORD, obj, target)
            return self._begin_session(sitting.tx, locked, caller.door, caller.request_id, _SIGN_IN)

        person, stored = await self._desk.look(caller, begin)
        require_fit(new, "" if person is None else person.sign_in_name, field="new_password")
        now = self._desk.clock.now()
        await self._desk.database.write(lambda tx: self._throttle.count_password_change(tx, person_id, now))
        if not await self._passwords.is_right(stored, current):
            await self._desk.look(caller, fail)
        hash_ = await self._passwords.hash(new)
        return await self._desk.change(caller, finish)

    def _begin_session(
        self, tx: Transaction, person: Person, door: Door, request_id: RequestId, name: str, *, rule: str = _ONESELF
    ) -> SignedIn:
        now = self._desk.clock.now()
        token = new_token(TokenKind.SESSION)
        session_id = SessionId(new_id("ses"))
        expires_at = now + self._session_life
        bearers.insert_session(tx, session_id, person.id, digest=digest(token), now=now, expires_at=expires_at)
        principal = principals.find_principal(tx, person.id)
        if principal is None:
            raise LookupError(person.id)
        actor = Actor(ActorKind.PERSON, person.id, person.name, session_id)
        self._desk.recorder.record(tx, Act(actor, door, request_id, name, _ref(person), rule=rule))
        return SignedIn(token, replace(principal, session_id=session_id), expires_at)

    def _record_nobody(self, tx: Transaction, approach: Approach, name: str, person: Person | None, code: str) -> None:
        # What was typed as a name is not written down: now and then it is a password.
        act = Act(
            actor=Actor(ActorKind.NOBODY, "", ""),
            door=approach.door,
            request_id=approach.request_id,
            name=name,
            object=ObjectRef("person", "") if person is None else _ref(person),
            rule="directory.sign_in",
            outcome=Outcome.REFUSED,
            data={"code": code, "address": approach.address},
        )
        self._desk.recorder.record(tx, act)

    def _record_installation(self, tx: Transaction, act: DirectoryAct, person: Person, why: str) -> None:
        request_id = RequestId(new_id("req"))
        rule = "directory.operator"
        self._desk.recorder.record(
            tx, Act(installation_actor(), Door.SYSTEM, request_id, act, _ref(person), rule=rule, data={"why": why})
        )

    async def _forget_attempts(self) -> None:
        now = self._desk.clock.now()
        if now - self._forgot_at >= _FORGET_EVERY:
            self._forgot_at = now
            await self._desk.database.write(lambda tx: sign_in.forget_attempts(tx, now))


def _clean_sign_in_name(text: str) -> str:
    try:
        return clean_name(text, max_length=254)
    except InvalidError:
        return ""  # nobody's


def _self(sitting: Sitting) -> tuple[Target, ObjectRef]:
    who = sitting.principal
    return Target(person_id=who.person_id), ObjectRef("person", who.person_id, who.name)


def _ref(person: Person) -> ObjectRef:
    return ObjectRef("person", person.id, person.name)

"""People: made, changed, deactivated (C12), and given new sign-in codes."""

import re
from collections.abc import Collection
from dataclasses import replace

from jackfield.db import Transaction
from jackfield.directory.access import DirectoryAct, Target
from jackfield.directory.errors import (
    LastSuperAdminError,
    NameTakenError,
    PersonInactiveError,
    PersonNotFoundError,
)
from jackfield.directory.models import Caller, InstallationRole, IssuedCode, Person, PersonFilter
from jackfield.directory.service.codes import issue_code
from jackfield.directory.service.desk import Desk, Sitting, check_version, spell
from jackfield.directory.service.texts import clean_search
from jackfield.directory.store import bearers, people, principals, sign_in
from jackfield.errors import InvalidError
from jackfield.kernel import ObjectRef, Page, PageRequest, PersonId, clean_name, new_id

_EMAIL = re.compile(r"[^\s@]+@[^\s@]+")
_MAX_EMAIL = 254


class People:
    """The use cases about people."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def create_person(
        self,
        caller: Caller,
        *,
        name: str,
        sign_in_name: str,
        email: str = "",
        installation_roles: Collection[InstallationRole] = (),
    ) -> IssuedCode:
        """Add a person, who signs in for the first time with the code returned; it is valid for 24 hours.

        Raises:
            InvalidError: A name or the mail address can't be accepted.
            ForbiddenError: Not by a super admin; or installation roles by an API token.
            NameTakenError: Somebody has this sign-in name.
        """
        name = clean_name(name)
        sign_in_name = clean_name(sign_in_name, field="sign_in_name", max_length=_MAX_EMAIL)
        email = _clean_email(email)
        roles = frozenset(installation_roles)

        def work(sitting: Sitting) -> IssuedCode:
            now = sitting.now
            person_id = PersonId(new_id("per"))
            person = Person(person_id, name, sign_in_name, email, roles, True, now, now, 1)  # noqa: FBT003
            obj = _ref(person)
            sitting.require(DirectoryAct.CREATE_PERSON, obj)
            if roles:
                sitting.require(DirectoryAct.CHANGE_INSTALLATION_ROLES, obj)
            _require_free(sitting.tx, sign_in_name)
            people.insert_person(sitting.tx, person)
            sitting.record(DirectoryAct.CREATE_PERSON, obj, sign_in_name=sign_in_name, installation_roles=spell(roles))
            return issue_code(sitting.tx, person, now)

        return await self._desk.change(caller, work)

    async def list_people(
        self, caller: Caller, wanted: PersonFilter | None = None, page: PageRequest | None = None
    ) -> Page[Person]:
        """People by name.

        Raises:
            ForbiddenError: Not by a super admin, an auditor of the installation or an administrator of any unit.
        """
        wanted = wanted or PersonFilter()
        cleaned = replace(wanted, search=clean_search(wanted.search))

        def work(sitting: Sitting) -> Page[Person]:
            sitting.require(DirectoryAct.LIST_PEOPLE, ObjectRef("person", ""))
            return people.list_people(sitting.tx, cleaned, page or PageRequest())

        return await self._desk.look(caller, work)

    async def get_person(self, caller: Caller, person_id: PersonId) -> Person:
        """One person.

        Raises:
            PersonNotFoundError: There is none, or none that the caller may know of.
        """

        def work(sitting: Sitting) -> Person:
            return _get(sitting, DirectoryAct.READ_PERSON, person_id)[0]

        return await self._desk.look(caller, work)

    async def change_person(
        self,
        caller: Caller,
        person_id: PersonId,
        *,
        name: str | None = None,
        email: str | None = None,
        installation_roles: Collection[InstallationRole] | None = None,
        expected_version: int | None = None,
    ) -> Person:
        """Change what is given, leave the rest.

        Raises:
            InvalidError: The name or the mail address can't be accepted.
            ForbiddenError: Not by a super admin; or installation roles by an API token.
            PersonNotFoundError: There is none, or none that the caller may know of.
            ChangedMeanwhileError: The person has another version than expected.
            LastSuperAdminError: The last super admin would be one no more.
        """
        name = None if name is None else clean_name(name)
        email = None if email is None else _clean_email(email)
        roles = None if installation_roles is None else frozenset(installation_roles)

        def work(sitting: Sitting) -> Person:
            person, target = _get(sitting, DirectoryAct.CHANGE_PERSON, person_id)
            check_version(expected_version, person.version, "the person")
            changed = replace(
                person,
                name=person.name if name is None else name,
                email=person.email if email is None else email,
                installation_roles=person.installation_roles if roles is None else roles,
            )
            if changed == person:
                return person
            if changed.installation_roles != person.installation_roles:
                sitting.require(DirectoryAct.CHANGE_INSTALLATION_ROLES, _ref(person), target)
            changed = self._store(sitting, DirectoryAct.CHANGE_PERSON, person, changed)
            sitting.record(
                DirectoryAct.CHANGE_PERSON,
                _ref(changed),
                target,
                old_name=person.name,
                old_installation_roles=spell(person.installation_roles),
                installation_roles=spell(changed.installation_roles),
            )
            if _lost_super_admin(person, changed):
                self._desk.tell_leavers(sitting, person_id, None)
            return changed

        return await self._desk.change(caller, work)

    async def deactivate_person(
        self, caller: Caller, person_id: PersonId, *, expected_version: int | None = None
    ) -> Person:
        """Let a person go: sessions end, API tokens and codes are void, what he leaves is taken over (C12).

        His roles and groups stay written down, and count again if he comes back.

        Raises:
            ForbiddenError: Not by a super admin.
            PersonNotFoundError: There is none, or none that the caller may know of.
            ChangedMeanwhileError: The person has another version than expected.
            LastSuperAdminError: He is the last super admin.
        """

        def work(sitting: Sitting) -> Person:
            person, target = _get(sitting, DirectoryAct.DEACTIVATE_PERSON, person_id)
            check_version(expected_version, person.version, "the person")
            if not person.is_active:
                return person
            # The person first, then what he signs in with: whoever signs him in at this moment waits for the person.
            changed = self._store(sitting, DirectoryAct.DEACTIVATE_PERSON, person, replace(person, is_active=False))
            ended = bearers.delete_sessions(sitting.tx, person_id)
            revoked = bearers.revoke_tokens(sitting.tx, person_id, sitting.now)
            sign_in.delete_code(sitting.tx, person_id)
            sitting.record(DirectoryAct.DEACTIVATE_PERSON, _ref(person), target, sessions=ended, tokens=revoked)
            self._desk.tell_leavers(sitting, person_id, None)
            return changed

        return await self._desk.change(caller, work)

    async def reactivate_person(
        self, caller: Caller, person_id: PersonId, *, expected_version: int | None = None
    ) -> Person:
        """Let a person come back, with the roles, groups and password he had; API tokens stay revoked.

        Raises:
            ForbiddenError: Not by a super admin; or by an API token a person who had an installation role.
            PersonNotFoundError: There is none, or none that the caller may know of.
            ChangedMeanwhileError: The person has another version than expected.
        """

        def work(sitting: Sitting) -> Person:
            person, target = _get(sitting, DirectoryAct.REACTIVATE_PERSON, person_id)
            check_version(expected_version, person.version, "the person")
            if person.is_active:
                return person
            if person.installation_roles:
                sitting.require(DirectoryAct.CHANGE_INSTALLATION_ROLES, _ref(person), target)
            changed = self._store(sitting, DirectoryAct.REACTIVATE_PERSON, person, replace(person, is_active=True))
            sitting.record(DirectoryAct.REACTIVATE_PERSON, _ref(person), target)
            return changed

        return await self._desk.change(caller, work)

    async def reset_sign_in(self, caller: Caller, person_id: PersonId) -> IssuedCode:
        """Void a person's password and sessions, and give him a new code.

        Raises:
            ForbiddenError: Not by a super admin; or by an API token for a person with an installation role.
            PersonNotFoundError: There is none, or none that the caller may know of.
            PersonInactiveError: The person is deactivated.
        """

        def work(sitting: Sitting) -> IssuedCode:
            person, target = _get(sitting, DirectoryAct.RESET_SIGN_IN, person_id)
            sign_in.lock_person(sitting.tx, person_id)
            if not person.is_active:
                raise PersonInactiveError(f"{person.name} is deactivated; reactivate the person first")
            sign_in.delete_password(sitting.tx, person_id)
            ended = bearers.delete_sessions(sitting.tx, person_id)
            sitting.record(DirectoryAct.RESET_SIGN_IN, _ref(person), target, sessions=ended)
            return issue_code(sitting.tx, person, sitting.now)

        return await self._desk.change(caller, work)

    async def end_sessions(self, caller: Caller, person_id: PersonId) -> int:
        """Sign a person out everywhere; says how many sessions there were.

        Raises:
            ForbiddenError: Not by the person or a super admin.
            PersonNotFoundError: There is none, or none that the caller may know of.
        """

        def work(sitting: Sitting) -> int:
            person, target = _get(sitting, DirectoryAct.END_SESSIONS, person_id)
            ended = bearers.delete_sessions(sitting.tx, person_id)
            sitting.record(DirectoryAct.END_SESSIONS, _ref(person), target, sessions=ended)
            return ended

        return await self._desk.change(caller, work)

    def _store(self, sitting: Sitting, act: DirectoryAct, person: Person, changed: Person) -> Person:
        if _lost_super_admin(person, changed) and list(principals.list_super_admins(sitting.tx)) == [person.id]:
            error = LastSuperAdminError(
                f"{person.name} is the last super admin; make another one first", rule="directory.last_super_admin"
            )
            sitting.refuse(act, _ref(person), error, rule="directory.last_super_admin")
        changed = replace(changed, modified_at=sitting.now, version=person.version + 1)
        people.update_person(sitting.tx, changed)
        return changed


def find_target(tx: Transaction, person_id: PersonId) -> tuple[Person | None, Target]:
    """The person and the facts about him that decisions ask for."""
    found = principals.find_principal(tx, person_id)
    if found is None:
        return None, Target(person_id=person_id)
    target = Target(
        person_id=person_id,
        person_unit_ids=frozenset(found.roles),
        has_installation_role=bool(found.installation_roles),
    )
    return people.find_person(tx, person_id), target


def _get(sitting: Sitting, act: DirectoryAct, person_id: PersonId) -> tuple[Person, Target]:
    # Decided before it is looked whether there is such a person: who may not know gets one answer, in one way.
    person, target = find_target(sitting.tx, person_id)
    unknown = PersonNotFoundError("there is no such person", what="person")
    obj = ObjectRef("person", person_id, person.name if person else "")
    sitting.require(act, obj, target, unless_known=(DirectoryAct.READ_PERSON, unknown))
    if person is None:
        raise unknown
    return person, target


def _lost_super_admin(was: Person, now: Person) -> bool:
    def is_one(person: Person) -> bool:
        return person.is_active and InstallationRole.SUPER_ADMIN in person.installation_roles

    return is_one(was) and not is_one(now)


def _require_free(tx: Transaction, sign_in_name: str) -> None:
    if people.find_by_sign_in_name(tx, sign_in_name) is not None:
        raise NameTakenError(f"the sign-in name {sign_in_name} is taken; choose another", field="sign_in_name")


def _clean_email(text: str) -> str:
    email = text.strip()
    if email and (len(email) > _MAX_EMAIL or not _EMAIL.fullmatch(email)):
        raise InvalidError("email must be a mail address, as in anna@example.com", field="email")
    return email


def _ref(person: Person) -> ObjectRef:
    return ObjectRef("person", person.id, person.name)

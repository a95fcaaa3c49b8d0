"""Makes the example company, through the services that everybody uses: with their decisions, tests and records.

Cut off at any moment and begun again, it goes on: what is in the record is there, what isn't is looked for by its name
before it is made. People do what they do as themselves, through the door `system`.
"""

import json
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from jackfield.bootstrap import Parts
from jackfield.connections import AuthorizedPersons, ConnectionQuery, ConnectionState, Draft
from jackfield.directory import Caller, PersonFilter
from jackfield.errors import ForbiddenError, HubError, RemoteUnavailableError
from jackfield.example import cast
from jackfield.example.accounts import Accounts
from jackfield.example.cast import CastConnection, CastGrant, CastProcess
from jackfield.example.names import HOST, address
from jackfield.example.record import ExampleFolder, ExampleRecord
from jackfield.integrations import TEXT_VERSION, GrantChange, GrantLevel, IntegrationDraft, WantedGrant
from jackfield.kernel import BusinessUnitId, Door, GroupId, PageRequest, PersonId, ProcessId, RequestId, new_id
from jackfield.processes import Content, ProcessQuery, Runners
from jackfield.triggers import NewTrigger, TriggerKind, TriggerQuery

TICKETS_DOCUMENT: Final = Path(__file__).parent / "systems" / "openapi.json"
_DEFINITIONS: Final = Path(__file__).parent / "definitions"
_RUN_SECONDS: Final = 5
_NOTES: Mapping[str, str] = {
    "imap": "the example company's mail server, reading",
    "smtp": "the example company's mail server, sending",
    "tickets": "the example company's ticket service",
}


class Seeding:
    """The making of the example.

    Args:
        parts: The installation.
        folder: Where the example lies.
        record: What of it is there already; written on.
    """

    def __init__(self, parts: Parts, folder: ExampleFolder, record: ExampleRecord) -> None:
        self._parts = parts
        self._folder = folder
        self._record = record
        self._accounts = Accounts(folder.path)

    async def make_company(self) -> None:
        """People, business units and groups; needs none of the systems."""
        admin = await self._administrator()
        for key in cast.PEOPLE:
            await self._make_person(admin, key)
        for key in cast.UNITS:
            await self._make_unit(admin, key)
        for key in cast.GROUPS:
            await self._make_group(admin, key)

    async def make_connections(self) -> None:
        """What needs the systems: they are listening at the ports of the record."""
        for system, port in self._record.ports.items():
            await self._allow(system, port)
        for key, one in cast.connections(self._record.ports, self._folder.files).items():
            await self._make_connection(key, one)
        await self._make_ticket_desk()
        for key, process in cast.PROCESSES.items():
            await self._make_process(key, process)
        for key, work in self._days_work().items():
            if key not in self._record.done:
                await work()
                self._record.done.append(key)
                self._folder.write(self._record)

    # --- People and what they belong to -------------------------------------------------------------------------------

    async def _administrator(self) -> Caller:
        """The installation's first super admin, who makes the others."""
        found = await self._parts.database.read(self._parts.directory.facts.list_super_admins)
        mine = set(self._record.people.values())
        return await self._as(next(person for person in found if person not in mine))

    async def _make_person(self, admin: Caller, key: str) -> None:
        one, people = cast.PEOPLE[key], self._parts.directory.people

        async def find() -> str | None:
            page = await people.list_people(admin, PersonFilter(search=address(key)))
            return next((person.id for person in page.items if person.sign_in_name == address(key)), None)

        async def make() -> str:
            # The code that comes with it is told nobody: one becomes this person by switching, or with a code that the
            # operator or a super admin makes.
            issued = await people.create_person(
                admin,
                name=one.name,
                sign_in_name=address(key),
                email=address(key),
                installation_roles=one.installation_roles,
            )
            return issued.person.id

        await self._once(self._record.people, key, find, make)

    async def _make_unit(self, admin: Caller, key: str) -> None:
        (name, description), units = cast.UNITS[key], self._parts.directory.units

        async def find() -> str | None:
            page = await units.list_business_units(admin, search=name)
            return next((unit.id for unit in page.items if unit.name == name), None)

        async def make() -> str:
            return (await units.create_business_unit(admin, name=name, description=description)).id

        async def fill(unit_id: str) -> None:
            for person, one in cast.PEOPLE.items():
                if roles := one.roles.get(key, ()):
                    await units.change_member(admin, BusinessUnitId(unit_id), self._person(person), roles)

        await self._once(self._record.units, key, find, make, fill)

    async def _make_group(self, admin: Caller, key: str) -> None:
        (name, description, members), groups = cast.GROUPS[key], self._parts.directory.groups

        async def find() -> str | None:
            page = await groups.list_groups(admin, search=name)
            return next((group.id for group in page.items if group.name == name), None)

        async def make() -> str:
            return (await groups.create_group(admin, name=name, description=description)).id

        async def fill(group_id: str) -> None:
            for person in members:
                await groups.add_member(admin, GroupId(group_id), self._person(person))

        await self._once(self._record.groups, key, find, make, fill)

    # --- Connections --------------------------------------------------------------------------------------------------

    async def _allow(self, system: str, port: int) -> None:
        clara, connections = await self._as_cast("clara"), self._parts.connections

        async def find() -> str | None:
            rules = await connections.list_outbound(clara)
            return next((rule.id for rule in rules if (rule.host, rule.port) == (HOST, port)), None)

        async def make() -> str:
            return (await connections.allow_outbound(clara, HOST, port, note=_NOTES[system])).id

        await self._once(self._record.outbound, system, find, make)

    async def _make_connection(self, key: str, one: CastConnection) -> None:
        creator, connections = await self._as_cast(one.creator), self._parts.connections
        unit = BusinessUnitId(self._record.units[one.unit])

        async def find() -> str | None:
            page = await connections.list_connections(
                creator, ConnectionQuery(search=one.name, business_unit_id=unit, created_by_me=True)
            )
            return next((row.id for row in page.items if row.name == one.name), None)

        async def make() -> str:
            credentials = self._credentials(one)
            draft = Draft(unit, one.name, one.connector, one.scheme, one.details, credentials)
            return (await connections.create_connection(creator, draft)).row.id

        async def complete(connection_id: str) -> None:
            row = (await connections.get_connection(creator, connection_id)).row
            if row.state is ConnectionState.NOT_CONNECTED and not one.stays_out:
                # Cut off between its making and its test.
                credentials = self._credentials(one)
                row = (await connections.change_details(creator, connection_id, credentials=credentials)).row
                if row.state is ConnectionState.NOT_CONNECTED:
                    raise RemoteUnavailableError(f"{one.name}: {row.reason}", target=one.name)
            if one.shared_with:
                await connections.share(creator, connection_id, [self._person(person) for person in one.shared_with])
            if one.authorized_groups:
                groups = frozenset(GroupId(self._record.groups[group]) for group in one.authorized_groups)
                await connections.set_authorized_persons(creator, connection_id, AuthorizedPersons(frozenset(), groups))

        await self._once(self._record.connections, key, find, make, complete)

    async def _make_ticket_desk(self) -> None:
        mira, one, integrations = await self._as_cast("mira"), cast.TICKET_DESK, self._parts.integrations
        unit = BusinessUnitId(self._record.units[one.unit])
        endpoint = f"http://{HOST}:{self._record.ports['tickets']}/"

        async def find() -> str | None:
            query = ConnectionQuery(search=one.name, business_unit_id=unit, created_by_me=True)
            page = await self._parts.connections.list_connections(mira, query)
            return next((row.id for row in page.items if row.name == one.name), None)

        async def make() -> str:
            view = await integrations.create_integration(
                mira,
                IntegrationDraft(
                    business_unit_id=unit,
                    title=one.name,
                    description=cast.TICKET_DESK_ABOUT,
                    access_groups=frozenset(GroupId(self._record.groups[key]) for key in cast.TICKET_DESK_GROUPS),
                    document=TICKETS_DOCUMENT.read_bytes(),
                    details={"endpoint": endpoint, "test_path": "me"},
                    scheme=one.scheme,
                    credentials=self._credentials(one),
                    grants=tuple(self._grant(grant) for grant in cast.TICKET_DESK_GRANTS),
                    accepted_responsibilities=TEXT_VERSION,
                ),
            )
            return view.row.connection.id

        async def complete(integration_id: str) -> None:
            row = (await self._parts.connections.get_connection(mira, integration_id)).row
            if row.state is ConnectionState.NOT_CONNECTED:
                # Cut off between its making and its test.
                credentials = self._credentials(one)
                row = (await self._parts.connections.change_details(mira, row.id, credentials=credentials)).row
                if row.state is ConnectionState.NOT_CONNECTED:
                    raise RemoteUnavailableError(f"{one.name}: {row.reason}", target=one.name)
            await self._parts.connections.share(mira, integration_id, [self._person("jonas")])

        await self._once(self._record.connections, "ticket_desk", find, make, complete)

    async def _make_process(self, key: str, one: CastProcess) -> None:
        owner, processes = await self._as_cast(one.owner), self._parts.processes
        unit = BusinessUnitId(self._record.units[one.unit])

        async def find() -> str | None:
            page = await processes.list_processes(owner, ProcessQuery(one.name, unit), PageRequest())
            return next((row.id for row in page.items if row.name == one.name), None)

        async def make() -> str:
            definition = json.loads((_DEFINITIONS / f"{one.definition}.json").read_bytes())
            content = Content(definition, form=one.form)
            made = await processes.create_process(owner, unit, one.name, content, description=one.description)
            return made.row.id

        async def complete(process_id: str) -> None:
            await processes.set_runners(owner, process_id, Runners(whole_unit=True))
            if (await processes.get_process(owner, process_id)).row.published is None:
                await processes.publish(owner, process_id, note="The first one")

        await self._once(self._record.processes, key, find, make, complete)

    def _grant(self, grant: CastGrant) -> GrantChange:
        ids = {
            GrantLevel.COMPANY: self._record.units,
            GrantLevel.GROUPS: self._record.groups,
            GrantLevel.INDIVIDUALS: self._record.people,
        }[grant.level]
        entries = frozenset(ids[key] for key in grant.entries)
        return GrantChange(frozenset(grant.methods), None, WantedGrant(grant.level, entries, grant.confirmation))

    def _credentials(self, one: CastConnection) -> dict[str, str]:
        password = {one.password_field: self._accounts.renew(one.account)} if one.account else {}
        return {**one.credentials, **password}

    # --- A day's work: each system used by whose it is ----------------------------------------------------------------

    def _days_work(self) -> Mapping[str, Callable[[], Awaitable[None]]]:
        return {
            "orders": self._work_with_orders,
            "customers": self._work_with_customers,
            "documents": self._work_with_documents,
            "tickets": self._work_with_tickets,
            "ticket_desk": self._work_at_the_ticket_desk,
            "support": self._work_with_support,
            "news": self._lose_the_newsletter,
            "manuals": self._switch_folders_off,
            "triggers": self._await_orders,
            "runs": self._run_processes,
        }

    async def _work_with_orders(self) -> None:
        await self._use("jonas", "orders", "search", folder="INBOX", seen=False)
        await self._use(
            "jonas",
            "orders",
            "send",
            to=[address("support")],
            subject="Calibration before delivery",
            text="Dear support,\n\nthe two LX-220 for Brauhaus Hopfner go out on Friday. Please calibrate them before.\n\n"
            "Jonas\n",
        )

    async def _work_with_customers(self) -> None:
        sql = "SELECT city, count(*) AS customers FROM customer GROUP BY city ORDER BY customers DESC"
        await self._use("jonas", "customers", "query", sql=sql, max_rows=10)
        with suppress(ForbiddenError):
            # Super admins may only share what is others' (C7): the record has a refusal, too.
            clara = await self._as_cast("clara")
            await self._parts.connections.rename(clara, self._record.connections["customers"], "All customers")

    async def _work_with_documents(self) -> None:
        await self._use("mira", "documents", "list", depth=2)

    async def _work_with_tickets(self) -> None:
        await self._use("mira", "tickets", "request", path="tickets", query={"status": "open", "limit": 10})
        await self._use(
            "mira",
            "tickets",
            "request",
            method="POST",
            path="tickets/1001/comments",
            body={"type": "json", "value": {"text": "The load cell is on its way; fitting it takes an hour."}},
        )

    async def _work_at_the_ticket_desk(self) -> None:
        await self._use("tom", "ticket_desk", "listTickets", status="open", limit=5)
        await self._use(
            "tom", "ticket_desk", "addComment", number=1002, body={"text": "I have called them; they send a photo."}
        )

    async def _work_with_support(self) -> None:
        await self._use("mira", "support", "search", folder="INBOX")

    async def _lose_the_newsletter(self) -> None:
        """Somebody changes the password on the mail server, and nobody tells Jackfield (C14)."""
        await self._use("jonas", "news", "list_folders")
        self._accounts.renew(cast.NEWS)
        with suppress(HubError):
            await self._use("jonas", "news", "search", folder="INBOX")

    async def _switch_folders_off(self) -> None:
        await self._use("mira", "manuals", "list")
        jonas, unit = await self._as_cast("jonas"), BusinessUnitId(self._record.units["service"])
        await self._parts.connections.set_feature(jonas, "folder", unit, on=False)

    async def _await_orders(self) -> None:
        """The web shop would send its orders there: signed, with a secret that whoever tries it makes first (P5)."""
        jonas, triggers = await self._as_cast("jonas"), self._parts.triggers
        process, name = self._record.processes["confirm"], "Orders of the web shop"
        known = await triggers.list_triggers(jonas, TriggerQuery(process_id=ProcessId(process)), PageRequest())
        if name not in {row.name for row in known.items}:
            # Cut off after it was made, it is not made twice.
            settings = {"passes": "body"}
            await triggers.create_trigger(jonas, NewTrigger(process, name, TriggerKind.WEBHOOK, settings))

    async def _run_processes(self) -> None:
        """One ends well, one has a number that is not there, one asks people, one waits for its connection."""
        for person, process, values, seconds in (
            ("mira", "confirm", {"number": 1}, _RUN_SECONDS),
            ("jonas", "confirm", {"number": 100_000}, _RUN_SECONDS),
            ("mira", "discount", {"customer": "Brauhaus Hopfner", "percent": 8}, 0),
            ("jonas", "sign_ups", {}, 0),
        ):
            caller, runs = await self._as_cast(person), self._parts.processes.runs
            # Begun again after it was cut off, nothing runs twice.
            key = f"example:{process}:{values}"
            await runs.start(caller, self._record.processes[process], values, key=key, wait_seconds=seconds)

    async def _use(self, person: str, connection: str, action: str, **arguments: Any) -> None:
        caller = await self._as_cast(person)
        await self._parts.gateway.use(caller, self._record.connections[connection], action, arguments)

    # --- Who does it, and not twice -----------------------------------------------------------------------------------

    async def _as_cast(self, key: str) -> Caller:
        return await self._as(self._person(key))

    async def _as(self, person_id: PersonId) -> Caller:
        principal = await self._parts.directory.find_principal(person_id)
        if principal is None:
            raise LookupError(person_id)
        return Caller(principal, Door.SYSTEM, RequestId(new_id("req")))

    def _person(self, key: str) -> PersonId:
        return PersonId(self._record.people[key])

    async def _once(
        self,
        made: dict[str, str],
        key: str,
        find: Callable[[], Awaitable[str | None]],
        make: Callable[[], Awaitable[str]],
        complete: Callable[[str], Awaitable[None]] | None = None,
    ) -> None:
        """Make something and complete it, and write down that it is there."""
        if key in made:
            return
        found = await find() or await make()
        if complete is not None:
            await complete(found)
        made[key] = found
        self._folder.write(self._record)

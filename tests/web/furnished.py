"""An installation in which every page has something to show."""

from dataclasses import dataclass

from web.asking import ask
from web.house import Account, House
from web.people import Person

PAGES = (
    "sign-in",
    "connections",
    "connections/new",
    "connections/new?connector=postgresql",
    "connections/{connection}",
    "connections/{connection}/try",
    "connections/{connection}/uses",
    "connections/{connection}/people",
    "connections/{connection}/why",
    "connections/{connection}/health",
    "connections/{connection}/activity",
    "connections/{broken}",
    "integrations",
    "integrations/new",
    "integrations/{integration}",
    "integrations/{integration}/methods",
    "integrations/{integration}/matrix",
    "integrations/{integration}/try",
    "integrations/{integration}/document",
    "integrations/{integration}/uses",
    "processes",
    "processes/new",
    "processes/{process}",
    "processes/{process}/definition",
    "processes/{process}/steps",
    "processes/{process}/runs",
    "processes/{process}/versions",
    "processes/{process}/triggers",
    "processes/{process}/triggers/{trigger}",
    "processes/{process}/triggers/{webhook}",
    "runs",
    "runs/{run}",
    "tasks",
    "tasks/{task}",
    "units",
    "units/{unit}",
    "people",
    "people/{person}",
    "groups",
    "groups/{group}",
    "connectors",
    "outbound",
    "audit",
    "installation",
    "notices",
    "profile",
)
"""All of them, by their addresses."""


@dataclass(frozen=True)
class Furnished:
    owner: Person
    """A super admin who is also administrator and editor of the unit: she sees everything."""
    member: Person
    """He sees little."""
    places: dict[str, str]

    def path(self, page: str) -> str:
        return "/" + page.format(**self.places)


def furnish(house: House) -> Furnished:
    unit = house.unit("Accounting and Controlling")
    owner = house.person("Olga Ownerová", "super_admin")
    unit.admit(owner, "administrator", "editor")
    editor = unit.editor("Edgar Elsewhere")
    member = unit.person("Max Member", "member")
    group = house.admin.post("/api/groups", {"name": house.unique("Bookkeepers"), "description": "They keep them."})[
        "id"
    ]
    for person in (editor, member):
        house.admin.put(f"/api/groups/{group}/members/{person.id}")
    connection = unit.connect(owner, "Customers of the whole company, with a name that is long enough to wrap")["id"]
    owner.put(f"/api/connections/{connection}/authorized-persons", {"people": [editor.id], "groups": [group]})
    owner.post(f"/api/connections/{connection}/admins", {"people": [editor.id]})
    editor.patch(f"/api/connections/{connection}", {"name": "Customers of the whole company, renamed by somebody else"})
    owner.post("/api/calls", {"connection": connection, "action": "query", "arguments": {"sql": "select 1 as one"}})
    broken = unit.try_to_connect(owner, "Orders", Account("nobody", "wrong on purpose"))["id"]
    unit.connect(editor, "Suppliers")
    process = unit.publish(owner, "Look at the customers, each night and before every invoice", connection)["id"]
    owner.put(f"/api/processes/{process}/runners", {"people": [member.id], "groups": [group]})
    shared = {"process": process}
    cron = {"cron": "0 8 * * 1-5", "zone": "Europe/Berlin"}
    trigger = owner.post("/api/triggers", {**shared, "name": "Frühschicht 1", "kind": "schedule", "settings": cron})[
        "id"
    ]
    named = {"name": "Orders that the shop of the north sends", "kind": "webhook"}
    webhook = owner.post("/api/triggers", {**shared, **named, "settings": {"verify": "none"}})
    owner.post(webhook["path"], {"order": 17})
    run = owner.post(f"/api/processes/{process}/runs?wait=20", {"input": {"customer": 7}})["id"]
    question = {
        "title": "Order 17 of Brauhaus Hopfner, with a title that is long enough to wrap on a phone",
        "text": "It costs **900 Euro**.",
        "format": "markdown",
        "assignees": {"groups": [group]},
        "self_approval": True,
        "due": 86400,
    }
    _, task = ask(owner, unit.id, "Order scales", "approve", question)
    owner.post("/api/tokens", {"name": "nightly export", "scopes": ["read"]})
    for person in (owner, member):
        house.admin.put(f"/api/groups/{group}/members/{person.id}")
    granted = {"level": "groups", "entries": [group]}
    integration = unit.integrate(
        owner,
        group,
        "Tickets of all the desks, with a title that is long enough to wrap",
        listTickets=granted,
        openTicket=granted,
        deleteTicket={"level": "individuals", "entries": [owner.id]},
    )["id"]
    places = {
        "integration": integration,
        "connection": connection,
        "broken": broken,
        "process": process,
        "trigger": trigger,
        "webhook": webhook["id"],
        "run": run,
        "task": task,
        "unit": unit.id,
        "person": editor.id,
        "group": group,
    }
    return Furnished(owner, member, places)

"""An installation in which every page has something to show."""

from dataclasses import dataclass

from web.house import Account, House
from web.people import Person

PAGES = (
    "sign-in",
    "connections",
    "connections/new",
    "connections/new?connector=postgresql",
    "connections/{connection}",
    "connections/{connection}/access",
    "connections/{connection}/activity",
    "connections/{broken}",
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
    owner.post("/api/tokens", {"name": "nightly export", "scopes": ["read"]})
    places = {"connection": connection, "broken": broken, "unit": unit.id, "person": editor.id, "group": group}
    return Furnished(owner, member, places)

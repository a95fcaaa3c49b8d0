"""Who and what there is in the example company. Data only; `seeding` makes it.

Linden Instruments makes precision scales: a family firm with the business units Sales and Service. Its connections are
in every state that a connection can be in.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from jackfield.directory import InstallationRole, Role
from jackfield.example.names import COMPANY, HOST, NAMES, address
from jackfield.integrations import GrantLevel

NEWS: Final = address("news")


@dataclass(frozen=True, slots=True)
class CastPerson:
    """Somebody."""

    name: str
    title: str
    """What he does in the company, and what he is here."""
    roles: Mapping[str, tuple[Role, ...]] = field(default_factory=dict[str, tuple[Role, ...]])
    """By the key of the business unit."""
    installation_roles: tuple[InstallationRole, ...] = ()


PEOPLE: Final[Mapping[str, CastPerson]] = {
    "clara": CastPerson(NAMES["clara"], "Managing director, super admin", {}, (InstallationRole.SUPER_ADMIN,)),
    "jonas": CastPerson(
        NAMES["jonas"],
        "Head of sales and service, administrator",
        {"sales": (Role.ADMINISTRATOR,), "service": (Role.ADMINISTRATOR,)},
    ),
    "mira": CastPerson(NAMES["mira"], "Service engineer, editor", {"sales": (Role.EDITOR,), "service": (Role.EDITOR,)}),
    "tom": CastPerson(NAMES["tom"], "Customer support, member", {"service": (Role.MEMBER,)}),
    "paula": CastPerson(NAMES["paula"], "Internal audit, auditor", {}, (InstallationRole.AUDITOR,)),
}
UNITS: Final[Mapping[str, tuple[str, str]]] = {
    "sales": ("Sales", "Offers, orders and the customers of Linden Instruments"),
    "service": ("Service", "Calibration, repairs and the support desk"),
}
GROUPS: Final[Mapping[str, tuple[str, str, tuple[str, ...]]]] = {
    "key_accounts": ("Key accounts", "Who looks after the largest customers", ("clara", "jonas")),
    "support_desk": ("Support desk", "Who answers tickets and the support mailbox", ("mira", "tom")),
}


@dataclass(frozen=True, slots=True)
class CastConnection:
    """A connection, and whose it is."""

    name: str
    unit: str
    creator: str
    connector: str
    scheme: str
    details: Mapping[str, Any]
    account: str = ""
    """Whose password it signs in with; empty: it needs none."""
    password_field: str = "password"  # noqa: S105  # a field's name
    credentials: Mapping[str, str] = field(default_factory=dict[str, str])
    """Beside the password."""
    shared_with: tuple[str, ...] = ()
    authorized_groups: tuple[str, ...] = ()
    stays_out: bool = False
    """Whether it is meant not to connect."""


def connections(ports: Mapping[str, int], files: Path) -> Mapping[str, CastConnection]:
    """The connections by their keys.

    Args:
        ports: The systems', by their names.
        files: Where the documents and the customer database lie.
    """
    return {
        "orders": _mailbox("Orders mailbox", "sales", "jonas", "orders", ports=ports, shared_with=("mira",)),
        "customers": CastConnection(
            "Customers",
            "sales",
            "jonas",
            "sqlite",
            "none",
            {"path": str(files / "customers" / "customers.db"), "writable": True},
            authorized_groups=("key_accounts",),
        ),
        "documents": _folder("Offers and contracts", "sales", "mira", files / "documents"),
        "news": _mailbox("Newsletter mailbox", "sales", "jonas", "news", ports=ports),
        "tickets": CastConnection(
            "Tickets",
            "service",
            "mira",
            "http",
            "api_key_header",
            {"base_url": f"http://{HOST}:{ports['tickets']}/", "test_path": "/me"},
            account="tickets",
            password_field="value",  # noqa: S106  # a field's name
            credentials={"name": "X-Api-Key"},
            shared_with=("jonas",),
        ),
        "support": _mailbox(
            "Support mailbox", "service", "mira", "support", ports=ports, authorized_groups=("support_desk",)
        ),
        "manuals": _folder("Manuals", "service", "mira", files / "manuals"),
        # Inside the network and not allowed: it shows what a super admin has to open first.
        "old_erp": CastConnection(
            "Old ERP",
            "service",
            "mira",
            "mysql",
            "password",
            {"host": "10.20.0.8", "database": "erp"},
            account="old-erp",
            credentials={"user": "reader"},
            stays_out=True,
        ),
    }


@dataclass(frozen=True, slots=True)
class CastGrant:
    """Who may call some methods."""

    methods: tuple[str, ...]
    level: GrantLevel
    entries: tuple[str, ...]
    """Keys of groups, units or people, as the level says."""
    confirmation: bool


TICKET_DESK: Final = CastConnection(
    "Ticket desk", "service", "mira", "openapi", "api_key_header", {}, "ticket-desk", "value", {"name": "X-Api-Key"}
)
"""The ticket service once more, as its OpenAPI document describes it; where it is comes from the record."""
TICKET_DESK_ABOUT: Final = "The tickets of the service desk, method by method: read, answered and closed by who may."
TICKET_DESK_GROUPS: Final = ("support_desk", "key_accounts")
TICKET_DESK_GRANTS: Final = (
    CastGrant(("listTickets", "getTicket", "listComments"), GrantLevel.COMPANY, ("service",), confirmation=False),
    CastGrant(("createTicket", "addComment"), GrantLevel.GROUPS, ("support_desk",), confirmation=False),
    CastGrant(("updateTicket", "closeTicket", "reopenTicket"), GrantLevel.GROUPS, ("support_desk",), confirmation=True),
    CastGrant(("deleteTicket",), GrantLevel.INDIVIDUALS, ("mira",), confirmation=True),
)
"""`getMe` is granted to nobody."""


@dataclass(frozen=True, slots=True)
class CastProcess:
    """A process, and whose it is."""

    name: str
    description: str
    unit: str
    owner: str
    definition: str
    """The name of its file in `definitions`."""
    form: Mapping[str, Any] | None = None


PROCESSES: Final[Mapping[str, CastProcess]] = {
    "confirm": CastProcess(
        "Confirm an order",
        "Files the confirmation of an order, and writes to the customer.",
        "sales",
        "jonas",
        "confirm_an_order",
        {
            "type": "object",
            "properties": {"number": {"type": "integer", "title": "Number of the order", "minimum": 1}},
            "required": ["number"],
        },
    ),
    "discount": CastProcess(
        "Grant a discount",
        "Asks the key account managers before a customer gets a discount, and writes it down.",
        "sales",
        "jonas",
        "grant_a_discount",
        {
            "type": "object",
            "properties": {
                "customer": {"type": "string", "title": "Customer"},
                "percent": {"type": "number", "title": "Discount in percent", "minimum": 0, "maximum": 30},
            },
            "required": ["customer", "percent"],
        },
    ),
    "sign_ups": CastProcess(
        "Read newsletter sign-ups",
        "Counts who asks for the newsletter. Its mailbox needs a new sign-in, so its runs wait.",
        "sales",
        "jonas",
        "read_sign_ups",
    ),
}


def _mailbox(
    name: str,
    unit: str,
    creator: str,
    account: str,
    *,
    ports: Mapping[str, int],
    shared_with: tuple[str, ...] = (),
    authorized_groups: tuple[str, ...] = (),
) -> CastConnection:
    return CastConnection(
        name,
        unit,
        creator,
        "mail",
        "password",
        {
            "imap_host": HOST,
            "imap_tls": "none",
            "imap_port": ports["imap"],
            "smtp_host": HOST,
            "smtp_tls": "none",
            "smtp_port": ports["smtp"],
            "sender": f"{COMPANY} <{address(account)}>",
        },
        account=address(account),
        credentials={"user": address(account)},
        shared_with=shared_with,
        authorized_groups=authorized_groups,
    )


def _folder(name: str, unit: str, creator: str, path: Path) -> CastConnection:
    return CastConnection(name, unit, creator, "folder", "none", {"path": str(path)})

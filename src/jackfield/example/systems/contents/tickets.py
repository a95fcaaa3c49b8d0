"""The tickets that there are: what customers of a maker of scales call about."""

import random
from datetime import datetime, timedelta
from typing import Any, Final

from jackfield.example.names import address
from jackfield.example.systems.contents.customers import NAMED
from jackfield.example.systems.ticket_store import TicketStore

FIRST_NUMBER: Final = 1001
_SEED: Final = 1001
_TICKETS: Final = (
    # subject, description, product, priority
    ("LX-220 shows E4 after moving", "Since the scale was moved to the new hall it shows E4 when switched on.", "LX-220", "high"),
    ("Certificate missing in delivery", "The calibration certificate was not in the box.", "LA-900", "normal"),
    ("Display stays dark after cleaning", "Cleaned with water yesterday, dark since.", "LX-120", "high"),
    ("Readings drift in the afternoon", "About 2 g in three hours; the sun shines on it from noon.", "LP-500", "normal"),
    ("Label printer prints blank labels", "New roll, same brand as before.", "AC-014", "low"),
    ("Yearly calibration due", "Six balances, please on one day.", "LP-510", "normal"),
    ("Foot broken", "One of the four feet broke off when it was lifted.", "LX-240", "normal"),
    ("Offer for maintenance", "Asks for a yearly contract for four scales.", "SV-020", "low"),
    ("Zero key does nothing", "It has to be switched off and on to get back to zero.", "LX-110", "normal"),
    ("Battery empty after an hour", "The mobile platform scale doesn't last a shift any more.", "LX-320", "high"),
    ("Wrong language on the display", "Shows Italian since the update.", "LX-220", "low"),
    ("Scale not found by the till", "Cable and address are right, says the customer.", "LX-110", "high"),
    ("Weighs 1 kg too much", "Always exactly one kilogram. Tare was tried.", "LX-310", "urgent"),
    ("Door of the draught shield jams", "Left door, since delivery.", "LA-900", "normal"),
    ("Test weights rusty", "Class F1, bought in spring.", "AC-001", "normal"),
    ("Where is my repair?", "Sent in two weeks ago, no answer yet.", "LX-120", "high"),
    ("Loud hum from the power supply", "Audible across the shop.", "LX-110", "low"),
    ("Needs a second certificate in English", "For an audit of a customer of theirs.", "SV-010", "low"),
    ("Scale fell off the table", "Works, but shows E5.", "LX-220", "high"),
    ("Password for the settings lost", "The one who knew it has left.", "LX-310", "normal"),
)  # fmt: skip
_RESOLUTIONS: Final = (
    "Cable refitted, calibrated on site.",
    "Replaced under warranty.",
    "Explained on the phone; the customer is content.",
    "Load cell replaced, certificate sent.",
)
_COMMENTS: Final = (
    "Called the customer, photographs are on their way.",
    "The spare part is ordered, here on Monday.",
    "The customer can be reached after two.",
    "Same fault as last month at another customer.",
)


def fill(store: TicketStore, now: datetime) -> None:
    """Forty tickets of the last two months, the oldest closed."""
    chance = random.Random(_SEED)  # noqa: S311  # for an example, and the same every time
    for at in range(2 * len(_TICKETS)):
        subject, description, product, priority = _TICKETS[at % len(_TICKETS)]
        made = now - timedelta(days=(2 * len(_TICKETS) - at) * 1.5, hours=chance.randrange(8))
        is_old = at < 22
        status = "closed" if is_old else chance.choice(("open", "open", "in_progress", "waiting"))
        number = FIRST_NUMBER + at
        fields: dict[str, Any] = {
            "number": number,
            "subject": subject,
            "description": description,
            "product": product,
            "priority": priority,
            "status": status,
            "customer": NAMED[(at * 5 + at // len(_TICKETS)) % len(NAMED)][0],
            "assignee": None if status == "open" and chance.random() < 0.5 else address(chance.choice(("mira", "tom"))),
            "due_on": None if is_old else f"{now + timedelta(days=chance.randrange(1, 14)):%Y-%m-%d}",
        }
        if is_old:
            fields |= {
                "resolution": chance.choice(_RESOLUTIONS),
                "closed_at": _written(made + timedelta(days=chance.randrange(1, 6))),
            }
        store.create(fields, at=_written(made))
        for day in range(chance.randrange(3)):
            said = _written(made + timedelta(days=day, hours=3))
            store.comment(number, address(chance.choice(("mira", "tom"))), chance.choice(_COMMENTS), at=said)


def _written(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"

"""The folders of documents: offers, contracts, the price list, notes; and the manuals of the service."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from jackfield.example.names import COMPANY
from jackfield.example.systems.contents.customers import NAMED, PRODUCTS
from jackfield.example.systems.contents.pdf import write_pdf

_CONTRACTS: Final = ("Brauhaus Hopfner", "Labor Dr. Weiss", "Pharma Tatra", "Institut für Metrologie")


def write_documents(folder: Path, now: datetime) -> None:
    """What Sales works with."""
    for number, (customer, city, *_) in enumerate(NAMED[:6], 2286):
        day = now - timedelta(days=3 * (2292 - number))
        product, name, _, price = PRODUCTS[number % len(PRODUCTS)]
        lines = (
            f"{customer}, {city}",
            f"{day:%d.%m.%Y}",
            "",
            f"1 {name} {product}: {price} EUR",
            "",
            "Valid for 30 days.",
        )
        _write(folder / "offers" / f"{number} {customer}.pdf", write_pdf(f"Offer {number}", lines))
    for customer in _CONTRACTS:
        lines = (f"between {COMPANY} and {customer}", "", "Yearly maintenance and calibration on the customer's premises.",
                 "Either side may end it with three months' notice.", "", f"Graz, {now - timedelta(days=400):%d.%m.%Y}")  # fmt: skip
        _write(folder / "contracts" / f"Maintenance {customer}.pdf", write_pdf("Maintenance contract", lines))
    rows = [f"{number};{name};{'' if kilos is None else kilos};{price}" for number, name, kilos, price in PRODUCTS]
    prices = "\r\n".join(["number;name;capacity_kg;price_eur", *rows, ""])
    _write(folder / f"price list {now.year}.csv", prices.encode("utf-8-sig"))
    notes = "# Trade fair\n\n- stand 14 in hall B, as last year\n- bring two LP-510 and the test weights\n- Jonas: new price list\n"
    _write(folder / "notes" / "trade fair.md", notes.encode())
    minutes = "Monday meeting\n\nHopfner moves to the new hall: Mira calibrates on site.\nThe newsletter goes out next week.\n"
    _write(folder / "notes" / "monday meeting.txt", minutes.encode())


def write_manuals(folder: Path) -> None:
    """What Service looks things up in."""
    for number, name, _, _ in PRODUCTS[:6]:
        lines = ("E1: load cell not found", "E2: too much on the scale", "E3: moved while weighing",
                 "E4: the cable between scale and display is loose", "E5: calibrate again")  # fmt: skip
        _write(folder / f"{number}.pdf", write_pdf(f"{name} {number}: what the display says", lines))


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)

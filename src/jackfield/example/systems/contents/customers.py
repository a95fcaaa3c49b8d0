"""The customer database: 200 customers with their contacts, the products, and what was ordered."""

import random
import sqlite3
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Final

CUSTOMERS: Final = 200
_SEED: Final = 220
"""The same company every time."""
_SCHEMA: Final = """
    CREATE TABLE customer (
        id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, street TEXT NOT NULL, postcode TEXT NOT NULL,
        city TEXT NOT NULL, country TEXT NOT NULL, segment TEXT NOT NULL, account_manager TEXT NOT NULL,
        customer_since DATE NOT NULL, discount_percent NUMERIC NOT NULL DEFAULT 0
    );
    CREATE TABLE contact (
        id INTEGER PRIMARY KEY, customer_id INTEGER NOT NULL REFERENCES customer, name TEXT NOT NULL, role TEXT NOT NULL,
        email TEXT NOT NULL UNIQUE, phone TEXT
    );
    CREATE TABLE product (
        number TEXT PRIMARY KEY, name TEXT NOT NULL, capacity_kg NUMERIC, price NUMERIC NOT NULL
    );
    CREATE TABLE "order" (
        id INTEGER PRIMARY KEY, customer_id INTEGER NOT NULL REFERENCES customer, ordered_on DATE NOT NULL,
        delivered_on DATE, status TEXT NOT NULL CHECK (status IN ('open', 'delivered', 'cancelled'))
    );
    CREATE TABLE order_line (
        order_id INTEGER NOT NULL REFERENCES "order" ON DELETE CASCADE, line INTEGER NOT NULL,
        product TEXT NOT NULL REFERENCES product, quantity INTEGER NOT NULL CHECK (quantity > 0), price NUMERIC NOT NULL,
        PRIMARY KEY (order_id, line)
    );
    CREATE INDEX contact_customer ON contact (customer_id);
    CREATE INDEX order_customer ON "order" (customer_id, ordered_on);
    CREATE VIEW revenue AS
        SELECT c.id AS customer_id, c.name, sum(l.quantity * l.price) AS total, max(o.ordered_on) AS last_order
        FROM customer c JOIN "order" o ON o.customer_id = c.id JOIN order_line l ON l.order_id = o.id
        WHERE o.status <> 'cancelled' GROUP BY c.id;
"""
PRODUCTS: Final = (
    ("LX-110", "Counter scale", 15, 420),
    ("LX-120", "Counter scale, washable", 15, 560),
    ("LX-220", "Bench scale", 60, 780),
    ("LX-240", "Bench scale, steel", 150, 1_140),
    ("LX-310", "Platform scale", 600, 2_350),
    ("LX-320", "Platform scale, mobile", 1_500, 3_480),
    ("LP-500", "Precision balance, 1 mg", 0.5, 1_890),
    ("LP-510", "Precision balance, 0.1 mg", 0.2, 2_790),
    ("LA-900", "Analytical balance", 0.1, 4_650),
    ("SV-010", "Calibration with certificate", None, 160),
    ("SV-020", "Yearly maintenance", None, 290),
    ("AC-001", "Test weight set, class F1", None, 340),
    ("AC-014", "Label printer", None, 390),
)
NAMED: Final = (
    ("Brauhaus Hopfner", "Graz", "AT", "food"),
    ("Apotheke am Markt", "Wien", "AT", "pharmacy"),
    ("Feinkost Marosi", "Budapest", "HU", "food"),
    ("Kaffeerösterei Sirius", "Linz", "AT", "food"),
    ("Labor Dr. Weiss", "München", "DE", "laboratory"),
    ("Zlatarna Perko", "Ljubljana", "SI", "jewellery"),
    ("Pharma Tatra", "Bratislava", "SK", "pharmacy"),
    ("Käserei Alpenblick", "Innsbruck", "AT", "food"),
    ("Recycling Nord", "Linz", "AT", "industry"),
    ("Goldschmiede Auer", "Salzburg", "AT", "jewellery"),
    ("Pekárna U Mlýna", "Brno", "CZ", "food"),
    ("Institut für Metrologie", "Zürich", "CH", "laboratory"),
)
"""Those who also write mails and tickets."""
_KINDS: Final = {
    "food": ("Bäckerei", "Metzgerei", "Käserei", "Kaffeerösterei", "Feinkost", "Mühle"),
    "pharmacy": ("Apotheke", "Drogerie"),
    "laboratory": ("Labor", "Institut"),
    "jewellery": ("Goldschmiede", "Juwelier"),
    "industry": ("Metallbau", "Spedition", "Recycling", "Werkzeugbau"),
}
_FAMILIES: Final = (
    "Adler",
    "Bauer",
    "Berger",
    "Novotny",
    "Horvat",
    "Kovács",
    "Fuchs",
    "Gruber",
    "Haas",
    "Huber",
    "Jakob",
    "Kaiser",
    "Keller",
    "Kralj",
    "Lang",
    "Lechner",
    "Maier",
    "Moser",
    "Nagy",
    "Pichler",
    "Reiter",
    "Schuster",
    "Seidl",
    "Steiner",
    "Svoboda",
    "Szabó",
    "Toth",
    "Urban",
    "Wagner",
    "Weber",
    "Winkler",
    "Zeman",
    "Zimmermann",
)
_FIRST: Final = (
    "Anna",
    "Eva",
    "Marie",
    "Petra",
    "Ivana",
    "Zsófia",
    "Lena",
    "Sophie",
    "Klara",
    "Jana",
    "Lukas",
    "Peter",
    "Jan",
    "Marek",
    "Gábor",
    "Stefan",
    "Paul",
    "Tomáš",
    "Andrej",
    "Martin",
    "Georg",
    "Felix",
)
_CITIES: Final = (
    ("Wien", "AT", "1070", "1"),
    ("Graz", "AT", "8010", "316"),
    ("Linz", "AT", "4020", "732"),
    ("Salzburg", "AT", "5020", "662"),
    ("Innsbruck", "AT", "6020", "512"),
    ("München", "DE", "80331", "89"),
    ("Regensburg", "DE", "93047", "941"),
    ("Zürich", "CH", "8001", "44"),
    ("Brno", "CZ", "602 00", "5"),
    ("Bratislava", "SK", "811 01", "2"),
    ("Ljubljana", "SI", "1000", "1"),
    ("Budapest", "HU", "1051", "1"),
)
_DIAL: Final = {"AT": "43", "DE": "49", "CH": "41", "CZ": "420", "SK": "421", "SI": "386", "HU": "36"}
_STREETS: Final = ("Hauptstraße", "Lindengasse", "Marktplatz", "Bahnhofstraße", "Mühlweg", "Am Kanal", "Gartenstraße")
_ROLES: Final = ("Purchasing", "Managing director", "Laboratory head", "Production", "Quality")


def fill(database: sqlite3.Connection, now: datetime) -> None:
    """Make the tables and all that is in them; dates are counted back from now."""
    chance, today = random.Random(_SEED), now.date()  # noqa: S311  # for an example, and the same every time
    database.executescript(_SCHEMA)
    database.executemany("INSERT INTO product VALUES (?, ?, ?, ?)", PRODUCTS)
    for number, (name, city, country, segment) in enumerate(_customers(chance), 1):
        _, _, postcode, area = next(one for one in _CITIES if one[0] == city)
        since = today - timedelta(days=chance.randrange(200, 5_000))
        manager = chance.choice(("Jonas Brandt", "Clara Linden"))
        street = f"{chance.choice(_STREETS)} {chance.randrange(1, 90)}"
        discount = chance.choice((0, 0, 0, 2, 3, 5))
        database.execute(
            "INSERT INTO customer VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (number, name, street, postcode, city, country, segment, manager, since.isoformat(), discount),
        )
        _add_contacts(database, chance, number, f"+{_DIAL[country]} {area}")
        _add_orders(database, chance, number, since, today)


def _customers(chance: random.Random) -> Iterator[tuple[str, str, str, str]]:
    """Name, city, country, segment."""
    yield from NAMED
    seen = {name for name, *_ in NAMED}
    while len(seen) < CUSTOMERS:
        segment = chance.choice(tuple(_KINDS))
        city, country, *_ = chance.choice(_CITIES)
        name = f"{chance.choice(_KINDS[segment])} {chance.choice(_FAMILIES)}"
        if name not in seen:
            seen.add(name)
            yield name, city, country, segment


def _add_contacts(database: sqlite3.Connection, chance: random.Random, customer: int, dial: str) -> None:
    for at in range(chance.choice((1, 1, 2, 3))):
        name = f"{chance.choice(_FIRST)} {chance.choice(_FAMILIES)}"
        phone = f"{dial} {chance.randrange(100_000, 999_999)}" if chance.random() < 0.8 else None
        database.execute(
            "INSERT INTO contact (customer_id, name, role, email, phone) VALUES (?, ?, ?, ?, ?)",
            (customer, name, chance.choice(_ROLES), f"contact{at + 1}@customer{customer}.example", phone),
        )


def _add_orders(database: sqlite3.Connection, chance: random.Random, customer: int, since: date, today: date) -> None:
    for _ in range(chance.choice((1, 1, 2, 3, 4, 6))):
        ordered = since + timedelta(days=chance.randrange(max(1, (today - since).days)))
        is_new = (today - ordered).days < 21
        status = "open" if is_new else chance.choice(("delivered",) * 15 + ("cancelled",))
        delivered = (ordered + timedelta(days=chance.randrange(4, 20))).isoformat() if status == "delivered" else None
        made = database.execute(
            'INSERT INTO "order" (customer_id, ordered_on, delivered_on, status) VALUES (?, ?, ?, ?)',
            (customer, ordered.isoformat(), delivered, status),
        )
        for line, (product, _, _, price) in enumerate(chance.sample(PRODUCTS, chance.choice((1, 1, 2, 3))), 1):
            quantity = chance.choice((1, 1, 1, 2, 4))
            database.execute(
                "INSERT INTO order_line VALUES (?, ?, ?, ?, ?)", (made.lastrowid, line, product, quantity, price)
            )

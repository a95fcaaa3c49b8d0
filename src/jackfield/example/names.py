"""What the company and its people are called; known to the server and to the systems, and importing nothing."""

from collections.abc import Mapping
from typing import Final

COMPANY: Final = "Linden Instruments"
DOMAIN: Final = "linden.example"
"""Reserved for examples (RFC 2606): a mail to it can't reach anybody."""
HOST: Final = "127.0.0.1"
NAMES: Final[Mapping[str, str]] = {
    "clara": "Clara Linden",
    "jonas": "Jonas Brandt",
    "mira": "Mira Kovač",
    "tom": "Tom Eder",
    "paula": "Paula Novak",
}
MAILBOXES: Final = ("orders", "support", "news", "outside")
"""Of nobody in particular; everybody has one of his own, too. What is sent to others than the company lies in the last."""


def address(account: str) -> str:
    """The mail address of a mailbox or person."""
    return f"{account}@{DOMAIN}"

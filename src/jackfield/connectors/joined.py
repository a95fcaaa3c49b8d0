"""Several ways to sign in within one connection, as `api_key_header+basic`.

Their fields are called `1.name`, `1.value`, `2.username`, `2.password`. What is joined is a way to sign in like any other: each field is sealed, kept, replaced and shown by itself (rule C2).
"""

from collections.abc import Iterable, Sequence
from copy import copy
from typing import Any, ClassVar, Final, Self

from pydantic import create_model, model_validator

from jackfield.connectors.fields import Credentials
from jackfield.kernel import Secret

JOINT: Final = "+"
"""Between the keys of what is joined."""


class JoinedCredentials(Credentials):
    """Those of several ways to sign in."""

    joined: ClassVar[tuple[type[Credentials], ...]] = ()

    @model_validator(mode="after")
    def _check_distinct(self) -> Self:
        """Two that differ in their secrets alone go to the same place: only one of them would ever be sent."""
        seen: dict[tuple[type[Credentials], str], int] = {}
        for number, one in enumerate(self.split(), start=1):
            plain = {name: value for name, value in one if not isinstance(value, Secret)}
            same = seen.setdefault((type(one), repr(plain)), number)
            if same != number:
                raise ValueError(f"the ways to sign in {same} and {number} are the same; leave one of them out")
        return self

    def split(self) -> tuple[Credentials, ...]:
        """Each by itself, in their order."""
        return tuple(
            # Read and checked with the whole.
            one.model_construct(**{name: getattr(self, f"{number}.{name}") for name in one.model_fields})
            for number, one in enumerate(self.joined, start=1)
        )


def join(credentials: Sequence[type[Credentials]]) -> type[JoinedCredentials]:
    """What is filled in for all of them together."""
    fields: dict[str, Any] = {
        f"{number}.{name}": (declared.annotation, copy(declared))
        for number, one in enumerate(credentials, start=1)
        for name, declared in one.model_fields.items()
    }
    made = create_model("JoinedCredentials", __base__=JoinedCredentials, **fields)
    made.joined = tuple(credentials)
    return made


def part_of(field: str) -> str:
    """Which of what was joined a field belongs to, by its number; empty where nothing is joined."""
    number, dot, _ = field.partition(".")
    return number if dot else ""


def carry(old: str, new: str, fields: Iterable[str]) -> dict[str, str]:
    """Which fields stay where one way to sign in becomes another: their new names, each with the old one.

    What is joined is each for itself, so its fields stay while others come and go. Of several of one kind it can't be told
    which of them is gone: then none stays.
    """
    here, there = old.split(JOINT), new.split(JOINT)
    free = {key: [at for at, one in enumerate(there) if one == key] for key in here}
    places = {at: free[key].pop(0) for at, key in enumerate(here) if here.count(key) <= there.count(key)}
    found: dict[str, str] = {}
    for name in fields:
        number = int(part_of(name) or 1) - 1
        if number in places:
            plain = name.partition(".")[2] if part_of(name) else name
            found[plain if len(there) == 1 else f"{places[number] + 1}.{plain}"] = name
    return found


def split(credentials: Credentials) -> tuple[Credentials, ...]:
    """Each of what was joined by itself; else the one."""
    return credentials.split() if isinstance(credentials, JoinedCredentials) else (credentials,)

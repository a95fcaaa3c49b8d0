"""The connectors of an installation."""

from collections.abc import Iterable, Iterator
from typing import Any

from jackfield.connectors.connector import Connector
from jackfield.errors import NotFoundError


class Catalogue:
    """Connectors by their key, in the order they are offered."""

    def __init__(self, connectors: Iterable[Connector[Any]]) -> None:
        self._by_key = {one.key: one for one in connectors}

    def __iter__(self) -> Iterator[Connector[Any]]:
        return iter(self._by_key.values())

    def get(self, key: str) -> Connector[Any]:
        """The connector of a key.

        Raises:
            NotFoundError: There is none.
        """
        found = self._by_key.get(key)
        if found is None:
            known = ", ".join(self._by_key)
            raise NotFoundError(f"there is no connector {key[:60]!r}; there are {known}", field="connector")
        return found

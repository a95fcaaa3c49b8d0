"""A value that doesn't leave by accident."""

import hmac
from typing import Any, NoReturn


class Secret:
    """Text that has no `str`, no `repr` of its value, no JSON, no pickle, no copy (mechanism M03).

    `reveal` is the one way to the text; it is called where a credential is sealed or used, and nowhere else.
    """

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """The text itself."""
        return self._text

    def __repr__(self) -> str:
        return "[secret]"

    __str__ = __repr__

    def __format__(self, format_spec: str) -> str:
        return "[secret]"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and hmac.compare_digest(_bytes(self._text), _bytes(other._text))

    def __hash__(self) -> NoReturn:
        raise TypeError("a secret is no key")

    def __bool__(self) -> bool:
        return bool(self._text)

    def __reduce_ex__(self, protocol: Any) -> NoReturn:
        raise TypeError("a secret can't be pickled or copied")


def _bytes(text: str) -> bytes:
    # Text from JSON may hold lone surrogates; an error about them would carry the secret.
    return text.encode("utf-8", "surrogatepass")

"""JSON Pointers (RFC 6901), and locations: `document#pointer`, where the document itself is the empty name."""

from functools import lru_cache
from urllib.parse import unquote


@lru_cache(maxsize=4096)
def escape(token: str) -> str:
    """A member's name inside a pointer."""
    if "/" in token or "~" in token:
        return token.replace("~", "~0").replace("/", "~1")
    return token


def unescape(token: str) -> str:
    """The member's name again."""
    return token.replace("~1", "/").replace("~0", "~") if "~" in token else token


def split_pointer(pointer: str) -> tuple[str, ...]:
    """The names on the way.

    Raises:
        ValueError: It doesn't begin with a slash.
    """
    if not pointer:
        return ()
    if not pointer.startswith("/"):
        raise ValueError("a JSON Pointer begins with a slash")
    tokens = pointer[1:].split("/")
    return tuple(map(unescape, tokens)) if "~" in pointer else tuple(tokens)


def under(location: str, *tokens: str | int) -> str:
    """The location of a member of what is there; also for a bare pointer."""
    for token in tokens:
        location = f"{location}/{escape(str(token))}"
    return location


def read_fragment(fragment: str) -> str:
    """The pointer in the fragment of a URI (RFC 6901 §6)."""
    return unquote(fragment) if "%" in fragment else fragment


def split_location(location: str) -> tuple[str, str]:
    """The document's name, and the pointer in it."""
    name, _, pointer = location.partition("#")
    return name, pointer


def pointer_of(location: str) -> str:
    """The pointer alone."""
    return location.partition("#")[2]

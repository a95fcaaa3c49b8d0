"""JSON Pointers (RFC 6901), and locations: `document#pointer`, where the document itself is the empty name."""

from urllib.parse import unquote


def escape(token: str) -> str:
    """A member's name inside a pointer."""
    return token.replace("~", "~0").replace("/", "~1")


def unescape(token: str) -> str:
    """The member's name again."""
    return token.replace("~1", "/").replace("~0", "~")


def split_pointer(pointer: str) -> tuple[str, ...]:
    """The names on the way.

    Raises:
        ValueError: It doesn't begin with a slash.
    """
    if not pointer:
        return ()
    if not pointer.startswith("/"):
        raise ValueError("a JSON Pointer begins with a slash")
    return tuple(unescape(token) for token in pointer[1:].split("/"))


def under(location: str, *tokens: str | int) -> str:
    """The location of a member of what is there; also for a bare pointer."""
    return location + "".join(f"/{escape(str(token))}" for token in tokens)


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

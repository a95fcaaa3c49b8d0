"""One document as a tree that is decoded where it is looked at.

The wide levels (paths, and each kind of component) are kept as views of the text; a member is decoded when it is
asked for, and the last ones are kept. A description of 13 MB costs its text and little more.
"""

import re
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from typing import Any, Final, cast

import msgspec

from jackfield.openapi.documents.json_text import check_json
from jackfield.openapi.documents.limits import Limits
from jackfield.openapi.documents.places import Place
from jackfield.openapi.documents.pointers import split_pointer, under
from jackfield.openapi.errors import DocumentError, DocumentTooLargeError

_WIDE: Final = frozenset({"", "/paths", "/components", "/definitions", "/parameters", "/responses"})
_KINDS: Final = 2
"""How deep the kinds of components are."""
_KEPT_BYTES: Final = 1 << 20
"""Of text, whose members are kept decoded."""
_INDEX: Final = re.compile(r"0|[1-9][0-9]{0,8}")
_BOM: Final = b"\xef\xbb\xbf"
_Views = dict[str, msgspec.Raw]
_read_views: Final = msgspec.json.Decoder(_Views).decode
_read: Final = msgspec.json.Decoder().decode


class Document:
    """A JSON document. Values that it gives are shared: look, don't touch."""

    def __init__(self, json_text: bytes, *, source: bytes, is_yaml: bool) -> None:
        self.json_text = json_text
        """As JSON; what a server keeps, since it can be read again without any of the checks."""
        self._source = source
        self._is_yaml = is_yaml
        self._views: dict[str, _Views] = {}
        self._decoded: OrderedDict[str, Any] = OrderedDict()
        self._sizes = 0

    def get(self, pointer: str) -> Any:
        """The value there.

        Raises:
            KeyError: There is nothing.
        """
        tokens = split_pointer(pointer)
        at, rest = "", 0
        while _is_wide(at) and rest < len(tokens):
            views = self.views(at)
            if views is None:
                break
            token = tokens[rest]
            if token not in views:
                raise KeyError(pointer)
            at, rest = under(at, token), rest + 1
        value = self._piece(at)
        for token in tokens[rest:]:
            value = _member(value, token, pointer)
        return value

    def has(self, pointer: str) -> bool:
        """Whether there is anything; a member of a wide level is not decoded for that."""
        parent, _, _ = pointer.rpartition("/")
        if _is_wide(parent) and pointer and (views := self.views(parent)) is not None:
            return split_pointer(pointer)[-1] in views
        try:
            self.get(pointer)
        except (KeyError, ValueError):
            return False
        return True

    def views(self, pointer: str) -> Mapping[str, msgspec.Raw] | None:
        """The members of a wide level, undecoded; None if it is no object or not there."""
        found = self._views.get(pointer)
        if found is not None:
            return found
        raw = self._raw(pointer)
        if raw is None or not _begins_object(raw):
            return None
        found = _read_views(raw)
        self._views[pointer] = found
        return found

    def names(self, pointer: str) -> Iterable[str]:
        """The names of the members of a wide level, in their order."""
        return self.views(pointer) or ()

    def places(self, pointers: Iterable[str]) -> Mapping[str, Place]:
        """Where they stand in the text that was given."""
        from jackfield.openapi.documents.positions import find_places  # noqa: PLC0415  # as below

        return find_places(self._source, pointers, is_yaml=self._is_yaml)

    def _raw(self, pointer: str) -> bytes | msgspec.Raw | None:
        if not pointer:
            return self.json_text
        parent, _, _ = pointer.rpartition("/")
        views = self.views(parent)
        return None if views is None else views.get(split_pointer(pointer)[-1])

    def _piece(self, pointer: str) -> Any:
        if pointer in self._decoded:
            self._decoded.move_to_end(pointer)
            return self._decoded[pointer]
        raw = self._raw(pointer)
        if raw is None:
            raise KeyError(pointer)
        value = _read(raw)
        self._decoded[pointer] = value
        self._sizes += len(memoryview(raw))
        while self._sizes > _KEPT_BYTES and len(self._decoded) > 1:
            old, _ = self._decoded.popitem(last=False)
            self._sizes -= len(memoryview(self._raw(old) or b""))
        return value


def _is_wide(pointer: str) -> bool:
    return pointer in _WIDE or (pointer.startswith("/components/") and pointer.count("/") == _KINDS)


def _begins_object(raw: bytes | msgspec.Raw) -> bool:
    return bytes(memoryview(raw)[:64]).lstrip()[:1] == b"{"


def _member(value: Any, name: str, pointer: str) -> Any:
    if isinstance(value, dict):
        members = cast("dict[str, Any]", value)
        if name in members:
            return members[name]
    elif isinstance(value, list) and _INDEX.fullmatch(name):
        items = cast("list[Any]", value)
        if int(name) < len(items):
            return items[int(name)]
    raise KeyError(pointer)


def read_document(text: bytes | str, limits: Limits | None = None) -> Document:
    """Read JSON or YAML.

    Raises:
        DocumentError: It is neither, or not in the way that everybody reads the same.
        DocumentTooLargeError: It passes a limit.
    """
    allowed = limits or Limits()
    source = (text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text).removeprefix(_BOM)
    is_yaml = source[:4096].lstrip()[:1] not in {b"{", b"["}
    largest = allowed.yaml_bytes if is_yaml else allowed.json_bytes
    if len(source) > largest:
        if is_yaml:
            raise DocumentTooLargeError(
                f"the document has {len(source):,} bytes; {largest:,} are accepted as YAML, and {allowed.json_bytes:,} as JSON",
                limit=largest,
            )
        raise DocumentTooLargeError(
            f"the document has {len(source):,} bytes, and {largest:,} are accepted; leave out the paths that nobody needs",
            limit=largest,
        )
    if is_yaml:
        # Loaded when there is some: a server reads YAML in processes of their own, and need not hold its library.
        from jackfield.openapi.documents.yaml_text import yaml_to_json  # noqa: PLC0415

        return Document(yaml_to_json(source, allowed), source=source, is_yaml=True)
    check_json(source)
    return trust_document(source)


def trust_document(json_text: bytes) -> Document:
    """What has been through `read_document` before, as its `json_text`.

    Raises:
        DocumentError: It is not what was stored.
    """
    try:
        if not _begins_object(json_text):
            raise DocumentError("the document is a list; a description is an object")
        document = Document(json_text, source=json_text, is_yaml=False)
        document.views("")
    except msgspec.DecodeError as error:
        raise DocumentError(f"not JSON: {error}") from None
    return document

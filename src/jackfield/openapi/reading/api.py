"""The whole description: every operation that can be understood, and a report on the others (rule O2)."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, cast

from jackfield.openapi.documents.document import Document
from jackfield.openapi.documents.limits import Limits
from jackfield.openapi.documents.places import Place as TextPlace
from jackfield.openapi.documents.pointers import pointer_of, under
from jackfield.openapi.documents.references import Library, Node
from jackfield.openapi.errors import DocumentError, DocumentTooLargeError, OperationUnknownError
from jackfield.openapi.models import Note, Operation, Report, SecurityScheme, Server, Tag, Version
from jackfield.openapi.reading.names import name_operations
from jackfield.openapi.reading.operations import (
    Context,
    Declared,
    Described,
    methods_of,
    misplaced_methods,
    read_operation,
)
from jackfield.openapi.reading.security import read_requirements, read_schemes
from jackfield.openapi.reading.servers import read_servers, read_swagger_servers
from jackfield.openapi.reading.values import Members, listing, mapping, text, texts
from jackfield.openapi.schemas.references import unresolved_references

_SHOWN: Final = 240
_WIDE: Final = frozenset({"paths", "components", "definitions", "parameters", "responses", "webhooks"})


@dataclass(frozen=True, slots=True)
class Api:
    """What a description offers."""

    library: Library
    version: Version
    title: str
    api_version: str
    description: str
    operations: tuple[Operation, ...]
    schemes: Mapping[str, SecurityScheme]
    servers: tuple[Server, ...]
    tags: tuple[Tag, ...]
    report: Report
    url: str | None = None
    """Where the document is from; relative servers are relative to it."""
    _by_name: Mapping[str, Operation] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Make the operations findable: every call looks for one of maybe thousands."""
        object.__setattr__(self, "_by_name", {one.name: one for one in self.operations})

    def find_operation(self, name: str) -> Operation | None:
        """By its name, its operationId, or `GET /path`."""
        named = self._by_name.get(name)
        if named is not None:
            return named
        found = [one for one in self.operations if one.operation_id == name]
        if len(found) == 1:
            return found[0]
        method, _, path = name.partition(" ")
        exact = next((one for one in self.operations if one.label == name), None)
        if exact is not None:
            return exact
        return next((one for one in self.operations if one.path == path and one.method == method.upper()), None)

    def get_operation(self, name: str) -> Operation:
        """The same.

        Raises:
            OperationUnknownError: There is none, or it was skipped.
        """
        found = self.find_operation(name)
        if found is not None:
            return found
        skipped = next((one for one in self.report.skipped if one.operation == name), None)
        if skipped is not None:
            raise OperationUnknownError(f"{name} could not be understood: {skipped.reason}", what="operation")
        raise OperationUnknownError(f"the document has no operation {name!r}", what="operation")


def read_api(
    document: Document,
    *,
    url: str | None = None,
    others: Mapping[str, Document] | None = None,
    limits: Limits | None = None,
    only: Mapping[str, str] | None = None,
) -> Api:
    """Understand a document.

    Args:
        document: What was read.
        url: Where it is from; relative servers are relative to it.
        others: Documents beside it, by the names that references have for them.
        limits: Those of a server that reads what strangers send, unless others are given.
        only: Of a document that was understood before, only these operations: their names then, by `GET /path`. A call
            needs one, and all the others cost many times as much. The report is on these alone.

    Raises:
        DocumentError: It is no OpenAPI document at all.
        DocumentTooLargeError: It has too many operations.
    """
    library = Library(document, url=url, others=others)
    return _Reading(library, url, limits or Limits(), only).read()


class _Reading:
    def __init__(self, library: Library, url: str | None, limits: Limits, only: Mapping[str, str] | None) -> None:
        self._library = library
        self._url = url
        self._limits = limits
        self._only = only
        self._described: list[Described] = []
        self._skipped: list[Note] = []
        self._warnings: list[Note] = []

    def read(self) -> Api:
        document = self._library.root
        root = _root(document)
        version = read_version(root)
        schemes, problems = read_schemes(self._library, version)
        self._warnings += [Note(one.message, str(one.data.get("pointer") or "")) for one in problems]
        is_swagger = version is Version.SWAGGER_2_0
        servers = read_swagger_servers(root) if is_swagger else read_servers(root.get("servers"))
        context = Context(
            library=self._library,
            version=version,
            root=root,
            servers=servers or (Server(url="/"),),
            security=read_requirements(root.get("security"), self._library, schemes),
            schemes=schemes,
            consumes=texts(root, "consumes"),
            produces=texts(root, "produces"),
        )
        for path in self._paths():
            self._path(context, path)
        operations = self._operations()
        if self._only is None:
            self._warnings += _remarks(root, version, operations)
        info = mapping(root, "info")
        return Api(
            library=self._library,
            version=version,
            title=text(info, "title"),
            api_version=str(info.get("version") or ""),
            description=text(info, "description"),
            operations=operations,
            schemes=schemes,
            servers=context.servers,
            tags=tuple(_tags(root)),
            report=self._report(operations),
            url=self._url,
        )

    def _paths(self) -> Iterable[str]:
        names = self._library.root.names("/paths")
        if self._only is None:
            return names
        wanted = {one.partition(" ")[2] for one in self._only}
        return [one for one in names if one in wanted]

    def _path(self, context: Context, path: str) -> None:
        location = under("#/paths", path)
        if path.startswith("x-"):
            return
        try:
            items = self._items(location)
            methods = methods_of(items, context.version)
            misplaced = list(misplaced_methods(items, context.version)) if self._only is None else []
        except DocumentError as error:
            self._skip(path, error, location)
            return
        if len(self._described) + len(self._skipped) + len(methods) + len(misplaced) > self._limits.operations:
            raise DocumentTooLargeError(
                f"the document has more than {self._limits.operations:,} operations, the most that are accepted; leave out "
                "the paths that nobody needs",
                limit=self._limits.operations,
            )
        for method, declared in methods:
            if self._only is None or f"{method} {path}" in self._only:
                self._operation(context, path, method, items, declared)
        for method, problem in misplaced:
            self._skip(f"{method} {path}", problem, location)

    def _items(self, location: str) -> list[Node]:
        """The path item; where it refers to another and has members of its own, both, the own one first."""
        own: Any = self._library.get(location)
        found = [self._library.resolve(location)]
        if isinstance(own, dict) and "$ref" in own and len(cast("Members", own)) > 1:
            found.insert(0, Node(location, cast("Members", own)))
        return found

    def _operation(self, context: Context, path: str, method: str, items: list[Node], declared: Declared) -> None:
        location, _ = declared
        try:
            if not path.startswith("/"):
                raise DocumentError(f"the path {path!r} doesn't begin with a slash", pointer=under("/paths", path))  # noqa: TRY301  # reported as all the others
            described = read_operation(context, path, method, items, declared)
            if self._only is None:
                self._check_schemas(described.operation)
            self._described.append(described)
        except DocumentError as error:
            self._skip(f"{method} {path}", error, location)
        except RecursionError:
            self._skip(f"{method} {path}", DocumentError("it is nested too deep"), location)

    def _check_schemas(self, operation: Operation) -> None:
        """Whether all that a request needs can be reached."""
        wanted = [one.schema for one in operation.parameters if one.schema]
        if operation.body:
            wanted += [one for media in operation.body.content for one in (media.schema, media.item_schema) if one]
        for location in wanted:
            for problem in unresolved_references(self._library, location):
                raise problem

    def _skip(self, operation: str, error: DocumentError, location: str) -> None:
        pointer = str(error.data.get("pointer") or location.partition("#")[2])
        self._skipped.append(Note(_short(error.message), pointer, operation=operation))

    def _operations(self) -> tuple[Operation, ...]:
        found = [one.operation for one in self._described]
        if self._only is not None:
            return tuple(replace(one, name=self._only[one.label]) for one in found)
        names = name_operations([(one.operation_id, one.method, one.path) for one in found])
        return tuple(replace(one, name=name) for one, name in zip(found, names, strict=True))

    def _report(self, operations: tuple[Operation, ...]) -> Report:
        warnings = [*self._warnings, *(note for one in self._described for note in one.warnings)]
        wanted = {one.pointer for one in (*self._skipped, *warnings)}
        places: Mapping[str, TextPlace] = self._library.root.places(wanted) if wanted else {}
        return Report(
            operations=len(operations) + len(self._skipped),
            understood=len(operations),
            skipped=tuple(_placed(self._skipped, places)),
            warnings=tuple(_placed(warnings, places)),
        )


def _root(document: Document) -> Members:
    """The members of the document but the wide ones."""
    names = [one for one in document.names("") if one not in _WIDE]
    members = {one: document.get(under("", one)) for one in names}
    return members | ({"paths": True} if "paths" in document.names("") else {})


def _remarks(root: Members, version: Version, operations: tuple[Operation, ...]) -> Iterator[Note]:
    """What a document must have and can be understood without, and operationIds that are there twice."""
    for name in ("title", "version"):
        if name not in mapping(root, "info"):
            yield Note(f"the document has no info.{name}", "/info" if "info" in root else "")
    if not root.get("paths") and version in {Version.SWAGGER_2_0, Version.OPENAPI_3_0}:
        yield Note("the document has no paths", "")
    uses = Counter(one.operation_id for one in operations if one.operation_id)
    for one in operations:
        if one.operation_id and uses[one.operation_id] > 1:
            reason = (
                f"the operationId {one.operation_id!r} is there {uses[one.operation_id]} times; this one is {one.name}"
            )
            yield Note(reason, pointer_of(under(one.location, "operationId")), operation=one.label)


def read_version(root: Members) -> Version:
    """The specification that the document says it follows.

    Raises:
        DocumentError: It says none, or one that isn't known.
    """
    said = root.get("openapi", root.get("swagger"))
    if said is None:
        raise DocumentError("this is no OpenAPI document: it has neither `openapi` nor `swagger`", pointer="")
    found = str(said).strip()
    for version in Version:
        if found == version.value or found.startswith(f"{version.value}."):
            return version
    pointer = "/openapi" if "openapi" in root else "/swagger"
    raise DocumentError(f"OpenAPI {found[:20]!r} is not known; 2.0, 3.0, 3.1 and 3.2 are", pointer=pointer)


def _tags(root: Members) -> Iterator[Tag]:
    for one in listing(root, "tags"):
        if isinstance(one, dict):
            members: dict[str, Any] = one  # pyright: ignore[reportUnknownVariableType]  # JSON
            yield Tag(text(members, "name"), text(members, "description"))


def _short(message: str) -> str:
    return message if len(message) <= _SHOWN else message[:_SHOWN] + "…"


def _placed(notes: list[Note], places: Mapping[str, TextPlace]) -> Iterator[Note]:
    for one in notes:
        place = places.get(one.pointer)
        yield replace(one, line=place.line, column=place.column) if place else one

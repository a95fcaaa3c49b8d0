"""Which methods are meant: by a filter, page by page."""

from collections.abc import Iterable, Iterator

from jackfield.errors import InvalidError
from jackfield.integrations.models import Definition, Method, MethodFilter
from jackfield.kernel import Page, PageRequest, name_key

_ORDER = "document"


def select_methods(definition: Definition, wanted: MethodFilter) -> Iterator[Method]:
    """The methods that a filter finds, in the order of the document."""
    search = name_key(wanted.search) if wanted.search else ""
    for method in definition.methods.values():
        if wanted.verb is not None and method.verb != wanted.verb.upper():
            continue
        if wanted.tag is not None and wanted.tag not in method.tags:
            continue
        if wanted.effect is not None and method.effect is not wanted.effect:
            continue
        if wanted.is_granted is not None and (method.name in definition.grants) is not wanted.is_granted:
            continue
        if search and search not in name_key(" ".join((method.name, method.label, method.summary, *method.tags))):
            continue
        yield method


def cut_page(definition: Definition, found: Iterable[Method], page: PageRequest) -> Page[Method]:
    """One page of methods; the place is the name of the last one, which an update may have taken away."""
    places = {name: place for place, name in enumerate(definition.methods)}
    after = page.after(_ORDER, 1)
    start = -1
    if after is not None:
        if str(after[0]) not in places:
            raise InvalidError("the cursor is not one of ours; start again without it", field="cursor")
        start = places[str(after[0])]
    rows = [one for one in found if places[one.name] > start][: page.limit + 1]
    return Page[Method].cut(rows, page.limit, _ORDER, lambda one: (one.name,))

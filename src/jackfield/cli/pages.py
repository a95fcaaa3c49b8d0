"""`jackfield integration call --all-pages`: a method's list, page after page."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from jackfield.cli.commands import Desk
from jackfield.cli.failures import CommandError
from jackfield.cli.files import write_new
from jackfield.cli.output import hint, print_json
from jackfield.cli.remote import JsonObject
from jackfield.cli.results import show_result
from jackfield.kernel import write_json

MOST_PAGES: Final = 100
"""If nothing else is said."""


@dataclass(slots=True)
class _Gathered:
    items: list[Any] = field(default_factory=list[Any])
    pages: int = 0
    next: dict[str, Any] | None = None
    """The arguments of the page after the last that was read; None if there is none."""
    differing: int = 0
    """Pages that are not what the document says."""


def perform_all(desk: Desk, path: str, arguments: dict[str, Any], *, most: int, out: Path | None) -> None:
    """Call a method until its list ends, or for so many pages; show or write the items of all of them.

    Each page is a call of its own, authorised and recorded like any other.

    Raises:
        CommandError: The method doesn't page, or an answer has no list where it should be.
    """
    found = _gather(desk, path, arguments, most)
    result = {"items": found.items, "pages": found.pages, "next": found.next}
    if out is not None:
        target = out / "result.json" if out.is_dir() else out
        write_new(target, write_json(result) + b"\n")
        hint(f"Wrote {target}.")
    elif desk.as_json:
        print_json(result)
    else:
        show_result({"pages": found.pages, "count": len(found.items), "items": found.items})
    if found.differing:
        hint(f"{found.differing} of {found.pages} pages are not what the document says.")
    if found.next is not None:
        arguments_text = write_json(found.next).decode()
        hint(f"There is more after page {found.pages}; --max-pages takes more, --args '{arguments_text}' goes on.")


def _gather(desk: Desk, path: str, arguments: dict[str, Any], most: int) -> _Gathered:
    found = _Gathered(next=arguments)
    while found.next is not None and found.pages < most:
        done: JsonObject = desk.remote.send("POST", path, body={"arguments": found.next}).value
        result: JsonObject = done["result"]
        page: JsonObject | None = result["page"]
        if page is None:
            raise CommandError("nothing shows how this method comes in pages; call it without --all-pages")
        if page["items"] is None:
            raise CommandError(f"page {found.pages + 1} has no list where the document says; call without --all-pages")
        items: Any = result["body"]
        for name in page["items"]:
            items = items[name]
        found.items += items
        found.pages += 1
        found.differing += result["checked"] == "differs"
        found.next = page["next"]
    return found

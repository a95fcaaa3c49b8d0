"""What docs/ says is there and true: read from the program, and demanded of the pages."""

import json
import re
import shlex
import subprocess
import sys
from collections.abc import Generator, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import product
from pathlib import Path
from threading import Thread
from types import ModuleType
from typing import Any

import pytest
from typer.main import get_command

import house_docs
from house_docs import DOCS, ROOT
from jackfield import settings
from jackfield.cli.app import app
from jackfield.connectors import Connector, Use, parse_fields
from jackfield.egress import AllowedTarget, Egress, ReachPolicy
from jackfield.errors import RemoteSignInError
from jackfield.settings import Limits

PAGES = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md"), *(ROOT / "benchmarks").glob("*.md")])
WRITTEN_BY_US = [page for page in PAGES if page.name not in {"product.md", "security.md"}]


def text_of(name: str) -> str:
    return (DOCS / name).read_text("utf-8")


def test_what_is_written_from_the_program_is_current() -> None:
    pages = house_docs.pages()

    assert {"operate.md", "connectors.md", "errors.md"} <= {path.name for path in pages}
    stale = [path.name for path, text in pages.items() if path.read_text("utf-8") != text]
    assert not stale, f"run scripts/docs: {stale}"


def test_every_setting_is_documented_with_its_meaning() -> None:
    found = [
        *house_docs.variables(settings.Settings, "JACKFIELD_"),
        *house_docs.variables(settings.Limits, "JACKFIELD_LIMITS__"),
        *house_docs.variables(settings.ClientSettings, "JACKFIELD_"),
    ]
    operate = text_of("operate.md")

    assert len(found) >= 45
    assert [name for name, _, meaning in found if not meaning or f"| `{name}` |" not in operate] == []


def test_every_connector_and_action_is_documented() -> None:
    connectors = text_of("connectors.md")
    names = [f"{one.key} {action}" for one in house_docs.catalogue() for action in one.actions]

    assert len(names) >= 30
    assert [one.key for one in house_docs.catalogue() if f"<!-- begin connector {one.key}:" not in connectors] == []
    assert [one.title for one in house_docs.catalogue() if f"\n## {one.title}\n\n" not in connectors] == []
    assert [name for name in names if f"### `{name}`" not in connectors] == []


def test_every_error_code_is_documented() -> None:
    errors = text_of("errors.md")
    codes = house_docs.raised()

    assert len(codes) >= 100
    assert [code for code in codes if f"| `{code}` |" not in errors] == []
    assert house_docs.STATUS_OF_CODE.keys() <= codes.keys()


# --- the command line


def command_lines() -> Iterator[tuple[str, str]]:
    """Every `jackfield …` in a block of code, with the page it is on; a line may go on after a backslash."""
    for page in WRITTEN_BY_US:
        text = page.read_text("utf-8")
        blocks = re.findall(r"^```(?:console|sh|)\n(.*?)^```$|((?:^    \S.*\n)+)", text, re.MULTILINE | re.DOTALL)
        for line in "\n".join(map("".join, blocks)).replace("\\\n", " ").splitlines():
            if found := re.match(r"\s*(?:\$ )?(?:\w+=\S+ )*(jackfield [a-z].*)", line):
                yield page.name, re.split(r"\s(?:\||>|&&|#)\s", found[1])[0]


def test_every_command_is_documented() -> None:
    text = text_of("commands.md")
    names = [" ".join(path) for path, _ in house_docs.commands()]

    assert len(names) >= 55
    assert [name for name in names if not re.search(rf"^\| `{name}[` ]", text, re.MULTILINE)] == []
    assert [path for path, command in house_docs.commands() if not command.help] == []


def parses(words: list[str]) -> str:
    """Empty, or what the program says of these words; nothing is carried out."""
    command: Any = get_command(app)
    context = None
    name = "jackfield"
    while hasattr(command, "list_commands"):
        context = command.make_context(name, [*words], parent=context, resilient_parsing=False)
        name, command, words = command.resolve_command(context, words)
    try:
        command.make_context(name, [*words], parent=context)
    except Exception as error:  # noqa: BLE001  # whatever the parser raises is what we want to read
        return str(error) or type(error).__name__
    return ""


def without_ellipses(line: str) -> Iterator[list[str]]:
    """`…` stands for a value, or for more of the same, which is left out."""
    words = shlex.split(line)[1:]
    places = [index for index, word in enumerate(words) if word == "…"]
    for kept in product((True, False), repeat=len(places)):
        left_out = {place for place, keep in zip(places, kept, strict=True) if not keep}
        yield [word for index, word in enumerate(words) if index not in left_out]


def test_every_command_line_of_the_documentation_is_understood() -> None:
    lines = list(command_lines())
    wrong: list[tuple[str, str, str]] = []
    for page, line in lines:
        said = [parses(words) for words in without_ellipses(line)]
        if all(said):
            wrong.append((page, line, said[0]))

    assert len(lines) >= 80
    assert wrong == []


# --- the pages


def anchors(page: Path) -> set[str]:
    """As GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_every_relative_link_leads_somewhere() -> None:
    links = [
        (page, target)
        for page in PAGES
        for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text("utf-8"))
        if not re.match(r"[a-z]+:", target)
    ]
    broken: list[str] = []
    for page, target in links:
        path, _, anchor = target.partition("#")
        found = (page.parent / path).resolve() if path else page
        if not found.exists() or (anchor and anchor not in anchors(found)):
            broken.append(f"{page.relative_to(ROOT)}: {target}")

    assert len(links) >= 30
    assert broken == []


def test_every_page_is_found_from_the_index() -> None:
    index = text_of("README.md")

    assert [page.name for page in DOCS.glob("*.md") if page.name != "README.md" and f"({page.name})" not in index] == []
    assert "(decisions)" in index


# In pieces, so that this file doesn't find itself.
WORKPLACE = re.compile(
    "|".join(["/" + r"work/(?:main|shared|\.library)", r"\bissues" + " show", "arti" + "factory", "ne" + "xus[./]",
              r"py" + r"pi\.[a-z]", r"files\.python" + "hosted", "/" + "root/"])
)  # fmt: skip


def test_no_file_of_the_project_tells_of_the_place_it_was_made_at() -> None:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if listed.returncode:
        pytest.skip("not a clone: there is no list of the project's files")
    files = [ROOT / name for name in listed.stdout.decode().split("\0") if name]
    found: list[str] = []
    for path in files:
        try:
            text = path.read_text("utf-8")
        except (OSError, UnicodeDecodeError):
            continue
        found += [f"{path.relative_to(ROOT)}: {hit[0]}" for hit in WORKPLACE.finditer(text)]

    assert len(files) >= 200
    assert found == []


# --- the example of a connector


class Tickets(BaseHTTPRequestHandler):
    """What the example speaks to."""

    opened: dict[str | None, dict[str, Any]]

    def do_GET(self) -> None:
        if self.path == "/me":
            self.answer({"name": "anna"})
        elif self.path == "/tickets?state=open":
            self.answer({"tickets": [{"id": 7, "title": "Printer on fire"}]})
        else:
            self.answer({}, 404)

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.answer(self.opened.setdefault(self.headers["Idempotency-Key"], {"id": 8, "title": asked["title"]}))

    def answer(self, value: Any, status: int = 200) -> None:
        known = self.headers["Authorization"] == "Bearer right"
        body = json.dumps(value if known else {}).encode()
        self.send_response(status if known else 401)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  # the library's name
        pass


@pytest.fixture
def ticket_port() -> Generator[int]:
    Tickets.opened = {}
    with ThreadingHTTPServer(("127.0.0.1", 0), Tickets) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


@pytest.fixture
def example() -> Generator[Connector[Any]]:
    """The connector of docs/write-a-connector.md."""
    (source,) = re.findall(r"^```python\n(.*?)^```$", text_of("write-a-connector.md"), re.MULTILINE | re.DOTALL)
    module = ModuleType("tickets_of_the_documentation")
    sys.modules[module.__name__] = module
    exec(compile(source, "write-a-connector.md", "exec"), module.__dict__)
    yield module.TicketsConnector()
    del sys.modules[module.__name__]


async def test_the_example_of_a_connector_works(example: Connector[Any], ticket_port: int) -> None:
    egress = Egress(Limits())

    def use(token: str, key: str | None = None) -> Use[Any]:
        raw = {"host": "127.0.0.1", "port": ticket_port, "encrypted": False}
        details = parse_fields(example.details, raw, where="details")
        scheme = example.schemes[0]
        credentials = parse_fields(scheme.credentials, {"token": token}, where="credentials")
        policy = ReachPolicy((AllowedTarget("127.0.0.1", ticket_port),), example.http_origins(details))
        return Use(details, scheme.key, credentials, egress.reach(policy), 10, key)

    async def call(name: str, one: Use[Any], **arguments: Any) -> dict[str, Any]:
        action = example.actions[name]
        result = await action.perform(example, one, parse_fields(action.arguments, arguments, where="arguments"))
        return result.model_dump()

    assert (await example.test(use("right"))).account == "anna"
    assert await call("list", use("right")) == {"tickets": [{"id": 7, "title": "Printer on fire"}]}
    first = await call("open", use("right", "k1"), title="No paper")
    assert await call("open", use("right", "k1"), title="No paper") == first == {"id": 8, "title": "No paper"}
    assert len(Tickets.opened) == 1
    with pytest.raises(RemoteSignInError) as refused:
        await example.test(use("wr0ng"))
    assert "wr0ng" not in str(refused.value)
    await egress.close()

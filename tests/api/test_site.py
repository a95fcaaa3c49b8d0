"""The web pages as a real server serves them, asked by a plain HTTP client."""

import gzip
import http.client
import re
from collections.abc import Generator
from dataclasses import dataclass
from email.message import Message

import pytest

from api.hub import Hub
from api.test_serving import free_port, running
from jackfield.api.pages import Site

INDEX = b'<!doctype html><meta name="csp-nonce" content="__CSP_NONCE__"><script src="/assets/index-4fGh.js"></script>'
SCRIPT = b"console.log('\xc3\xa4');" * 100
FILES = {
    "index.html": INDEX,
    "favicon.svg": b"<svg xmlns='http://www.w3.org/2000/svg'/>",
    "assets/index-4fGh.js": SCRIPT,
    "assets/index-4fGh.js.gz": gzip.compress(SCRIPT),
    "assets/index-4fGh.js.br": b"smaller still",
    "assets/style-9aBc.css": b"body{}",
    "assets/letters-1.woff2": b"wOF2",
}


@dataclass(frozen=True)
class Got:
    status: int
    headers: Message
    body: bytes

    @property
    def nonce(self) -> str:
        found = re.search(r"style-src 'self' 'nonce-([^']+)'", self.headers["content-security-policy"])
        assert found, self.headers["content-security-policy"]
        return found[1]


@dataclass(frozen=True)
class Web:
    port: int

    def ask(self, path: str, method: str = "GET", **headers: str) -> Got:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request(method, path, headers={name.replace("_", "-"): value for name, value in headers.items()})
            answer = connection.getresponse()
            return Got(answer.status, answer.headers, answer.read())
        finally:
            connection.close()


@pytest.fixture(scope="module")
def web(tmp_path_factory: pytest.TempPathFactory) -> Generator[Web]:
    folder = tmp_path_factory.mktemp("web")
    for name, content in FILES.items():
        (folder / "ui" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "ui" / name).write_bytes(content)
    (folder / "secret.txt").write_bytes(b"not a page")
    port = free_port()
    with running(folder, port, {"requests_per_second": 1, "requests_burst": 5}):
        yield Web(port)


@pytest.mark.parametrize(
    "path", ["/", "/index.html", "/connections/con_1?tab=sharing", "/sign-in", "/apidocs", "/a/b/"]
)
def test_every_address_of_a_page_answers_index(web: Web, path: str) -> None:
    got = web.ask(path)

    assert (got.status, got.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert got.headers["cache-control"] == "private, no-cache"
    assert got.body == INDEX.replace(b"__CSP_NONCE__", got.nonce.encode())


@pytest.mark.requirement("D67")
def test_the_policy_of_every_page_lets_in_nothing_inline_but_styles_with_the_nonce_of_this_answer(web: Web) -> None:
    pages = [web.ask("/") for _ in range(3)]

    assert len({page.nonce for page in pages}) == 3
    for page in pages:
        parts = [part.strip().partition(" ") for part in page.headers["content-security-policy"].split(";")]
        policy = {name: sources for name, _, sources in parts}
        assert policy == {
            "default-src": "'self'",
            "script-src": "'self'",
            "style-src": f"'self' 'nonce-{page.nonce}'",
            "img-src": "'self' data:",
            "font-src": "'self'",
            "connect-src": "'self'",
            "base-uri": "'none'",
            "form-action": "'self'",
            "frame-ancestors": "'none'",
            "object-src": "'none'",
        }
        assert len(page.nonce) >= 22


def test_a_page_that_the_browser_has_is_not_sent_again_and_keeps_its_nonce(web: Web) -> None:
    first = web.ask("/connections")

    again = web.ask("/connections", if_none_match=first.headers["etag"])
    weak = web.ask("/connections", if_none_match=f'"other", W/{first.headers["etag"]}')
    other = web.ask("/connections", if_none_match=f'"{"0" * 24}-{first.nonce}"')
    made_up = web.ask("/connections", if_none_match=first.headers["etag"].replace(first.nonce, "x' 'unsafe-inline"))

    assert (again.status, again.body, again.nonce) == (304, b"", first.nonce)
    assert (weak.status, weak.nonce) == (304, first.nonce)
    assert (other.status, made_up.status) == (200, 200)
    assert "unsafe" not in made_up.headers["content-security-policy"]


def test_assets_are_kept_for_a_year_and_sent_in_the_smallest_coding_that_is_taken(web: Web) -> None:
    path = "/assets/index-4fGh.js"

    plain = web.ask(path)
    zipped = web.ask(path, accept_encoding="deflate, gzip")
    smallest = web.ask(path, accept_encoding="gzip, br;q=0.5")
    refused = web.ask(path, accept_encoding="br;q=0, gzip;q=0.0")
    style = web.ask("/assets/style-9aBc.css", accept_encoding="gzip, br")

    assert (plain.status, plain.body) == (200, SCRIPT)
    assert plain.headers["content-type"] == "text/javascript; charset=utf-8"
    assert plain.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert plain.headers["vary"] == "accept-encoding"
    assert (zipped.headers["content-encoding"], gzip.decompress(zipped.body)) == ("gzip", SCRIPT)
    assert (smallest.headers["content-encoding"], smallest.body) == ("br", b"smaller still")
    assert (refused.headers["content-encoding"], refused.body) == (None, SCRIPT)
    assert (style.headers["content-type"], style.headers["content-encoding"]) == ("text/css; charset=utf-8", None)
    assert len({one.headers["etag"] for one in (plain, zipped, smallest)}) == 3
    assert web.ask(path, if_none_match=plain.headers["etag"]).status == 304


def test_other_files_are_asked_for_again_and_have_their_media_types(web: Web) -> None:
    icon = web.ask("/favicon.svg")
    font = web.ask("/assets/letters-1.woff2")

    assert (icon.status, icon.headers["content-type"]) == (200, "image/svg+xml")
    assert icon.headers["cache-control"] == "no-cache"
    assert font.headers["content-type"] == "font/woff2"


def test_head_answers_as_get_without_the_body(web: Web) -> None:
    for path in ("/", "/assets/index-4fGh.js"):
        got, head = web.ask(path), web.ask(path, "HEAD")
        assert (head.status, head.body) == (200, b"")
        assert head.headers["content-length"] == got.headers["content-length"] == str(len(got.body))
        assert head.headers["content-type"] == got.headers["content-type"]


@pytest.mark.parametrize(
    "path",
    [
        "/../secret.txt",
        "/assets/../../secret.txt",
        "/%2e%2e/secret.txt",
        "/assets/%2e%2e%2f%2e%2e%2fsecret.txt",
        "//secret.txt",
        "/..%5csecret.txt",
        "/assets/index-4fGh.js.gz",
        "/assets/index-0000.js",
        "/assets/",
    ],
)
def test_nothing_outside_the_build_is_ever_sent(web: Web, path: str) -> None:
    got = web.ask(path)

    assert b"not a page" not in got.body
    if path.startswith("/assets/"):
        assert (got.status, got.headers["content-type"]) == (404, "application/problem+json")
    else:
        assert b"csp-nonce" in got.body


@pytest.mark.parametrize("path", ["/api", "/api/", "/api/nowhere", "/docs/x", "/health/x"])
def test_unknown_addresses_of_the_api_stay_problems(web: Web, path: str) -> None:
    got = web.ask(path)

    assert (got.status, got.headers["content-type"]) == (404, "application/problem+json")
    assert b'"route.not_found"' in got.body


def test_methods_are_refused_as_ever(web: Web) -> None:
    page, call, unknown = web.ask("/connections", "POST"), web.ask("/api/calls"), web.ask("/api/nowhere", "POST")

    assert (page.status, page.headers["allow"]) == (405, "GET, HEAD")
    assert (call.status, call.headers["allow"]) == (405, "POST")
    assert unknown.status == 404


def test_files_do_not_count_towards_how_often_one_may_ask(web: Web) -> None:
    statuses = {web.ask("/assets/style-9aBc.css").status for _ in range(30)}

    assert statuses == {200}


async def test_without_a_build_the_first_page_says_how_to_make_one(hub: Hub) -> None:
    hub.site = Site({})

    answer = await hub.client().get("/")
    elsewhere = await hub.client().get("/connections")

    assert (answer.status, answer.header("content-type")) == (200, "text/html; charset=utf-8")
    assert "scripts/build-web" in answer.body.decode()
    assert '<a href="/docs">' in answer.body.decode()
    assert (elsewhere.status, elsewhere.code) == (404, "route.not_found")

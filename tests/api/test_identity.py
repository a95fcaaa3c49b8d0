"""Who is asking, and how often."""

import pytest

from api.client import ORIGIN, Client
from api.conftest import OpenHub
from api.hub import Hub
from jackfield.api.access import needs
from jackfield.api.desk import Asking
from jackfield.api.rates import Buckets, RateExceededError
from jackfield.api.routes import Routes
from jackfield.api.security import SessionCookie
from jackfield.directory import Scope
from jackfield.kernel import Secret
from jackfield.settings import Settings

doors = Routes("doors", "For these tests.")


@doors.get("/api/door", "door_tell", needs(Scope.READ))
async def tell(caller: Asking) -> list[str]:
    return [caller.principal.name, caller.door.value]


@doors.post("/api/door", "door_push", needs(Scope.MANAGE_CONNECTIONS))
async def push(caller: Asking) -> str:
    return caller.principal.name


@doors.post("/api/alone", "door_alone", needs(Scope.READ, by_token=False))
async def alone(caller: Asking) -> str:
    return caller.principal.name


@pytest.fixture
def doored(hub: Hub) -> Hub:
    return hub.with_routes(doors)


async def test_a_browser_comes_by_the_ui_a_token_by_rest_and_the_command_line_by_its_own_door(doored: Hub) -> None:
    browser = await doored.super_admin()
    program = await doored.program(browser)

    answers = [
        await browser.get("/api/door"),
        await program.get("/api/door"),
        await program.get("/api/door", headers={"jackfield-client": "cli"}),
        await browser.get("/api/door", headers={"jackfield-client": "cli"}),
    ]

    assert [answer.json()[1] for answer in answers] == ["ui", "rest", "cli", "ui"]


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"cookie": "jackfield="},
        {"cookie": "jackfield=jfs_0"},
        {"cookie": "other=x"},
        {"authorization": ""},
        {"authorization": "Bearer"},
        {"authorization": "Bearer nonsense"},
        {"authorization": "Basic YWRtaW46YWRtaW4="},
        {"authorization": "Bearer " + "a" * 600},
    ],
)
@pytest.mark.requirement("D12")
async def test_nobody_is_ever_taken_for_somebody(doored: Hub, headers: dict[str, str]) -> None:
    await doored.super_admin()

    answer = await doored.client(**headers).get("/api/door")

    assert answer.status == 401
    assert answer.header("www-authenticate") == 'Bearer realm="jackfield"'


async def test_a_bad_token_is_not_made_good_by_a_cookie(doored: Hub) -> None:
    browser = await doored.super_admin()

    answer = await browser.get("/api/door", headers={"authorization": "Bearer nonsense"})

    assert answer.status == 401


async def test_two_cookies_of_our_name_are_none(doored: Hub) -> None:
    browser = await doored.super_admin()
    cookie = browser.headers["cookie"]

    answer = await browser.get("/api/door", headers={"cookie": f"{cookie}; jackfield=tossed"})

    assert answer.status == 401


@pytest.mark.parametrize("name", ["access_token", "token", "API_KEY", "authorization"])
@pytest.mark.requirement("D18")
async def test_a_token_in_the_address_is_refused_even_if_it_is_good(doored: Hub, name: str) -> None:
    program = await doored.program(await doored.super_admin())
    token = program.headers["authorization"].removeprefix("Bearer ")

    answer = await doored.client().get(f"/api/door?{name}={token}")

    assert (answer.status, answer.code) == (400, "token.in_query")
    assert token not in answer.body.decode()


@pytest.mark.requirement("D12", "D18")
async def test_a_token_does_only_what_its_scopes_say(doored: Hub) -> None:
    browser = await doored.super_admin()
    reader = await doored.program(browser, [Scope.READ])

    may = await reader.get("/api/door")
    may_not = await reader.post("/api/door")

    assert may.status == 200
    assert (may_not.status, may_not.code) == (403, "token.scope_missing")
    assert may_not.json()["rule"] == "scope manage:connections"


@pytest.mark.requirement("D12", "D18")
async def test_what_a_person_must_do_no_token_does(doored: Hub) -> None:
    browser = await doored.super_admin()
    program = await doored.program(browser)

    assert (await browser.post("/api/alone")).status == 200
    refused = await program.post("/api/alone")
    assert (refused.status, refused.code) == (403, "session.needed")


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example",
        "null",
        "http://127.0.0.1:9999",
        "http://localhost:8050",
        "https://127.0.0.1:8050",
        ORIGIN + "/",
        ORIGIN + ".evil.example",
        "",
    ],
)
@pytest.mark.requirement("D19")
async def test_a_foreign_page_can_use_nobodys_session(doored: Hub, origin: str) -> None:
    browser = await doored.super_admin()

    write = await browser.post("/api/door", headers={"origin": origin})
    read = await browser.get("/api/door", headers={"origin": origin})

    assert [(write.status, write.code), (read.status, read.code)] == [(403, "origin.foreign")] * 2


@pytest.mark.requirement("D19")
async def test_a_change_with_a_cookie_must_say_where_it_comes_from(doored: Hub) -> None:
    browser = await doored.super_admin()

    write = await browser.post("/api/door", headers={"origin": None})
    read = await browser.get("/api/door", headers={"origin": None})

    assert (write.status, write.code, read.status) == (403, "origin.foreign", 200)


async def test_a_program_needs_no_origin(doored: Hub) -> None:
    program = await doored.program(await doored.super_admin())

    assert (await program.post("/api/door")).status == 200


@pytest.mark.requirement("D19")
async def test_our_page_behind_https_may_write_and_the_same_over_http_may_not(opens: OpenHub) -> None:
    hub = (await opens(public_url="https://jackfield.example.com")).with_routes(doors)
    session = (await hub.super_admin()).headers["cookie"].partition("=")[2]
    host = "jackfield.example.com"
    browser = Client(hub.app, {"host": host, "cookie": f"__Host-jackfield={session}", "origin": f"https://{host}"})

    by_https = await browser.post("/api/door")
    by_http = await browser.post("/api/door", headers={"origin": f"http://{host}"})
    plain_cookie = await browser.post("/api/door", headers={"cookie": f"jackfield={session}"})

    assert [by_https.status, by_http.status, plain_cookie.status] == [200, 403, 401]


@pytest.mark.requirement("D19")
def test_the_cookie_is_for_this_host_alone_and_out_of_reach_of_scripts() -> None:
    secure = SessionCookie.of(Settings(public_url="https://jackfield.example.com"))
    plain = SessionCookie.of(Settings())

    assert secure.set_header(Secret("t"), seconds=60) == (
        "__Host-jackfield=t; Path=/; Max-Age=60; HttpOnly; SameSite=Lax; Secure"
    )
    assert plain.set_header(Secret("t"), seconds=60) == "jackfield=t; Path=/; Max-Age=60; HttpOnly; SameSite=Lax"
    assert secure.clear_header() == "__Host-jackfield=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax; Secure"


async def test_a_principal_who_asks_too_often_waits_and_others_do_not(opens: OpenHub) -> None:
    hub = (await opens(limits={"requests_per_second": 0.01, "requests_burst": 3})).with_routes(doors)
    browser = await hub.super_admin()

    answers = [await browser.get("/api/door") for _ in range(4)]
    program_of_his = await hub.program(browser)
    stranger = await hub.client().get("/openapi.json")

    assert [answer.status for answer in answers] == [200, 200, 200, 429]
    assert answers[3].code == "rate.exceeded"
    assert int(answers[3].header("retry-after") or 0) >= 1
    assert (await program_of_his.get("/api/door")).status == 429
    assert stranger.status == 200


@pytest.mark.requirement("D18")
async def test_guessing_at_tokens_ends_in_429_and_good_tokens_go_on(
    doored: Hub, request: pytest.FixtureRequest
) -> None:
    guesses = 10_000 if request.config.getoption("--full") else 1_000
    limits = {"requests_per_second": 5, "requests_burst": 60}
    settings = doored.services.settings.model_copy(
        update={"limits": doored.services.settings.limits.model_copy(update=limits)}
    )
    hub = doored.with_settings(settings)
    program = await hub.program(await hub.super_admin())
    guesser = hub.client()

    statuses = [
        (await guesser.get("/api/door", headers={"authorization": f"Bearer jf_{number:072d}"})).status
        for number in range(guesses)
    ]

    assert set(statuses) == {401, 429}
    assert statuses.count(401) < 150
    assert (await Client(hub.app, program.headers, guesser.address).get("/api/door")).status == 200


def test_a_bucket_fills_again_with_time() -> None:
    now = 100.0
    buckets = Buckets(2, 2, monotonic=lambda: now)

    buckets.take("a")
    buckets.take("a")
    with pytest.raises(RateExceededError) as caught:
        buckets.take("a")
    now += 0.5
    buckets.take("a")

    assert caught.value.retry_after == 0.5

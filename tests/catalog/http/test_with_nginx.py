"""The HTTP connector against a real web server."""

import base64
import secrets

import pytest

from catalog.http.connecting import Connect
from jackfield.errors import InvalidError, RemoteRejectedError, RemoteSignInError, RemoteThrottledError
from servers import nginx

BASIC = {"username": nginx.USER, "password": nginx.PASSWORD}


async def test_a_page_is_read(connect: Connect, web: nginx.Nginx) -> None:
    answer = await connect(web.base).call()

    assert (answer.status, answer.text) == (200, "<p>welcome</p>")
    assert answer.headers["content-type"] == "text/html"


async def test_what_is_sent_arrives(connect: Connect, web: nginx.Nginx) -> None:
    connection = connect(f"{web.base}/echo", headers={"Accept": "application/json", "X-Version": "2"})

    answer = await connection.call(
        method="POST",
        path=["a/b", "ä ö", 7],
        query={"q": "x&y=1", "n": [1, 2.5], "on": True},
        headers={"User-Agent": "tests"},
        body={"type": "json", "value": {"a": [1, None]}},
    )

    assert answer.data == {
        "method": "POST",
        "target": "/echo/a%2Fb/%C3%A4%20%C3%B6/7?q=x%26y%3D1&n=1&n=2.5&on=true",
        "type": "application/json",
        "length": "14",
        "accept": "application/json",
        "authorization": "",
        "cookie": "",
        "key": "",
        "idempotency": "",
        "agent": "tests",
    }


async def test_packed_answers_are_unpacked(connect: Connect, web: nginx.Nginx) -> None:
    answer = await connect(f"{web.base}/echo").call(path="x" * 300)

    assert answer.headers["content-encoding"] == "gzip"
    assert answer.data["target"] == "/echo/" + "x" * 300


@pytest.mark.parametrize(
    ("scheme", "credentials", "seen"),
    [
        (
            "basic",
            BASIC,
            {"authorization": "Basic " + base64.b64encode(f"{nginx.USER}:{nginx.PASSWORD}".encode()).decode()},
        ),
        ("basic", {"username": "key"}, {"authorization": "Basic a2V5Og=="}),
        ("bearer", {"token": "abc"}, {"authorization": "Bearer abc"}),
        ("api_key_header", {"name": "X-Api-Key", "value": "abc"}, {"key": "abc"}),
        ("api_key_header", {"name": "Authorization", "value": "Key abc"}, {"authorization": "Key abc"}),
        ("api_key_cookie", {"name": "sid", "value": "abc"}, {"cookie": "sid=abc"}),
        ("api_key_query", {"name": "api key", "value": "a&b"}, {"target": "/echo/?x=1&api%20key=a%26b"}),
    ],
)
async def test_each_way_to_sign_in_sends_its_credentials(
    connect: Connect, web: nginx.Nginx, scheme: str, credentials: dict[str, str], seen: dict[str, str]
) -> None:
    answer = await connect(f"{web.base}/echo", scheme, credentials=credentials).call(query={"x": 1})

    assert answer.data | seen == answer.data


@pytest.mark.requirement("C14")
@pytest.mark.parametrize(
    ("sign_in", "account"),
    [
        (("basic", "basic", BASIC), nginx.USER),
        (("bearer", "bearer", {"token": nginx.TOKEN}), "bearer token"),
        (("key", "api_key_query", {"name": "api_key", "value": nginx.TOKEN}), "API key"),
        (("", "none", {}), "nobody in particular"),
    ],
)
async def test_a_test_tells_who_we_are_there(
    connect: Connect, web: nginx.Nginx, sign_in: tuple[str, str, dict[str, str]], account: str
) -> None:
    place, scheme, credentials = sign_in
    identity = await connect(f"{web.base}/{place}", scheme, credentials=credentials).test()

    assert identity.account == f"{account} at 127.0.0.1:{web.port}"
    assert identity.system.startswith("nginx")


@pytest.mark.requirement("C14")
@pytest.mark.parametrize(
    ("place", "scheme", "credentials"),
    [
        ("basic", "basic", {"username": nginx.USER, "password": "wrong-canary"}),
        ("basic", "none", {}),
        ("bearer", "bearer", {"token": "wrong-canary"}),
        ("key", "api_key_query", {"name": "api_key", "value": "wrong-canary"}),
    ],
)
async def test_refused_credentials_ask_to_sign_in_again(
    connect: Connect, web: nginx.Nginx, place: str, scheme: str, credentials: dict[str, str]
) -> None:
    connection = connect(f"{web.base}/{place}", scheme, credentials=credentials)

    with pytest.raises(RemoteSignInError) as tested:
        await connection.test()
    with pytest.raises(RemoteSignInError) as called:
        await connection.call()

    for caught in (tested, called):
        assert "canary" not in f"{caught.value.message} {caught.value.data}"


@pytest.mark.parametrize("test_path", ["nowhere", "forbidden/", "moved/"])
async def test_a_wrong_test_path_is_the_details_fault(connect: Connect, web: nginx.Nginx, test_path: str) -> None:
    with pytest.raises(InvalidError) as caught:
        await connect(web.base, test_path=test_path).test()

    assert caught.value.data["field"] == "details.test_path"


async def test_a_file_is_uploaded_downloaded_and_deleted(connect: Connect, web: nginx.Nginx) -> None:
    connection = connect(f"{web.base}/upload")
    name, data = f"{secrets.token_hex(8)}.bin", secrets.token_bytes(1 << 20)
    file = {"name": name, "base64": base64.b64encode(data).decode()}

    put = await connection.call(method="PUT", path=name, body={"type": "file", "file": file})
    got = await connection.call(path=name)
    deleted = await connection.call(method="DELETE", path=name)
    gone = await connection.call(path=name, expect=[404])

    assert (put.status, deleted.status, gone.status) == (201, 204, 404)
    assert got.file is not None
    assert (got.file.name, got.file.data, got.file.media_type) == (name, data, "application/octet-stream")


async def test_statuses_are_errors_unless_they_are_expected(connect: Connect, web: nginx.Nginx) -> None:
    connection = connect(web.base)

    with pytest.raises(RemoteRejectedError) as caught:
        await connection.call(path="nowhere")
    expected = await connection.call(path="nowhere", expect=[200, 404])
    tolerated = await connection.call(path="nowhere", fail_on_status=False)

    assert caught.value.data["status"] == 404
    assert (expected.status, tolerated.status) == (404, 404)


@pytest.mark.requirement("D31")
async def test_a_redirect_is_reported_not_followed(connect: Connect, web: nginx.Nginx) -> None:
    with pytest.raises(RemoteRejectedError, match="redirect"):
        await connect(web.base).call(path="moved/")


@pytest.mark.requirement("D36")
async def test_a_busy_server_says_when_to_come_back(connect: Connect, web: nginx.Nginx) -> None:
    with pytest.raises(RemoteThrottledError) as caught:
        await connect(web.base).call(path="busy/")

    assert caught.value.retry_after == 7

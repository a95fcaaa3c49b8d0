"""People of a running server, each with a session: what a journey needs is prepared through the API in their name."""

import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

PASSWORD = "correct horse battery staple"


class RefusedError(Exception):
    """The API refused; `problem` says why."""

    def __init__(self, status: int, problem: dict[str, Any]) -> None:
        super().__init__(f"{status} {problem}")
        self.status = status
        self.problem = problem


@dataclass(frozen=True)
class Person:
    """Somebody who is signed in."""

    url: str
    id: str
    name: str
    sign_in_name: str
    cookie: str

    def get(self, path: str) -> Any:
        return ask(self.url, "GET", path, cookie=self.cookie)[0]

    def post(self, path: str, body: Any = None) -> Any:
        return ask(self.url, "POST", path, body, cookie=self.cookie)[0]

    def put(self, path: str, body: Any = None) -> Any:
        return ask(self.url, "PUT", path, body, cookie=self.cookie)[0]

    def patch(self, path: str, body: Any = None) -> Any:
        return ask(self.url, "PATCH", path, body, cookie=self.cookie)[0]

    def delete(self, path: str) -> Any:
        return ask(self.url, "DELETE", path, cookie=self.cookie)[0]

    def acts(self, name: str) -> list[Any]:
        """What the audit has under a name of an act, the newest first."""
        return self.get(f"/api/audit?name={name}&limit=200")["items"]


def redeem(url: str, sign_in_name: str, code: str) -> Person:
    """Whoever the code is for, with a password from now on."""
    body = {"code": code, "password": PASSWORD}
    _, cookie = ask(url, "POST", "/api/sessions/redeem-code", body)
    me, _ = ask(url, "GET", "/api/me", cookie=cookie)
    return Person(url, me["person_id"], me["name"], sign_in_name, cookie)


def ask(
    url: str, method: str, path: str, body: Any = None, *, cookie: str = "", headers: Mapping[str, str] | None = None
) -> tuple[Any, str]:
    """The answer as JSON, and the cookie that came with it.

    Raises:
        RefusedError: The answer is a problem.
    """
    sent = {
        "origin": url,
        "content-type": "application/json",
        **(headers or {}),
        **({"cookie": cookie} if cookie else {}),
    }
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(f"{url}{path}", data=data, method=method, headers=sent)
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            text = answer.read()
            given = (answer.headers.get("set-cookie") or "").partition(";")[0]
            return (json.loads(text) if text else None), given
    except urllib.error.HTTPError as error:
        raise RefusedError(error.code, json.loads(error.read() or b"{}")) from error

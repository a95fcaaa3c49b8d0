"""Connections to HTTP APIs, used as the gateway uses them."""

from dataclasses import dataclass
from typing import Any

from jackfield.catalog.http import HttpConnector
from jackfield.catalog.http.declarations import HttpDetails, HttpResult
from jackfield.connectors import Credentials, RemoteIdentity, Use, parse_fields
from jackfield.egress import AllowedTarget, Egress, ReachPolicy

CONNECTOR = HttpConnector()


@dataclass
class Connection:
    """One connection, and what can be done with it."""

    use: Use[HttpDetails]

    async def call(self, **arguments: Any) -> HttpResult:
        action = CONNECTOR.actions["request"]
        result = await action.perform(CONNECTOR, self.use, parse_fields(action.arguments, arguments, where="arguments"))
        assert isinstance(result, HttpResult)
        assert result.model_dump_json()
        return result

    async def test(self) -> RemoteIdentity:
        return await CONNECTOR.test(self.use)


class Connect:
    """Makes connections."""

    def __init__(self, egress: Egress) -> None:
        self._egress = egress

    def __call__(
        self,
        base_url: str,
        scheme: str = "none",
        *,
        credentials: dict[str, Any] | None = None,
        idempotency_key: str | None = None,
        **details: Any,
    ) -> Connection:
        read = parse_fields(HttpDetails, {"base_url": base_url, **details}, where="details")
        declared = CONNECTOR.scheme(scheme)
        assert declared is not None
        sealed: Credentials = parse_fields(declared.credentials, credentials or {}, where="credentials")
        origins = CONNECTOR.http_origins(read)
        port = int(origins[0].rpartition(":")[2])
        policy = ReachPolicy((AllowedTarget("127.0.0.1", port),), origins)
        reach = self._egress.reach(policy, CONNECTOR.tls(read))
        return Connection(Use(read, scheme, sealed, reach, 30, idempotency_key))

"""A server for all tests of the command line, with a super admin who has signed in."""

from collections.abc import Generator

import pytest

from servers import jackfield, nginx
from servers.jackfield import JackfieldServer
from servers.nginx import Nginx

LIMITS = {
    "limits__requests_per_second": "1000",
    "limits__requests_burst": "5000",
    "limits__sign_ins_per_minute_account": "1000",
    "limits__sign_ins_per_minute_address": "1000",
}


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Generator[JackfieldServer]:
    with jackfield.running(tmp_path_factory.mktemp("jackfield"), **LIMITS) as one:
        one.sign_in("admin", one.code)
        yield one


@pytest.fixture(scope="session")
def web() -> Generator[Nginx]:
    with nginx.serve() as one:
        yield one

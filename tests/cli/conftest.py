"""A server for all tests of the command line, with a super admin who has signed in."""

from collections.abc import Generator

import pytest

from servers import jackfield, nginx
from servers.jackfield import GENEROUS, JackfieldServer
from servers.nginx import Nginx


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Generator[JackfieldServer]:
    with jackfield.running(tmp_path_factory.mktemp("jackfield"), **GENEROUS) as one:
        one.sign_in("admin", one.code)
        yield one


@pytest.fixture(scope="session")
def web() -> Generator[Nginx]:
    with nginx.serve() as one:
        yield one

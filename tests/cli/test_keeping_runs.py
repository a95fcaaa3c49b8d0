"""`jackfield unit keep-runs`: how long a business unit's runs are kept (P7)."""

import secrets

import pytest

from servers.jackfield import JackfieldServer


@pytest.mark.requirement("P7")
def test_how_long_runs_are_kept_is_said_and_taken_back(server: JackfieldServer) -> None:
    unit = f"Unit {secrets.token_hex(4)}"
    server.run("unit", "create", unit)

    said = server.run("unit", "keep-runs", unit, "30")
    kept = server.run("unit", "show", unit, "--json").json["runs_kept_days"]
    server.run("unit", "keep-runs", unit)
    cleared = server.run("unit", "show", unit, "--json").json["runs_kept_days"]

    assert f"Runs of {unit} are kept for 30 days after their end." in said.out + said.err
    assert (kept, cleared) == (30, None)
    assert server.run("unit", "keep-runs", unit, "0", expect=None).code == 2

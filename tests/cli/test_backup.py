"""A backup made as the documentation says, word by word, while the server runs; restored elsewhere, with its key file."""

import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import pytest

from servers import jackfield, needs, postgres
from servers.jackfield import JackfieldServer, clean_environment, run_jackfield

_PAGE: Final = Path(__file__).parents[2] / "docs" / "operate.md"


def _command(program: str, package: str) -> str:
    found = re.search(rf"^\| \w+ \| `({program} [^`]*)` \|", _PAGE.read_text("utf-8"), re.MULTILINE)
    assert found, f"docs/operate.md backs nothing up with {program}"
    if shutil.which(program) is None:
        needs(program, f"apt-get install {package}")
    return found[1]


def _run(command: str, environment: Mapping[str, str]) -> int:
    # Many systems have another shell for their timers.
    shell = ["sh", "-c", command]
    return subprocess.run(shell, env={**environment, "PATH": os.environ["PATH"]}, timeout=60, check=False).returncode


def _with_an_anchor(server: JackfieldServer) -> Path:
    anchor = server.folder / "anchor.json"
    anchor.write_text(server.run("audit", "anchor").out)
    return anchor


def _require_whole(environment: Mapping[str, str], anchor: Path) -> None:
    looked_over = run_jackfield("doctor", "--json", environment=environment)
    verified = run_jackfield("audit", "verify", "--anchor", str(anchor), environment=environment)
    assert not [one for one in looked_over.json if one["mark"] == "bad"]
    assert verified.code == 0, verified


@pytest.mark.requirement("D67", "E5")
def test_a_sqlite_database_that_was_backed_up_is_whole_elsewhere_with_its_key(tmp_path: Path) -> None:
    command = _command("sqlite3", "sqlite3").replace("/backup/", f"{tmp_path}/")
    with jackfield.running(tmp_path / "here") as server:
        anchor = _with_an_anchor(server)
        made = _run(command, server.environment)
    elsewhere = clean_environment(tmp_path / "elsewhere") | {"JACKFIELD_KEY_FILE": str(server.key_file)}
    data = Path(elsewhere["JACKFIELD_DATA_DIR"])
    data.mkdir(parents=True)

    (tmp_path / "jackfield.db").rename(data / "jackfield.db")

    assert made == 0
    _require_whole(elsewhere, anchor)


@pytest.mark.requirement("D67", "E5")
def test_a_postgresql_database_that_was_backed_up_is_whole_elsewhere_with_its_key(tmp_path: Path) -> None:
    command = _command("pg_dump", "postgresql-client").replace("/backup/", f"{tmp_path}/")
    with postgres.fresh_database() as source, postgres.fresh_database() as target:
        with jackfield.running(tmp_path, database_url=source) as server:
            anchor = _with_an_anchor(server)
            made = _run(command, server.environment)
        restored = _run(f"pg_restore --exit-on-error --dbname={target} {tmp_path}/jackfield.dump", server.environment)

        assert (made, restored) == (0, 0)
        _require_whole({**server.environment, "JACKFIELD_DATABASE_URL": target}, anchor)


@pytest.mark.parametrize(("program", "package"), [("sqlite3", "sqlite3"), ("pg_dump", "postgresql-client")])
@pytest.mark.parametrize("where", [{}, {"JACKFIELD_DATA_DIR": "/nowhere", "JACKFIELD_DATABASE_URL": ""}])
def test_a_backup_of_what_is_not_there_fails_and_makes_nothing(
    tmp_path: Path, program: str, package: str, where: dict[str, str]
) -> None:
    command = _command(program, package).replace("/backup/", f"{tmp_path}/")

    assert _run(command, where) != 0
    assert not any(one.stat().st_size for one in tmp_path.iterdir())

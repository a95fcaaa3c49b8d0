"""What an operator does on the server's machine."""

import json
import shutil
import sqlite3
import subprocess
from collections.abc import Generator
from contextlib import closing, suppress
from importlib.metadata import version
from pathlib import Path

import pytest

from servers import jackfield, needs
from servers.jackfield import JackfieldServer, clean_environment, run_jackfield


def _free_of_stack_traces(text: str) -> bool:
    return "Traceback" not in text and 'File "' not in text


def test_the_program_says_its_version(tmp_path: Path) -> None:
    asked = run_jackfield("--version", environment=clean_environment(tmp_path))
    looked_over = run_jackfield("doctor", "--json", environment=clean_environment(tmp_path))

    assert (asked.code, asked.out) == (0, f"jackfield {version('jackfield')}\n")
    assert version("jackfield") in {one["text"] for one in looked_over.json if one["what"] == "jackfield"}


@pytest.mark.requirement("D07")
def test_a_key_file_is_made_once_and_never_over_another(tmp_path: Path) -> None:
    environment = clean_environment(tmp_path)

    first = run_jackfield("keys", "init", environment=environment)
    content = (tmp_path / "keys/keys.json").read_bytes()
    second = run_jackfield("keys", "init", environment=environment)

    assert (first.code, second.code) == (0, 1)
    assert "never overwritten" in second.err
    assert (tmp_path / "keys/keys.json").read_bytes() == content


@pytest.mark.requirement("D07")
def test_no_new_key_is_made_for_a_database_that_had_another(tmp_path: Path) -> None:
    environment = clean_environment(tmp_path)
    with jackfield.running(tmp_path):
        pass
    keys = tmp_path / "keys/keys.json"
    keys.rename(tmp_path / "keys.aside")

    served = run_jackfield("serve", "--port", "0", environment=environment)
    made = run_jackfield("keys", "init", environment=environment)

    assert (served.code, made.code) == (1, 1)
    assert "no key file" in served.err
    assert "put it back" in made.err
    assert not keys.exists()
    assert _free_of_stack_traces(served.err + made.err)


@pytest.mark.requirement("D07")
@pytest.mark.parametrize("has_keys", [True, False])
def test_a_database_that_lost_what_says_whose_keys_it_needs_gets_no_others(tmp_path: Path, *, has_keys: bool) -> None:
    environment = clean_environment(tmp_path)
    with jackfield.running(tmp_path):
        pass
    with closing(sqlite3.connect(tmp_path / "data/jackfield.db")) as database, database:
        database.execute("DELETE FROM installation")
    keys = tmp_path / "keys/keys.json"
    if not has_keys:
        keys.unlink()

    served = run_jackfield("serve", "--port", "0", environment=environment)

    assert served.code == 1
    assert "restore it from a backup" in served.err
    assert keys.exists() == has_keys
    assert _free_of_stack_traces(served.err)


@pytest.mark.requirement("D07")
def test_a_key_file_that_others_can_read_keeps_the_server_from_starting(tmp_path: Path) -> None:
    environment = clean_environment(tmp_path)
    run_jackfield("keys", "init", environment=environment)
    (tmp_path / "keys/keys.json").chmod(0o644)

    served = run_jackfield("serve", "--port", "0", environment=environment)
    checked = run_jackfield("keys", "check", environment=environment)

    assert (served.code, checked.code) == (1, 1)
    assert "chmod 600" in served.err
    assert "chmod 600" in checked.out


@pytest.mark.requirement("D07")
def test_a_foreign_key_file_is_found_by_check_doctor_and_start(tmp_path: Path) -> None:
    environment = clean_environment(tmp_path)
    with jackfield.running(tmp_path):
        pass
    (tmp_path / "keys/keys.json").unlink()
    elsewhere = clean_environment(tmp_path / "other") | {"JACKFIELD_KEY_FILE": environment["JACKFIELD_KEY_FILE"]}
    run_jackfield("keys", "init", environment=elsewhere)

    served = run_jackfield("serve", "--port", "0", environment=environment)
    checked = run_jackfield("keys", "check", environment=environment)
    looked_over = run_jackfield("doctor", environment=environment)

    assert (served.code, checked.code, looked_over.code) == (1, 1, 1)
    for text in (served.err, checked.out, looked_over.out):
        assert "does not belong to this database" in text


def test_the_doctor_finds_nothing_wrong_with_a_running_server(server: JackfieldServer) -> None:
    ran = server.run("doctor", "--json")

    findings = {one["what"]: one["mark"] for one in ran.json}
    assert set(findings.values()) == {"good"}, ran.out
    assert {
        "jackfield",
        "python",
        "database",
        "schema",
        "keys",
        "audit",
        "address",
        "open files",
        "clock",
        "server",
    } <= findings.keys()


def test_the_doctor_says_what_to_mend_and_makes_nothing(tmp_path: Path) -> None:
    roots = {"JACKFIELD_FILES_ROOTS": f"{tmp_path / 'nowhere'}:{tmp_path}"}
    environment = clean_environment(tmp_path / "here", port="1") | roots

    ran = run_jackfield("doctor", environment=environment)
    bad_setting = run_jackfield("doctor", environment=environment | {"JACKFIELD_PORT": "many"})

    assert ran.code == 1
    assert "✗ files: there is no folder" in ran.out
    assert "contains the database or the key file" in ran.out
    assert "! database: there is none" in ran.out
    assert "! server: none answers" in ran.out
    assert not (tmp_path / "here" / "data").exists()
    assert not (tmp_path / "here" / "keys").exists()
    assert bad_setting.code == 1
    assert "JACKFIELD_PORT" in bad_setting.out


def test_connections_may_not_lie_where_the_database_does(tmp_path: Path) -> None:
    environment = clean_environment(tmp_path / "here", example="false") | {"JACKFIELD_FILES_ROOTS": str(tmp_path)}

    served = run_jackfield("serve", "--port", "0", environment=environment)

    assert served.code == 1
    assert "contains the database or the key file" in served.err
    assert "Traceback" not in served.err


def test_the_doctor_knows_a_database_of_a_newer_version(tmp_path: Path) -> None:
    with jackfield.running(tmp_path) as server:
        pass
    with closing(sqlite3.connect(tmp_path / "data" / "jackfield.db")) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()

    ran = run_jackfield("doctor", environment=server.environment)

    assert ran.code == 1
    assert "✗ schema: version 9999, newer" in ran.out


def test_where_tables_are_missing_the_doctor_goes_on_and_names_them_and_no_server_starts(tmp_path: Path) -> None:
    with jackfield.running(tmp_path) as server:
        pass
    with closing(sqlite3.connect(tmp_path / "data" / "jackfield.db")) as connection:
        connection.execute("DROP TABLE audit_entries")
        connection.execute("DROP TABLE executors")

    ran = run_jackfield("doctor", environment=server.environment)
    served = run_jackfield("serve", "--port", "0", environment=server.environment)

    assert ran.code == 1
    assert "✗ schema: tables are missing: audit_entries, executors" in ran.out
    assert "✗ audit: it can't be read" in ran.out
    assert "! server: none answers" in ran.out
    assert served.code == 1
    assert "lacks tables that it had (audit_entries, executors): restore the whole of it" in served.err
    assert _free_of_stack_traces(served.err)


@pytest.fixture
def small_volume(tmp_path: Path) -> Generator[Path]:
    """A file system of 8 MiB."""
    folder = tmp_path / "small"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=8m,mode=700", "tmpfs", str(folder)]
    if subprocess.run(mount, check=False, capture_output=True).returncode:
        needs("a file system to fill", "run the tests as root")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_a_full_disk_is_not_taken_for_a_broken_database(tmp_path: Path, small_volume: Path) -> None:
    with jackfield.running(tmp_path) as server:
        pass
    shutil.copy(server.data_dir / "jackfield.db", small_volume)
    with suppress(OSError), (small_volume / "other").open("wb", buffering=0) as other:
        while True:
            other.write(bytes(1 << 12))

    ran = run_jackfield("doctor", environment={**server.environment, "JACKFIELD_DATA_DIR": str(small_volume)})

    assert ran.code == 1
    assert f"✗ disk: {small_volume} is full" in ran.out
    assert "restore" not in ran.out


@pytest.mark.parametrize("content", [b"no database at all" * 100, b"cut off"])
def test_a_broken_database_is_called_broken_by_every_command_that_opens_it(tmp_path: Path, content: bytes) -> None:
    environment = clean_environment(tmp_path)
    run_jackfield("keys", "init", environment=environment)
    path = tmp_path / "data" / "jackfield.db"
    path.write_bytes(path.read_bytes()[:30_000] if content == b"cut off" else content)

    for command in (["serve"], ["keys", "check"], ["audit", "verify"], ["code", "admin"]):
        ran = run_jackfield(*command, environment=environment)

        assert ran.code == 1
        assert f"the database {path} is broken: " in ran.err, command
        assert "restore it from its backup" in ran.err


@pytest.mark.parametrize(
    "url", ["banana", "mysql://x/y", "postgresql://me:pa@ss:canary-9@127.0.0.1/x", "postgresql://me:pa@canary-9@[/x"]
)
def test_a_database_url_that_is_none_is_told_in_one_sentence_without_its_password(tmp_path: Path, url: str) -> None:
    environment = clean_environment(tmp_path) | {"JACKFIELD_DATABASE_URL": url}

    served = run_jackfield("serve", "--port", "0", environment=environment)
    looked_over = run_jackfield("doctor", environment=environment)

    assert (served.code, looked_over.code) == (1, 1)
    assert served.err.startswith("error: JACKFIELD_DATABASE_URL")
    assert "✗ database: JACKFIELD_DATABASE_URL" in looked_over.out
    assert "! server: none answers" in looked_over.out
    assert "canary" not in served.err + looked_over.out + looked_over.err
    assert not any("canary" in one.read_text() for one in tmp_path.rglob("*.log"))


def test_a_database_that_fails_later_is_told_in_its_own_words(tmp_path: Path) -> None:
    environment = clean_environment(tmp_path)
    run_jackfield("keys", "init", environment=environment)
    with closing(sqlite3.connect(tmp_path / "data" / "jackfield.db")) as connection:
        connection.execute("ALTER TABLE installation RENAME COLUMN key_check TO something_else")
        connection.commit()

    ran = run_jackfield("keys", "check", environment=environment)

    assert (ran.code, ran.err) == (
        1,
        "error: the database failed: no such column: installation.key_check; `jackfield doctor` looks over what is here\n",
    )


def test_a_data_folder_that_is_none_is_found_by_doctor_and_start(tmp_path: Path) -> None:
    environment = clean_environment(tmp_path)
    (tmp_path / "data").write_text("a file")

    served = run_jackfield("serve", environment=environment)
    looked_over = run_jackfield("doctor", environment=environment)

    assert (served.code, looked_over.code) == (1, 1)
    assert f"the database can't lie in {tmp_path / 'data'}: " in served.err
    assert "JACKFIELD_DATA_DIR" in served.err
    assert f"✗ database: there is none at {tmp_path / 'data' / 'jackfield.db'}" in looked_over.out


def test_the_doctor_warns_of_keys_beside_the_data(tmp_path: Path) -> None:
    environment = clean_environment(tmp_path) | {"JACKFIELD_KEY_FILE": str(tmp_path / "data" / "keys.json")}
    run_jackfield("keys", "init", environment=environment)

    ran = run_jackfield("doctor", environment=environment)

    assert "! keys: the key file lies in the data folder" in ran.out


def test_the_operator_makes_a_new_code_for_whoever_forgot_the_password(server: JackfieldServer) -> None:
    name = "forgetful"
    server.add_person(name)

    issued = server.run("code", name, "--json").json
    unknown = server.run("code", "nobody at all", expect=1)
    server.sign_in(name, issued["code"], home="forgetful again")

    assert issued["sign_in_name"] == name
    assert "nobody has the sign-in name" in unknown.err
    assert server.run("whoami", "--json", home="forgetful again").json["name"] == "Forgetful"


@pytest.mark.requirement("E1", "D66")
def test_a_changed_audit_is_found_and_so_is_one_cut_back(tmp_path: Path) -> None:
    with jackfield.running(tmp_path) as server:
        server.sign_in("admin", server.code)
        server.run("unit", "create", "Accounting")
        anchor = tmp_path / "anchor.json"
        anchor.write_text(server.run("audit", "anchor").out)
        good = server.run("audit", "verify", "--anchor", str(anchor))
    database = tmp_path / "data" / "jackfield.db"

    with closing(sqlite3.connect(database)) as connection:
        copy = database.read_bytes()
        connection.execute("UPDATE audit_entries SET object_label = 'Sales' WHERE name = 'business_unit.create'")
        connection.commit()
    changed = run_jackfield("audit", "verify", "--json", environment=server.environment)
    doctor = run_jackfield("doctor", environment=server.environment)
    database.write_bytes(copy)
    anchor.write_text(json.dumps({**json.loads(anchor.read_text()), "sequence": 10_000, "count": 10_000}))
    cut = run_jackfield("audit", "verify", "--anchor", str(anchor), environment=server.environment)

    assert "as they were recorded" in good.out
    assert changed.code == 1
    assert json.loads(changed.out)["findings"][0]["problem"] == "changed"
    assert doctor.code == 1
    assert "✗ audit: row" in doctor.out
    assert cut.code == 1
    assert "its end was cut off" in cut.out


@pytest.mark.parametrize(
    "command", [("audit", "verify"), ("audit", "anchor"), ("code", "admin"), ("keys", "rotate")], ids=" ".join
)
@pytest.mark.requirement("D66")
def test_a_command_that_finds_no_database_says_where_it_looked_and_makes_none(
    tmp_path: Path, command: tuple[str, ...]
) -> None:
    environment = clean_environment(tmp_path)

    ran = run_jackfield(*command, environment=environment)

    assert ran.code != 0
    assert f"there is no database at {tmp_path / 'data' / 'jackfield.db'}" in ran.err
    assert "JACKFIELD_DATA_DIR" in ran.err
    assert not (tmp_path / "data").exists()
    assert not (tmp_path / "keys").exists()


def test_what_the_server_tells_people_to_type_is_how_it_was_called_itself(tmp_path: Path) -> None:
    with jackfield.running(tmp_path, program="scripts/jackfield") as server:
        told = server.log.read_text()
    assert f"\n    scripts/jackfield sign-in {server.url} --name admin --code jfc_" in told
    assert "`scripts/jackfield code admin`" in told


@pytest.mark.requirement("D57")
def test_a_second_server_on_the_same_data_is_refused_in_one_sentence(server: JackfieldServer) -> None:
    ran = server.run("serve", "--port", "0", expect=1)

    assert "another server is running" in ran.err
    assert _free_of_stack_traces(ran.err)

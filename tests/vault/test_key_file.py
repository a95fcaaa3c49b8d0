"""The key file: made once, read strictly, never made by accident."""

import json
import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from jackfield.errors import ConflictError, MisconfiguredError
from jackfield.vault import Vault, create_key_file, key_file_status


def test_a_new_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "one" / "two" / "keys.json"

    create_key_file(path)

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    status = key_file_status(path)
    assert status.is_good
    assert status.mode == 0o600
    assert status.installation_id == Vault.open(path).installation_id
    assert [(key.id, key.primary) for key in status.keys] == [(Vault.open(path).primary_key_id, True)]


def test_two_files_have_nothing_in_common(tmp_path: Path) -> None:
    documents: list[dict[str, Any]] = []
    for name in ("one.json", "two.json"):
        create_key_file(tmp_path / name)
        documents.append(json.loads((tmp_path / name).read_text()))

    one, two = documents
    assert one["installation_id"] != two["installation_id"]
    assert one["mac_key"] != two["mac_key"]
    assert (
        one["keys"][0]["keyset"]["key"][0]["keyData"]["value"] != two["keys"][0]["keyset"]["key"][0]["keyData"]["value"]
    )


@pytest.mark.requirement("D07")
@pytest.mark.parametrize("what", ["a key file", "an empty file", "a dangling link"])
def test_nothing_that_is_there_is_overwritten(tmp_path: Path, what: str) -> None:
    path = tmp_path / "keys.json"
    if what == "a key file":
        create_key_file(path)
    elif what == "an empty file":
        path.touch()
    else:
        path.symlink_to(tmp_path / "nowhere")
    before = path.lstat()

    with pytest.raises(ConflictError, match="never overwritten"):
        create_key_file(path)

    assert path.lstat().st_ino == before.st_ino
    assert path.lstat().st_size == before.st_size
    assert not (tmp_path / "nowhere").exists()


@pytest.mark.requirement("D07")
def test_a_missing_file_is_refused_and_not_made(tmp_path: Path) -> None:
    path = tmp_path / "config" / "keys.json"

    with pytest.raises(MisconfiguredError, match="jackfield keys init") as caught:
        Vault.open(path)

    assert caught.value.data == {"setting": "JACKFIELD_KEY_FILE", "path": str(path)}
    assert list(tmp_path.iterdir()) == []


@pytest.mark.requirement("D07")
@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o660, 0o620, 0o602, 0o610, 0o777])
def test_a_file_open_to_others_is_refused_unless_the_operator_says_so(key_file: Path, mode: int) -> None:
    key_file.chmod(mode)

    with pytest.raises(MisconfiguredError, match=f"chmod 600 {key_file}"):
        Vault.open(key_file)

    assert Vault.open(key_file, open_to_others=True).installation_id
    assert any("chmod 600" in problem for problem in key_file_status(key_file).problems)


def test_a_file_opened_to_others_while_the_server_runs_is_not_read_again(key_file: Path) -> None:
    vault = Vault.open(key_file)
    key_file.chmod(0o644)

    with pytest.raises(MisconfiguredError, match="open to others"):
        vault.reload()


@pytest.mark.parametrize("what", ["a folder", "a named pipe", "a huge file", "below a file"])
def test_what_is_no_file_is_refused_in_one_sentence(tmp_path: Path, what: str) -> None:
    path = tmp_path / "keys.json"
    if what == "a folder":
        path.mkdir(0o700)
    elif what == "a named pipe":
        os.mkfifo(path, 0o600)
    elif what == "a huge file":
        path.touch(0o600)
        os.truncate(path, 1 << 30)
    else:
        path.touch(0o600)
        path /= "keys.json"

    with pytest.raises(MisconfiguredError, match="can't be read") as caught:
        Vault.open(path)

    assert "\n" not in caught.value.message
    assert not key_file_status(path).is_good


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_refused_in_one_sentence(key_file: Path) -> None:
    key_file.chmod(0)

    with pytest.raises(MisconfiguredError, match="Permission denied"):
        Vault.open(key_file)


def _set(**values: object) -> Callable[[dict[str, Any]], None]:
    return lambda document: document.update(values)


def _set_key(**values: object) -> Callable[[dict[str, Any]], None]:
    return lambda document: document["keys"][0].update(values)


BREAKAGES: dict[str, Callable[[dict[str, Any]], object]] = {
    "another format": _set(format="jackfield-keys-2"),
    "no format": lambda document: document.pop("format"),
    "no installation": lambda document: document.pop("installation_id"),
    "an empty installation": _set(installation_id=""),
    "an unknown name": _set(more=1),
    "a short mac key": _set(mac_key="QUJD"),
    "a mac key that is no base64": _set(mac_key="*" * 44),
    "keys that are no list": _set(keys={}),
    "no keys": _set(keys=[]),
    "no primary": _set_key(primary=False),
    "two primaries": lambda document: document["keys"].append(document["keys"][0] | {"id": "kek_2"}),
    "an id twice": lambda document: document["keys"].append(document["keys"][0] | {"primary": False}),
    "an empty id": _set_key(id=""),
    "an unknown name in a key": _set_key(more=1),
    "no keyset": lambda document: document["keys"][0].pop("keyset"),
    "an empty keyset": _set_key(keyset={}),
    "a keyset Tink doesn't know": _set_key(keyset={"primaryKeyId": 1, "key": [{"keyId": 1}]}),
    "a keyset with broken base64": lambda document: document["keys"][0]["keyset"]["key"][0]["keyData"].update(
        value="*"
    ),
    "a keyset with a short key": lambda document: document["keys"][0]["keyset"]["key"][0]["keyData"].update(
        value="GgM="
    ),
    "a keyset of numbers": _set_key(keyset={"primaryKeyId": "x", "key": 3}),
    "a time without zone": _set_key(created="2026-11-23T06:21:12"),
    "a time that is none": _set_key(created="yesterday"),
}


@pytest.mark.parametrize("breakage", BREAKAGES)
def test_a_malformed_file_is_refused_without_being_quoted(key_file: Path, breakage: str) -> None:
    document = json.loads(key_file.read_text())
    secrets = [document["mac_key"], document["keys"][0]["keyset"]["key"][0]["keyData"]["value"]]
    BREAKAGES[breakage](document)
    key_file.write_text(json.dumps(document))

    with pytest.raises(MisconfiguredError, match="can't be used as the key file") as caught:
        Vault.open(key_file)

    assert "\n" not in caught.value.message
    assert not [secret for secret in secrets if secret in caught.value.message]
    status = key_file_status(key_file)
    assert status.problems == (caught.value.message,)
    assert status.keys == ()


def test_a_file_cut_off_anywhere_is_refused(key_file: Path) -> None:
    whole = key_file.read_bytes().rstrip()

    for length in range(len(whole)):
        key_file.write_bytes(whole[:length])
        with pytest.raises(MisconfiguredError):
            Vault.open(key_file)


def test_an_unusable_place_is_refused_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(MisconfiguredError, match="can't be written") as caught:
        create_key_file(tmp_path / "file" / "keys.json")

    assert "\n" not in caught.value.message


def test_a_folder_others_may_write_to_is_a_problem(key_file: Path) -> None:
    key_file.parent.chmod(0o770)

    assert [problem for problem in key_file_status(key_file).problems if "chmod go-w" in problem]


def test_the_status_of_a_missing_file_says_what_to_do(tmp_path: Path) -> None:
    status = key_file_status(tmp_path / "keys.json")

    assert (status.mode, status.owner, status.installation_id, status.keys) == (None, None, None, ())
    assert len(status.problems) == 1
    assert "jackfield keys init" in status.problems[0]

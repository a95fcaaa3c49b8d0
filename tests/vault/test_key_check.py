"""Keys and database belong together, or the start is refused."""

import shutil
from pathlib import Path

import pytest

from jackfield.errors import MisconfiguredError
from jackfield.vault import (
    Vault,
    add_key,
    create_key_file,
    key_check,
    key_check_key_id,
    lies_within,
    require_same_keys,
    retire_keys,
)


def test_the_right_keys_pass(key_file: Path, vault: Vault) -> None:
    stored = key_check(vault)

    require_same_keys(Vault.open(key_file), stored)

    assert key_check_key_id(stored) == vault.primary_key_id


@pytest.mark.requirement("D07")
def test_the_keys_of_another_installation_are_refused(vault: Vault, tmp_path: Path) -> None:
    stored = key_check(vault)
    foreign = tmp_path / "foreign.json"
    create_key_file(foreign)

    with pytest.raises(MisconfiguredError, match=f"{foreign} does not belong to this database"):
        require_same_keys(Vault.open(foreign), stored)


@pytest.mark.requirement("D07")
def test_keys_from_before_a_finished_rotation_are_refused(key_file: Path, tmp_path: Path) -> None:
    old_copy = tmp_path / "old.json"
    shutil.copy2(key_file, old_copy)
    new_id = add_key(key_file)
    stored = key_check(Vault.open(key_file))
    retire_keys(key_file, keep={key_check_key_id(stored)})

    assert key_check_key_id(stored) == new_id
    require_same_keys(Vault.open(key_file), stored)
    with pytest.raises(MisconfiguredError, match="older than its last rotation"):
        require_same_keys(Vault.open(old_copy), stored)


@pytest.mark.requirement("D04", "D07")
def test_a_changed_check_is_refused(vault: Vault) -> None:
    stored = key_check(vault)
    changed = [stored[:place] + bytes([stored[place] ^ 0x80]) + stored[place + 1 :] for place in range(len(stored))]

    for value in [*changed, b"", b"\0", b"\xff", b"\x03\xff\xff\xff", stored[:-1]]:
        with pytest.raises(MisconfiguredError, match="does not belong to this database"):
            require_same_keys(vault, value)


@pytest.mark.requirement("D07")
def test_a_key_file_in_the_folder_of_the_data_is_noticed(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    (tmp_path / "link").symlink_to(data)
    (tmp_path / "data-2").mkdir()

    assert lies_within(data / "keys.json", data)
    assert lies_within(data / "deep" / "keys.json", data)
    assert lies_within(tmp_path / "link" / "keys.json", data)
    assert lies_within(data / "keys.json", tmp_path / "link")
    assert not lies_within(tmp_path / "keys.json", data)
    assert not lies_within(tmp_path / "data-2" / "keys.json", data)
    assert not lies_within(data / ".." / "keys.json", data)

"""Rotation: online, resumable, whole or not at all."""

import json
import os
import signal
import stat
import subprocess
import sys
import threading
from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from jackfield.errors import IntegrityError, MisconfiguredError
from jackfield.kernel import Secret
from jackfield.vault import Binding, Sealed, Vault, add_key, key_file_status, retire_keys

# Kills the process at the n-th of the moments at which the system is asked to open, remove or rename a file.
KILLED_AT = """
import os, signal, sys
from pathlib import Path
from jackfield.vault import add_key, retire_keys

path, point, moments = Path(sys.argv[1]), int(sys.argv[2]), 0

def hook(event, args):
    global moments
    if event in {"open", "os.remove", "os.rename"}:
        moments += 1
        if moments == point:
            os.kill(os.getpid(), signal.SIGKILL)

sys.addaudithook(hook)
add_key(path)
add_key(path)
retire_keys(path, sys.argv[3:])
print(moments)
"""


def _run(code: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", code, *(str(argument) for argument in arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def _places(binding: Binding, count: int) -> list[Binding]:
    return [replace(binding, connection_id=f"con_{number}") for number in range(count)]


@pytest.mark.requirement("D06")
def test_after_a_rotation_all_secrets_open_and_none_under_the_old_key(
    key_file: Path, vault: Vault, binding: Binding, tmp_path: Path
) -> None:
    places = _places(binding, 1_000)
    before = [vault.seal(Secret(f"secret {place.connection_id}"), place) for place in places]
    old_file = tmp_path / "old.json"
    old_file.touch(0o600)
    old_file.write_bytes(key_file.read_bytes())
    old_id = vault.primary_key_id

    new_id = add_key(key_file)
    assert vault.unseal(before[0], places[0]).reveal() == "secret con_0"
    after = [vault.rewrap(sealed, place) for sealed, place in zip(before, places, strict=True)]
    dropped = retire_keys(key_file, keep={sealed.key_id for sealed in after})

    assert dropped == [old_id]
    rotated, old_alone = Vault.open(key_file), Vault.open(old_file)
    for sealed, place in zip(after, places, strict=True):
        assert sealed.key_id == new_id
        assert rotated.unseal(sealed, place).reveal() == f"secret {place.connection_id}"
        for record in (sealed, replace(sealed, key_id=old_id)):
            with pytest.raises(IntegrityError):
                old_alone.unseal(record, place)
    with pytest.raises(IntegrityError):
        rotated.unseal(before[0], places[0])


def test_a_rewrapped_record_keeps_its_ciphertext_and_changes_its_wrapping(
    key_file: Path, vault: Vault, binding: Binding
) -> None:
    before = vault.seal(Secret("secret"), binding)
    add_key(key_file)

    after = vault.rewrap(before, binding)

    length = int.from_bytes(before.data[1:3])
    assert after.data[3 + length :] == before.data[3 + length :]
    assert after.data[3 : 3 + length] != before.data[3 : 3 + length]
    assert vault.rewrap(after, binding) is after


@pytest.mark.requirement("D03")
def test_a_copied_record_is_not_rewrapped_for_its_new_place(key_file: Path, vault: Vault, binding: Binding) -> None:
    sealed = vault.seal(Secret("secret"), binding)
    add_key(key_file)

    with pytest.raises(IntegrityError):
        vault.rewrap(sealed, replace(binding, connection_id="con_other"))


def test_macs_and_fingerprints_outlive_a_rotation(key_file: Path, vault: Vault) -> None:
    mac, fingerprint = vault.mac("audit", b"line"), vault.fingerprint(Secret("secret"), "connection")

    add_key(key_file)
    retire_keys(key_file, keep=())

    rotated = Vault.open(key_file)
    assert rotated.mac("audit", b"line") == mac
    assert rotated.fingerprint(Secret("secret"), "connection") == fingerprint


def test_a_running_process_opens_and_seals_under_a_key_another_process_added(
    key_file: Path, vault: Vault, binding: Binding
) -> None:
    ended = _run(
        "import sys; from pathlib import Path; from jackfield.kernel import Secret; from jackfield.vault import *\n"
        "path = Path(sys.argv[1]); add_key(path)\n"
        "sealed = Vault.open(path).seal(Secret('of the other'), Binding(*sys.argv[2:5], int(sys.argv[5]), sys.argv[6]))\n"
        "print(sealed.key_id, sealed.data.hex())",
        key_file,
        binding.business_unit_id,
        binding.connection_id,
        binding.field,
        binding.version,
        binding.origin,
    )
    key_id, data = ended.stdout.split()

    opened = vault.unseal(Sealed(key_id, bytes.fromhex(data)), binding)
    sealed = vault.seal(Secret("of this one"), binding)

    assert opened.reveal() == "of the other"
    assert sealed.key_id == key_id == vault.primary_key_id


def test_a_process_that_has_not_heard_of_the_new_key_does_not_seal_under_the_old_one(
    key_file: Path, vault: Vault, binding: Binding
) -> None:
    new_id = add_key(key_file)
    retire_keys(key_file, keep=())

    sealed = vault.seal(Secret("secret"), binding)

    assert sealed.key_id == new_id
    assert Vault.open(key_file).unseal(sealed, binding).reveal() == "secret"


def test_reload_forgets_a_retired_key(key_file: Path, vault: Vault, binding: Binding) -> None:
    sealed = vault.seal(Secret("secret"), binding)
    add_key(key_file)
    retire_keys(key_file, keep=())

    vault.reload()

    with pytest.raises(IntegrityError):
        vault.unseal(sealed, binding)


@pytest.mark.requirement("D07")
def test_another_installations_file_put_in_place_is_not_taken_on(
    key_file: Path, vault: Vault, binding: Binding, tmp_path: Path
) -> None:
    sealed = vault.seal(Secret("secret"), binding)
    other = json.loads(key_file.read_text()) | {"installation_id": "ins_other"}
    replacement = tmp_path / "other.json"
    replacement.touch(0o600)
    replacement.write_text(json.dumps(other))
    replacement.replace(key_file)

    for act in (vault.reload, lambda: vault.seal(Secret("new"), binding)):
        with pytest.raises(MisconfiguredError, match="another installation's"):
            act()

    assert vault.unseal(sealed, binding).reveal() == "secret"


def test_a_vault_whose_file_is_gone_opens_and_seals_nothing_new(key_file: Path, vault: Vault, binding: Binding) -> None:
    sealed = vault.seal(Secret("secret"), binding)
    key_file.unlink()

    with pytest.raises(MisconfiguredError, match="no key file"):
        vault.seal(Secret("new"), binding)
    with pytest.raises(MisconfiguredError, match="no key file"):
        vault.reload()

    assert vault.unseal(sealed, binding).reveal() == "secret"
    assert not key_file.exists()


def test_threads_seal_and_open_while_keys_are_rotated(key_file: Path, vault: Vault, binding: Binding) -> None:
    done = threading.Event()

    def work() -> int:
        rounds = 0
        while True:
            assert vault.unseal(vault.seal(Secret("secret"), binding), binding).reveal() == "secret"
            rounds += 1
            if done.is_set():
                return rounds

    with ThreadPoolExecutor(4) as pool:
        workers = [pool.submit(work) for _ in range(4)]
        try:
            ids = [add_key(key_file) for _ in range(20)]
        finally:
            done.set()

    assert all(worker.result() for worker in workers)
    assert vault.primary_key_id == ids[-1]


def test_keys_added_by_several_processes_at_once_are_all_kept(key_file: Path) -> None:
    code = "import sys; from pathlib import Path; from jackfield.vault import add_key\n"
    code += "print('ready', flush=True); sys.stdin.readline()\n"
    code += "for _ in range(20): print(add_key(Path(sys.argv[1])))"
    command = [sys.executable, "-c", code, str(key_file)]
    running = [subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    for process in running:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"

    for process in running:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    added = {line for process in running for line in process.communicate(timeout=60)[0].split()}

    status = key_file_status(key_file)

    assert len(added) == 60
    assert added < {key.id for key in status.keys}
    assert len(status.keys) == 61
    assert [key.primary for key in status.keys] == [False] * 60 + [True]


@pytest.mark.requirement("D06")
def test_a_rotation_killed_at_any_moment_leaves_a_good_file_and_can_be_repeated(
    key_file: Path, vault: Vault, binding: Binding
) -> None:
    first = vault.primary_key_id
    sealed = vault.seal(Secret("secret"), binding)
    moments = int(_run(KILLED_AT, key_file, 0, first).stdout)
    assert moments >= 15

    for point in range(1, moments + 1):
        killed = _run(KILLED_AT, key_file, point, first)
        assert killed.returncode == -signal.SIGKILL

        assert _is_good(key_file)
        assert Vault.open(key_file).unseal(sealed, binding).reveal() == "secret"

    again = _run(KILLED_AT, key_file, 0, first)
    assert again.returncode == 0, again.stderr
    assert [key.id for key in key_file_status(key_file).keys] == [first, Vault.open(key_file).primary_key_id]
    assert _names(key_file.parent) == {key_file.name, f".{key_file.name}.lock"}


@pytest.mark.parametrize("ends", ["with an error", "by a crash"])
def test_a_write_torn_in_the_middle_leaves_the_old_file(
    key_file: Path, vault: Vault, binding: Binding, ends: str
) -> None:
    before = key_file.read_bytes()
    sealed = vault.seal(Secret("secret"), binding)
    code = "import resource, signal, sys; from pathlib import Path; from jackfield.vault import add_key\n"
    if ends == "by a crash":
        code += "signal.signal(signal.SIGXFSZ, signal.SIG_DFL)\n"
    code += "resource.setrlimit(resource.RLIMIT_CORE, (0, 0)); resource.setrlimit(resource.RLIMIT_FSIZE, (200, 200))\n"
    code += "add_key(Path(sys.argv[1]))"

    ended = _run(code, key_file)

    if ends == "by a crash":
        assert ended.returncode == -signal.SIGXFSZ
        assert (key_file.parent / f".{key_file.name}.new").stat().st_size == 200
    else:
        assert "MisconfiguredError: the key file" in ended.stderr
        assert "File too large" in ended.stderr
        assert _names(key_file.parent) == {key_file.name, f".{key_file.name}.lock"}
    assert key_file.read_bytes() == before
    add_key(key_file)
    assert _names(key_file.parent) == {key_file.name, f".{key_file.name}.lock"}
    assert vault.unseal(sealed, binding).reveal() == "secret"


def test_a_key_is_dropped_only_when_the_file_has_all_that_must_stay(key_file: Path) -> None:
    first = Vault.open(key_file).primary_key_id
    second = add_key(key_file)
    before = key_file.read_bytes()

    with pytest.raises(MisconfiguredError, match="kek_lost"):
        retire_keys(key_file, keep={"kek_lost"})

    assert key_file.read_bytes() == before
    assert retire_keys(key_file, keep={first, second}) == []
    assert retire_keys(key_file, keep={second}) == [first]
    assert retire_keys(key_file, keep=()) == []
    assert Vault.open(key_file).primary_key_id == second


def test_a_rotation_leaves_permissions_and_links_as_they_were(key_file: Path, tmp_path: Path) -> None:
    link = tmp_path / "link.json"
    link.symlink_to(key_file)
    key_file.chmod(0o640)

    new_id = add_key(link)

    assert link.is_symlink()
    assert stat.S_IMODE(key_file.stat().st_mode) == 0o640
    assert Vault.open(link, open_to_others=True).primary_key_id == new_id


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may give files away")
def test_a_rotation_by_root_leaves_the_files_to_their_owner(key_file: Path) -> None:
    os.chown(key_file, 65534, 65534)
    os.chown(key_file.parent, 65534, 65534)

    add_key(key_file)

    owners = {(path.stat().st_uid, path.stat().st_gid) for path in key_file.parent.iterdir()}
    assert owners == {(65534, 65534)}
    assert stat.S_IMODE(key_file.stat().st_mode) == 0o600


@pytest.mark.requirement("D07")
@pytest.mark.parametrize("change", [add_key, partial(retire_keys, keep=())])
def test_a_missing_or_broken_file_is_not_rotated_into_a_new_one(
    tmp_path: Path, change: Callable[[Path], object]
) -> None:
    missing, broken = tmp_path / "none" / "keys.json", tmp_path / "keys.json"
    broken.write_text("{}")

    for path in (missing, broken):
        with pytest.raises(MisconfiguredError):
            change(path)

    assert not missing.parent.exists()
    assert broken.read_text() == "{}"


def _is_good(path: Path) -> bool:
    return key_file_status(path).is_good and stat.S_IMODE(path.stat().st_mode) == 0o600


def _names(folder: Path) -> Collection[str]:
    return {entry.name for entry in folder.iterdir()}

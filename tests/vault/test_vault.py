"""What is sealed opens where it belongs, and nowhere else."""

import base64
import copy
import json
import pickle
import struct
import traceback
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jackfield.errors import IntegrityError, MisconfiguredError
from jackfield.kernel import Secret
from jackfield.vault import Binding, Sealed, Vault, create_key_file, key_file_status
from jackfield.vault.envelope import associated_data
from jackfield.vault.key_file import read_key_file
from jackfield.vault.providers import FileKeys

CANARY = "canary-9f2c41d07b6e4c55a1"

texts = st.text(st.characters(exclude_categories=()), max_size=200)
bindings = st.builds(
    Binding,
    business_unit_id=texts,
    connection_id=texts,
    field=texts,
    version=st.integers(min_value=0),
    origin=texts,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=texts, place=bindings)
def test_every_text_comes_back_from_every_place(vault: Vault, text: str, place: Binding) -> None:
    sealed = vault.seal(Secret(text), place)

    assert vault.unseal(sealed, place).reveal() == text


@given(one=bindings, other=bindings)
def test_two_places_are_never_spelled_alike(one: Binding, other: Binding) -> None:
    assert (associated_data("ins_1", one) == associated_data("ins_1", other)) == (one == other)


@pytest.mark.requirement("D03")
@pytest.mark.parametrize(
    "elsewhere",
    [
        {"connection_id": "con_other"},
        {"field": "user_name"},
        {"version": 2},
        {"version": 4},
        {"business_unit_id": "bu_other"},
        {"origin": "https://evil.example.com:443/api"},
        {"origin": "https://crm.example.com:443/"},
        # the same characters, cut at another place
        {"business_unit_id": "bu_salesc", "connection_id": "on_crm"},
        {"connection_id": "con_crmp", "field": "assword"},
        {"connection_id": "CON_CRM"},
        {"field": ""},
    ],
)
def test_a_copied_record_opens_nowhere_else(vault: Vault, binding: Binding, elsewhere: dict[str, str]) -> None:
    sealed = vault.seal(Secret(CANARY), binding)

    with pytest.raises(IntegrityError) as caught:
        vault.unseal(sealed, replace(binding, **elsewhere))

    assert CANARY not in caught.value.message
    assert vault.unseal(sealed, binding).reveal() == CANARY


@pytest.mark.requirement("D03")
def test_two_secrets_of_two_places_can_not_change_places_nor_parts(vault: Vault, binding: Binding) -> None:
    other_place = replace(binding, connection_id="con_erp")
    one, other = vault.seal(Secret("one"), binding), vault.seal(Secret("other"), other_place)
    split = len(one.data) - len(b"one") - 28
    mixed = [
        replace(one, data=other.data),
        replace(one, data=one.data[:split] + other.data[split:]),
        replace(one, data=other.data[:split] + one.data[split:]),
    ]

    for record in mixed:
        for place in (binding, other_place):
            if (record.data, place) != (other.data, other_place):
                with pytest.raises(IntegrityError):
                    vault.unseal(record, place)


@pytest.mark.requirement("D03")
def test_a_record_of_another_installation_does_not_open_though_the_keys_are_copied(
    key_file: Path, vault: Vault, binding: Binding, tmp_path: Path
) -> None:
    sealed = vault.seal(Secret(CANARY), binding)
    document = json.loads(key_file.read_text())
    document["installation_id"] = "ins_other"
    copied = tmp_path / "copied.json"
    copied.touch(0o600)
    copied.write_text(json.dumps(document))

    with pytest.raises(IntegrityError):
        Vault.open(copied).unseal(sealed, binding)


@pytest.mark.requirement("D04")
def test_a_record_with_any_byte_changed_is_refused_in_the_same_words(vault: Vault, binding: Binding) -> None:
    sealed = vault.seal(Secret(CANARY * 4), binding)
    flipped = [
        replace(sealed, data=sealed.data[:place] + bytes([sealed.data[place] ^ bit]) + sealed.data[place + 1 :])
        for place in range(len(sealed.data))
        for bit in (0x01, 0x80, 0xFF)
    ]
    flipped += [
        replace(sealed, key_id=sealed.key_id[:place] + chr(ord(char) ^ 1) + sealed.key_id[place + 1 :])
        for place, char in enumerate(sealed.key_id)
    ]
    cut = [replace(sealed, data=sealed.data[:length]) for length in range(len(sealed.data))]
    longer = [replace(sealed, data=sealed.data + b"\0"), replace(sealed, data=b"\0" + sealed.data)]

    refusals = [_refusal(vault, record, binding) for record in [*flipped, *cut, *longer]]

    assert len(refusals) > 800
    assert len(set(refusals)) == 1
    assert CANARY not in refusals[0]


@pytest.mark.requirement("D03", "D04")
def test_an_opener_opens_its_record_again_and_again_and_no_other(vault: Vault, binding: Binding) -> None:
    sealed = vault.seal(Secret(CANARY), binding)
    changed = replace(sealed, data=sealed.data[:-1] + bytes([sealed.data[-1] ^ 1]))

    opener = vault.opener(sealed, binding)

    assert [opener.open().reveal() for _ in range(3)] == [CANARY] * 3
    with pytest.raises(IntegrityError) as moved:
        vault.opener(sealed, replace(binding, origin="https://other.example:443/"))
    with pytest.raises(IntegrityError) as tampered:
        vault.opener(changed, binding).open()
    assert moved.value.message == tampered.value.message
    assert _refusal(vault, changed, binding).endswith(moved.value.message)


def _refusal(vault: Vault, record: Sealed, binding: Binding) -> str:
    """Everything a reader could tell one refusal from another by."""
    with pytest.raises(IntegrityError) as caught:
        vault.unseal(record, binding)
    error = caught.value
    assert error.__cause__ is None
    assert error.__context__ is None
    return f"{type(error).__name__} {error.code} {error.kind} {error.data} {error.message}"


def test_the_same_secret_is_never_sealed_to_the_same_bytes(vault: Vault, binding: Binding) -> None:
    records = [vault.seal(Secret(CANARY), binding).data for _ in range(200)]

    # a data key of its own each: no two records share a part, so a deleted record takes its key with it
    blocks = [record[place : place + 16] for record in records for place in range(8, len(record) - 16, 16)]
    assert len(set(blocks)) == len(blocks)


def test_a_sealed_record_shows_nothing_of_the_secret(vault: Vault, binding: Binding) -> None:
    sealed = vault.seal(Secret(CANARY), binding)

    for spelling in _spellings(CANARY.encode()):
        assert spelling not in sealed.data


def test_another_library_opens_a_record_by_its_format_and_only_with_the_associated_data(
    key_file: Path, vault: Vault, binding: Binding
) -> None:
    """The format is a promise to stored data; what Tink is handed is what it binds to."""
    sealed = vault.seal(Secret(CANARY), binding)
    document = json.loads(key_file.read_text())
    kek = _aes_gcm(base64.b64decode(document["keys"][0]["keyset"]["key"][0]["keyData"]["value"]))
    version, length = struct.unpack(">BH", sealed.data[:3])
    wrapped, ciphertext = sealed.data[3 : 3 + length], sealed.data[3 + length :]
    prefix = struct.pack(">BI", 1, document["keys"][0]["keyset"]["primaryKeyId"])
    parts = ["v1", document["installation_id"], "bu_sales", "con_crm", "password", "3", binding.origin]
    bound_to = b"".join(struct.pack(">I", len(part)) + part.encode() for part in parts)

    data_key = _aes_gcm(kek.decrypt(wrapped[5:17], wrapped[17:], bound_to))
    plaintext = data_key.decrypt(ciphertext[:12], ciphertext[12:], bound_to)

    assert version == 1
    assert wrapped[:5] == prefix
    assert plaintext.decode() == CANARY
    for wrong in (None, b"", bound_to[:-1], bound_to + b"\0"):
        with pytest.raises(InvalidTag):
            kek.decrypt(wrapped[5:17], wrapped[17:], wrong)
        with pytest.raises(InvalidTag):
            data_key.decrypt(ciphertext[:12], ciphertext[12:], wrong)


def _aes_gcm(serialised: bytes) -> AESGCM:
    """Of Tink's AesGcmKey: field 3, 32 bytes."""
    assert serialised[:2] == b"\x1a\x20"
    assert len(serialised) == 34
    return AESGCM(serialised[2:])


def test_a_mac_is_the_same_for_ever_and_of_its_purpose_alone(key_file: Path, vault: Vault, tmp_path: Path) -> None:
    mac = vault.mac("audit", b"line")
    foreign = tmp_path / "foreign.json"
    create_key_file(foreign)

    assert len(mac) == 32
    assert Vault.open(key_file).mac("audit", b"line") == mac
    others = [
        vault.mac("cursor", b"line"),
        vault.mac("audit", b"line2"),
        vault.mac("auditl", b"ine"),
        Vault.open(foreign).mac("audit", b"line"),
    ]
    assert len({mac, *others}) == 5


def test_a_fingerprint_tells_equal_secrets_and_nothing_without_the_key(vault: Vault, tmp_path: Path) -> None:
    fingerprint = vault.fingerprint(Secret(CANARY), "connection")
    foreign = tmp_path / "foreign.json"
    create_key_file(foreign)

    assert len(fingerprint) == 20
    assert vault.fingerprint(Secret(CANARY), "connection") == fingerprint
    assert vault.fingerprint(Secret(CANARY + "x"), "connection") != fingerprint
    assert vault.fingerprint(Secret(CANARY), "token") != fingerprint
    assert Vault.open(foreign).fingerprint(Secret(CANARY), "connection") != fingerprint
    assert vault.mac("connection", CANARY.encode()).hex()[:20] != fingerprint


def test_nothing_prints_pickles_or_copies_a_secret_or_a_key(key_file: Path, vault: Vault, binding: Binding) -> None:
    secret = Secret(CANARY)
    sealed = vault.seal(secret, binding)
    document, _ = read_key_file(key_file)
    stored = json.loads(key_file.read_text())
    forbidden = [
        spelling
        for text in (CANARY, stored["mac_key"], stored["keys"][0]["keyset"]["key"][0]["keyData"]["value"])
        for spelling in _spellings(text.encode())
    ]
    keys = FileKeys(key_file, open_to_others=False)
    opener = vault.opener(sealed, binding)
    holders: list[object] = [vault, keys, document, document.keys[0], document.mac_key, secret, opener]
    open_ones: list[object] = [sealed, binding, key_file_status(key_file)]

    for thing in [*holders, *open_ones]:
        for shown in (repr(thing), str(thing), f"{thing}", repr([thing])):
            assert not [spelling for spelling in forbidden if spelling in shown.encode()]
    for thing in holders:
        _assert_refused(pickle.dumps, thing)
        _assert_refused(copy.deepcopy, thing)
    for thing in open_ones:
        assert not [spelling for spelling in forbidden if spelling in pickle.dumps(thing)]


def _assert_refused(act: Callable[[object], object], thing: object) -> None:
    with pytest.raises(TypeError):
        act(thing)


def test_an_error_and_its_traceback_show_no_secret(key_file: Path, vault: Vault, binding: Binding) -> None:
    sealed = vault.seal(Secret(CANARY), binding)
    stored = json.loads(key_file.read_text())
    key_file.unlink()

    for act in (
        lambda: vault.seal(Secret(CANARY), binding),
        lambda: vault.unseal(replace(sealed, key_id="kek_unknown"), binding),
        lambda: vault.unseal(sealed, replace(binding, version=4)),
    ):
        with pytest.raises((IntegrityError, MisconfiguredError)) as caught:
            act()
        shown = "".join(traceback.format_exception(caught.value))
        assert CANARY not in shown
        assert stored["mac_key"] not in shown


def test_many_threads_seal_and_unseal_at_once(vault: Vault, binding: Binding) -> None:
    def round_trip(number: int) -> bool:
        place = replace(binding, version=number)
        return vault.unseal(vault.seal(Secret(f"{CANARY}{number}"), place), place).reveal() == f"{CANARY}{number}"

    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(round_trip, range(2_000)))

    assert results.count(True) == 2_000


def _spellings(raw: bytes) -> list[bytes]:
    """Raw, hexadecimal, and base64 at its three offsets."""
    shifted = [base64.b64encode(b"x" * shift + raw)[4:-4] for shift in range(3)]
    return [raw, raw.hex().encode(), *shifted]

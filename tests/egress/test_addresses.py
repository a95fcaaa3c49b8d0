"""Where addresses are, and how targets are written."""

import pytest

from jackfield.egress import AllowedTarget, parse_target
from jackfield.egress.addresses import Place, place_of, read_address
from jackfield.egress.targets import AllowList, read_host
from jackfield.errors import InvalidError


def _place(text: str) -> Place:
    address = read_address(text)
    assert address is not None
    return place_of(address)


@pytest.mark.parametrize(
    "text", ["8.8.8.8", "93.184.216.34", "1.1.1.1", "2606:4700::1111", "2a00:1450:4001::1", "64:ff9b::808:808"]
)
def test_addresses_of_the_internet_are_public(text: str) -> None:
    assert _place(text) is Place.PUBLIC


@pytest.mark.requirement("D29")
@pytest.mark.parametrize(
    "text",
    [
        "127.0.0.1",
        "127.255.255.254",
        "10.0.0.1",
        "172.31.255.255",
        "192.168.1.1",
        "100.64.0.1",
        "198.18.0.1",
        "::1",
        "fd00::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
    ],
)
def test_private_networks_are_inside(text: str) -> None:
    assert _place(text) is Place.INSIDE


@pytest.mark.requirement("D29")
@pytest.mark.parametrize(
    "text",
    [
        "0.0.0.0",
        "0.1.2.3",
        "169.254.169.254",
        "192.0.0.8",
        "192.0.2.1",
        "192.88.99.1",
        "198.51.100.1",
        "203.0.113.1",
        "224.0.0.1",
        "239.255.255.250",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::127.0.0.1",
        "::8.8.8.8",
        "::ffff:169.254.169.254",
        "::ffff:0:127.0.0.1",
        "64:ff9b::127.0.0.1",
        "64:ff9b::10.0.0.1",
        "64:ff9b:1::808:808",
        "100::1",
        "2001::1",
        "2001:0:4136:e378:8000:63bf:3fff:fdd2",
        "2001:db8::1",
        "2002:7f00:1::",
        "2002:808:808::1",
        "2a00:1450::5efe:10.0.0.1",
        "2a00:1450::200:5efe:127.0.0.1",
        "3ffe::1",
        "3fff::1",
        "5f00::1",
        "fe80::1",
        "fec0::1",
        "ff02::1",
    ],
)
def test_addresses_that_are_special_or_hide_another_are_special(text: str) -> None:
    assert _place(text) is Place.SPECIAL


@pytest.mark.parametrize(
    "text", ["127.1", "0x7f.2", "0177.0.0.2", "2130706434", "1.2.3.4.5", "fe80::1%eth0", "①.0.0.2"]
)
def test_unusual_spellings_are_no_addresses(text: str) -> None:
    assert read_address(text) is None
    assert read_host(text) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("10.1.2.3:443", AllowedTarget("10.1.2.3", 443)),
        ("10.0.0.0/8", AllowedTarget("10.0.0.0/8")),
        ("10.0.0.0/8:25", AllowedTarget("10.0.0.0/8", 25)),
        ("[fd00::0001]:443", AllowedTarget("fd00::1", 443)),
        ("fd00::/8", AllowedTarget("fd00::/8")),
        ("DB.corp.example", AllowedTarget("db.corp.example")),
        ("*.corp.example:25", AllowedTarget("*.corp.example", 25)),
    ],
)
def test_targets_are_read_as_people_write_them(text: str, expected: AllowedTarget) -> None:
    assert parse_target(text) == expected


@pytest.mark.parametrize(
    "text", ["", "*", "*.", "*.10.0.0.1", "10.0.0.1/8", "http://x", "a b", "x:0", "x:70000", "127.1"]
)
def test_what_is_no_target_is_refused(text: str) -> None:
    with pytest.raises(InvalidError):
        parse_target(text)


def _permits(target: str, address: str, port: int, *, name: str | None = None, public_too: bool = True) -> bool:
    read = read_address(address)
    assert read is not None
    return AllowList([parse_target(target)]).is_permitted(read, port, answered_for=name, public_too=public_too)


@pytest.mark.requirement("D29")
def test_a_listed_address_is_permitted_at_its_port_and_no_other() -> None:
    assert _permits("10.0.0.5:443", "10.0.0.5", 443)
    assert _permits("10.0.0.5:443", "::ffff:10.0.0.5", 443)
    assert not _permits("10.0.0.5:443", "10.0.0.5", 80)
    assert not _permits("10.0.0.5:443", "10.0.0.6", 443)
    assert _permits("10.0.0.5", "10.0.0.5", 80)
    assert _permits("10.0.0.0/24:25", "10.0.0.77", 25)
    assert not _permits("10.0.0.0/24:25", "10.0.1.77", 25)


@pytest.mark.requirement("D29", "D30")
def test_a_listed_name_permits_only_what_it_resolved_to() -> None:
    assert _permits("db.corp:5432", "10.0.0.5", 5432, name="db.corp")
    assert _permits("db.corp:5432", "10.0.0.5", 5432, name="db.corp.")
    assert not _permits("db.corp:5432", "10.0.0.5", 5432)
    assert not _permits("db.corp:5432", "10.0.0.5", 22, name="db.corp")
    assert not _permits("db.corp:5432", "10.0.0.5", 5432, name="xdb.corp")
    assert _permits("*.corp", "10.0.0.5", 5432, name="a.db.corp")
    assert not _permits("*.corp", "10.0.0.5", 5432, name="corp")
    assert not _permits("*.corp", "10.0.0.5", 5432, name="evilcorp")


@pytest.mark.requirement("D30")
@pytest.mark.parametrize("address", ["169.254.169.254", "0.0.0.0", "224.0.0.1", "fe80::1", "64:ff9b::10.0.0.1"])
def test_a_listed_name_never_leads_to_a_special_address(address: str) -> None:
    assert not _permits("db.corp", address, 80, name="db.corp")
    assert _permits(address, address, 80)


@pytest.mark.requirement("D32")
def test_unencrypted_secrets_go_only_to_listed_targets() -> None:
    assert not _permits("10.0.0.5", "93.184.216.34", 80, name="example.com", public_too=False)
    assert _permits("example.com", "93.184.216.34", 80, name="example.com", public_too=False)

"""How rows are made and spelled."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, cast

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from audit.builders import an_act, mac
from jackfield.audit import RowKind
from jackfield.audit.chain import Row, act_row, link, spell, write_data
from jackfield.kernel import ObjectRef

NOW = datetime(2030, 1, 1, tzinfo=UTC)
SPELLED = [name for name in act_row(an_act(), RowKind.ACT, NOW) if name != "mac"]
OPTIONAL = {"intent", "duration_us"}
NUMBERS = st.integers(0, 1 << 62)
TEXTS = st.one_of(st.none(), st.text(max_size=8), st.sampled_from(["", "-", "0:", "1:a", "-1:a", "a-", "2:ab"]))


@st.composite
def rows(draw: st.DrawFn) -> Row:
    row: dict[str, Any] = {name: draw(TEXTS) for name in SPELLED}
    row |= {"sequence": draw(NUMBERS), "intent": draw(st.none() | NUMBERS), "duration_us": draw(st.none() | NUMBERS)}
    row["at"] = draw(st.datetimes(timezones=st.just(UTC)))
    return cast("Row", row)


def unspell(spelled: bytes) -> list[str | None]:
    """What a spelling says: that it can be read back is why no two rows are spelled alike."""
    text, fields, place = spelled.decode(errors="surrogatepass"), list[str | None](), 0
    while place < len(text):
        if text[place] == "-":
            fields.append(None)
            place += 1
            continue
        colon = text.index(":", place)
        end = colon + 1 + int(text[place:colon])
        fields.append(text[colon + 1 : end])
        place = end
    return fields


def as_text(row: Row) -> list[str | None]:
    def one(value: object) -> str | None:
        return None if value is None else value.isoformat() if isinstance(value, datetime) else str(value)

    values = cast("Mapping[str, object]", row)
    return [one(values[name]) for name in SPELLED]


@pytest.mark.requirement("D66")
@given(row=rows(), before=st.binary(max_size=40))
def test_every_field_can_be_read_back_from_the_spelling_of_a_row(row: Row, before: bytes) -> None:
    _domain, mac_before, *fields = unspell(spell(row, before))

    assert mac_before == before.hex()
    assert fields == as_text(row)


@pytest.mark.requirement("D66")
@given(one=rows(), other=rows())
def test_two_different_rows_are_never_spelled_alike(one: Row, other: Row) -> None:
    assume(as_text(one) != as_text(other))

    assert spell(one, b"") != spell(other, b"")


@pytest.mark.requirement("D66")
@pytest.mark.parametrize("name", SPELLED)
def test_a_change_of_any_field_changes_the_mac(name: str) -> None:
    row = act_row(an_act(), RowKind.INTENT, NOW)
    other = cast("dict[str, Any]", row.copy())
    other[name] = {"at": datetime(2031, 1, 1, tzinfo=UTC), "sequence": 7}.get(name, 1 if name in OPTIONAL else "x")

    assert mac(spell(row, b"")) != mac(spell(cast("Row", other), b""))


def test_linking_counts_on_and_carries_the_mac_before() -> None:
    chain = [act_row(an_act(), RowKind.ACT, NOW) for _ in range(3)]

    end = link(chain, 4, b"before", mac)

    assert [row["sequence"] for row in chain] == [5, 6, 7]
    assert end == chain[2]["mac"] == mac(spell(chain[2], chain[1]["mac"]))


@given(st.text())
def test_what_is_recorded_has_no_control_characters_and_a_bounded_length(text: str) -> None:
    row = act_row(an_act(person=text, label=text * 60, object=ObjectRef("connection", text, text)), RowKind.ACT, NOW)

    for value in (row["actor_id"], row["actor_label"], row["object_id"], row["object_label"]):
        assert value is not None
        assert len(value) <= 500
        assert not set(value) & {"\n", "\r", "\0", "\x1b", "\u2028", "\u2029", "\u202e", "\ud800"}
        value.encode()


def test_data_that_is_too_large_or_no_json_leaves_a_marker() -> None:
    assert write_data({"a": "x" * 20_000}) == '{"left_out":"too large","size_bytes":20008}'
    assert write_data(cast("Any", {"a": object()})) == '{"left_out":"no JSON"}'
    assert write_data({"a": float("nan")}) == '{"left_out":"no JSON"}'


def test_data_is_spelled_in_one_way_and_in_ascii() -> None:
    assert write_data({"b": "ü\n\u2028", "a": 1}) == write_data({"a": 1, "b": "ü\n\u2028"})
    assert write_data({"b": "ü\n\u2028"}).isascii()

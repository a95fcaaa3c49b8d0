"""Every sentence that a page shows has its German, and every German sentence still has its English."""

import json
import re
from itertools import pairwise
from typing import Any

import pytest

import house_texts
from house_texts import FOR_DEVELOPERS, PROSE, ROOT, SPOKEN, connectors, kinds_of_triggers
from jackfield.connectors import Connector
from jackfield.triggers import Kind

_GAP = re.compile(r"\{\d\}")


def catalogues() -> dict[str, dict[str, str]]:
    def read(pairs: list[tuple[str, str]]) -> dict[str, str]:
        assert len({english for english, _ in pairs}) == len(pairs), "a sentence stands twice"
        return dict(pairs)

    return {
        path.parent.relative_to(ROOT).as_posix(): json.loads(path.read_text("utf-8"), object_pairs_hook=read)
        for path in sorted(ROOT.rglob("de.json"))
    }


KNOWN = {english for pairs in catalogues().values() for english in pairs}


@pytest.mark.requirement("E7")
@pytest.mark.parametrize("package", sorted(SPOKEN))
def test_every_error_that_people_read_has_its_german(package: str) -> None:
    said = house_texts.errors_of(package)

    assert said, "no error was found; the test is blind"
    assert sorted(said - KNOWN) == []


@pytest.mark.requirement("E7", "C17")
@pytest.mark.parametrize("path", PROSE)
def test_every_question_and_every_reason_has_its_german(path: str) -> None:
    said = house_texts.prose_of(path)

    assert said, "no sentence was found; the test is blind"
    # What is composed of constants is known as a whole.
    assert sorted(one for one in said - KNOWN if not any(_fills(whole, one) for whole in KNOWN)) == []


@pytest.mark.requirement("E7")
@pytest.mark.parametrize("connector", connectors(), ids=lambda one: one.key)
def test_everything_that_people_read_of_a_connector_has_its_german(connector: Connector[Any]) -> None:
    said = set(house_texts.texts_of(connector))

    assert len(said) > 20, "hardly anything was found; the test is blind"
    assert sorted(said - KNOWN) == []


@pytest.mark.requirement("E7")
@pytest.mark.parametrize("kind", kinds_of_triggers(), ids=lambda one: one.key)
def test_everything_that_people_read_of_a_kind_of_trigger_has_its_german(kind: Kind) -> None:
    said = set(house_texts.texts_of_kind(kind))

    assert len(said) > 8, "hardly anything was found; the test is blind"
    assert sorted(said - KNOWN) == []


@pytest.mark.requirement("E7")
@pytest.mark.parametrize("place", sorted(catalogues()))
def test_no_german_sentence_has_lost_its_english(place: str) -> None:
    package = place.partition("/")[0]
    said = set(house_texts.all_texts_of(package))
    for connector in connectors():
        said |= set(house_texts.texts_of(connector))
    for kind in kinds_of_triggers():
        said |= set(house_texts.texts_of_kind(kind))
    # Reasons that several packages give are written down where they are first read.
    for other in SPOKEN:
        said |= house_texts.errors_of(other)
    prose = {one for path in PROSE for one in house_texts.prose_of(path)}

    left_over = {
        english
        for english in catalogues()[place].keys() - said - prose
        if not any(_fills(english, one) for one in prose) and not set(english.split(" or ")) <= prose
    }

    assert left_over == set()
    assert not catalogues()[place].keys() & FOR_DEVELOPERS


def _fills(whole: str, sentence: str) -> bool:
    """Whether the one is the other with words of ours in its gaps, as constants are made of constants."""
    if not _GAP.search(sentence):
        return False
    found = re.fullmatch("(.+)".join(map(re.escape, _GAP.split(sentence))), whole)
    return found is not None and KNOWN.issuperset(found.groups())


def test_both_have_the_same_gaps_and_no_two_stand_side_by_side_without_a_word_between() -> None:
    for place, pairs in catalogues().items():
        for english, german in pairs.items():
            assert sorted(set(_GAP.findall(english))) == sorted(set(_GAP.findall(german))), (place, english)
            assert german.strip(), (place, english)
            places = [found.span() for found in _GAP.finditer(english)]
            if english != "{1} refuses the statement{2}: {3}{4}":
                assert all(first[1] < second[0] for first, second in pairwise(places)), (place, english)

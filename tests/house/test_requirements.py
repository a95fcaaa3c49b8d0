"""Rules and tests know each other: every rule has its tests or says why not, every mark names a rule that is there."""

import re
from pathlib import Path

import requirements
from house_marks import marked_tests

DOCS = Path(__file__).parents[2] / "docs"
MINIMUM_TESTS = 100


def documented_ids() -> set[str]:
    rules = set(re.findall(r"^([COPDAE]\d+)\. ", (DOCS / "product.md").read_text(), re.MULTILINE))
    cases = set(re.findall(r"^\| (D\d\d) \|", (DOCS / "security.md").read_text(), re.MULTILINE))
    # Data objects (D1…D8) and cases (D01…D67) share a letter; cases always have two digits.
    return rules | cases


def test_every_rule_and_case_has_tests_or_says_why_not() -> None:
    documented = documented_ids()

    assert len(documented) >= 110
    assert requirements.HELD.keys() | requirements.NOT_YET.keys() == documented
    assert not {key for key in requirements.NOT_YET if len(requirements.NOT_YET[key]) < 10}


def test_every_listed_test_is_marked_and_every_mark_is_listed() -> None:
    marked = marked_tests()

    assert {key: list(tests) for key, tests in requirements.HELD.items()} == marked
    assert len({test for tests in marked.values() for test in tests}) >= MINIMUM_TESTS

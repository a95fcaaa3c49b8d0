"""Every role and every act: the table is written out by hand from the rules, not computed by the code under test."""

import pytest

from jackfield.connections.access import (
    StepAccess,
    decide,
    decide_create,
    decide_run,
    decide_step,
    explain,
    may_know_of,
    require,
)
from jackfield.connections.models import ConnectionAct, ConnectionFacts, ConnectionState
from jackfield.directory.models import InstallationRole, Principal, Role
from jackfield.errors import ConflictError, FeatureOffError, ForbiddenError, NotFoundError
from jackfield.kernel import BusinessUnitId, ConnectionId, GroupId, PersonId

UNIT = BusinessUnitId("bun_sales")
ELSEWHERE = BusinessUnitId("bun_legal")
GROUP = GroupId("grp_integrators")


def _person(
    key: str,
    *roles: Role,
    unit: BusinessUnitId = UNIT,
    installation: InstallationRole | None = None,
    groups: frozenset[GroupId] = frozenset(),
    is_active: bool = True,
) -> Principal:
    return Principal(
        person_id=PersonId(key),
        name=key,
        is_active=is_active,
        installation_roles=frozenset({installation} if installation else ()),
        roles={unit: frozenset(roles)} if roles else {},
        group_ids=groups,
    )


EDITOR, MEMBER, ADMINISTRATOR, AUDITOR = Role.EDITOR, Role.MEMBER, Role.ADMINISTRATOR, Role.AUDITOR
SUPER = InstallationRole.SUPER_ADMIN

PEOPLE = {
    "creator, editor": _person("creator", EDITOR),
    "creator, member now": _person("creator", MEMBER),
    "creator, left": _person("creator"),
    "creator, in another unit": _person("creator", EDITOR, unit=ELSEWHERE),
    "creator, super admin now": _person("creator", installation=SUPER),
    "admin, editor": _person("admin", EDITOR),
    "admin, member": _person("admin", MEMBER),
    "admin, left": _person("admin"),
    "admin, auditor now": _person("admin", AUDITOR),
    "admin, super admin": _person("admin", installation=SUPER),
    "admin, deactivated": _person("admin", EDITOR, is_active=False),
    "administrator": _person("other", ADMINISTRATOR),
    "editor": _person("other", EDITOR),
    "editor, authorized": _person("authorized", EDITOR),
    "editor, authorized by group": _person("other", EDITOR, groups=frozenset({GROUP})),
    "member": _person("other", MEMBER),
    "member, authorized": _person("authorized", MEMBER),
    "member, authorized by group": _person("other", MEMBER, groups=frozenset({GROUP})),
    "stranger, authorized": _person("authorized", EDITOR, unit=ELSEWHERE),
    "auditor": _person("other", AUDITOR),
    "auditor, editor, too": _person("other", AUDITOR, EDITOR),
    "auditor of the installation": _person("other", installation=InstallationRole.AUDITOR),
    "super admin": _person("other", installation=SUPER),
    "super admin, editor": _person("other", EDITOR, installation=SUPER),
    "administrator elsewhere": _person("other", ADMINISTRATOR, unit=ELSEWHERE),
    "auditor elsewhere": _person("other", AUDITOR, unit=ELSEWHERE),
    "super admin, deactivated": _person("other", installation=SUPER, is_active=False),
}

COLUMNS = {
    "see": [ConnectionAct.SEE],
    "read": [ConnectionAct.READ_DETAILS, ConnectionAct.READ_ACTIVITY],
    "design": [ConnectionAct.DESIGN],
    "use": [ConnectionAct.USE],
    "admin": [
        ConnectionAct.RENAME,
        ConnectionAct.RECONNECT,
        ConnectionAct.ROLL_BACK,
        ConnectionAct.RETRY,
        ConnectionAct.REMOVE_ADMIN,
        ConnectionAct.SET_AUTHORIZED_PERSONS,
        ConnectionAct.DELETE,
        ConnectionAct.REPLACE,
    ],
    "share": [ConnectionAct.SHARE],
    "details": [ConnectionAct.CHANGE_DETAILS],
}

# + allowed, - refused, and the rule that decided. The connection has been connected, so its details are fixed (C5).
OPEN = """
                             | see  | read | design | use  | admin  | share | details
creator, editor              | +C3  | +C3  | +C8    | +C8  | -C6    | -C6   | -C6
creator, member now          | +C3  | +C3  | -C8    | -C8  | -C6    | -C6   | -C6
creator, left                | -C3  | -C6  | -C8    | -C8  | -C6    | -C6   | -C6
creator, in another unit     | -C3  | -C6  | -C8    | -C8  | -C6    | -C6   | -C6
creator, super admin now     | +C7  | +C3  | -C8    | -C8  | -C7    | +C7   | -C7
admin, editor                | +C6  | +C6  | +C8    | +C8  | +C6    | +C6   | -C5
admin, member                | +C6  | +C6  | -C8    | -C8  | +C6    | +C6   | -C5
admin, left                  | -C3  | -C6  | -C8    | -C8  | -C6    | -C6   | -C6
admin, auditor now           | +C3  | +C3  | -C8    | -C8  | -C6    | -C6   | -C6
admin, super admin           | +C6  | +C6  | -C8    | -C8  | +C6    | +C6   | -C5
admin, deactivated           | -C12 | -C12 | -C12   | -C12 | -C12   | -C12  | -C12
administrator                | -C3  | -C6  | +C8    | +C8  | -C6    | -C6   | -C6
editor                       | -C3  | -C6  | +C8    | +C8  | -C6    | -C6   | -C6
editor, authorized           | -C3  | -C6  | +C8    | +C8  | -C6    | -C6   | -C6
editor, authorized by group  | -C3  | -C6  | +C8    | +C8  | -C6    | -C6   | -C6
member                       | -C3  | -C6  | -C8    | -C8  | -C6    | -C6   | -C6
member, authorized           | -C3  | -C6  | -C8    | -C8  | -C6    | -C6   | -C6
member, authorized by group  | -C3  | -C6  | -C8    | -C8  | -C6    | -C6   | -C6
stranger, authorized         | -C3  | -C6  | -C8    | -C8  | -C6    | -C6   | -C6
auditor                      | +C3  | +C3  | -C8    | -C8  | -C6    | -C6   | -C6
auditor, editor, too         | +C3  | +C3  | +C8    | +C8  | -C6    | -C6   | -C6
auditor of the installation  | +C3  | +C3  | -C8    | -C8  | -C6    | -C6   | -C6
super admin                  | +C7  | -C7  | -C8    | -C8  | -C7    | +C7   | -C7
super admin, editor          | +C7  | -C7  | +C8    | +C8  | -C7    | +C7   | -C7
administrator elsewhere      | -C3  | -C6  | -C8    | -C8  | -C6    | -C6   | -C6
auditor elsewhere            | -C3  | -C6  | -C8    | -C8  | -C6    | -C6   | -C6
super admin, deactivated     | -C12 | -C12 | -C12   | -C12 | -C12   | -C12  | -C12
"""

# What changes when authorized persons are named: design and use, and nothing else.
NARROWED = """
                             | design | use
creator, editor              | +C8    | +C8
creator, member now          | -C8    | -C8
creator, left                | -C8    | -C8
creator, in another unit     | -C8    | -C8
creator, super admin now     | -C8    | -C8
admin, editor                | +C8    | +C8
admin, member                | -C8    | -C8
admin, left                  | -C8    | -C8
admin, auditor now           | -C8    | -C8
admin, super admin           | -C8    | -C8
admin, deactivated           | -C12   | -C12
administrator                | -C8    | -C8
editor                       | -C8    | -C8
editor, authorized           | +C8    | +C8
editor, authorized by group  | +C8    | +C8
member                       | -C8    | -C8
member, authorized           | -C8    | -C8
member, authorized by group  | -C8    | -C8
stranger, authorized         | -C8    | -C8
auditor                      | -C8    | -C8
auditor, editor, too         | -C8    | -C8
auditor of the installation  | -C8    | -C8
super admin                  | -C8    | -C8
super admin, editor          | -C8    | -C8
administrator elsewhere      | -C8    | -C8
auditor elsewhere            | -C8    | -C8
super admin, deactivated     | -C12   | -C12
"""


def _connection(
    *,
    narrowed: bool = False,
    state: ConnectionState = ConnectionState.CONNECTED,
    ever_connected: bool = True,
    feature_on: bool = True,
) -> ConnectionFacts:
    return ConnectionFacts(
        id=ConnectionId("con_1"),
        business_unit_id=UNIT,
        connector="http",
        creator_id=PersonId("creator"),
        admin_ids=frozenset({PersonId("admin")}),
        authorized_people=frozenset({PersonId("authorized")} if narrowed else ()),
        authorized_groups=frozenset({GROUP} if narrowed else ()),
        state=state,
        ever_connected=ever_connected,
        feature_on=feature_on,
    )


def _cells(table: str) -> list[tuple[str, ConnectionAct, str]]:
    head, *rows = [[cell.strip() for cell in line.split("|")] for line in table.strip("\n").splitlines()]
    return [
        (row[0], act, cell)
        for row in rows
        for column, cell in zip(head[1:], row[1:], strict=True)
        for act in COLUMNS[column]
    ]


def _answer(who: str, act: ConnectionAct, connection: ConnectionFacts) -> str:
    decision = decide(PEOPLE[who], act, connection)
    return ("+" if decision.allowed else "-") + decision.rule


def test_the_table_has_every_person_and_every_act() -> None:
    cells = {(who, act) for who, act, _ in _cells(OPEN)}

    assert cells == {(who, act) for who in PEOPLE for act in ConnectionAct}


@pytest.mark.requirement("C3", "C6", "C7", "C8", "C12", "C17", "D12", "D14")
@pytest.mark.parametrize(("who", "act", "expected"), _cells(OPEN))
def test_everybody_may_do_exactly_what_the_rules_say(who: str, act: ConnectionAct, expected: str) -> None:
    assert _answer(who, act, _connection()) == expected


@pytest.mark.requirement("C8")
@pytest.mark.parametrize(("who", "act", "expected"), _cells(NARROWED))
def test_authorized_persons_narrow_the_editors_and_never_widen_them(
    who: str, act: ConnectionAct, expected: str
) -> None:
    assert _answer(who, act, _connection(narrowed=True)) == expected


@pytest.mark.requirement("C8")
@pytest.mark.parametrize("act", sorted(set(ConnectionAct) - {ConnectionAct.DESIGN, ConnectionAct.USE}))
@pytest.mark.parametrize("who", PEOPLE)
def test_authorized_persons_change_nothing_but_design_and_use(who: str, act: ConnectionAct) -> None:
    assert _answer(who, act, _connection(narrowed=True)) == _answer(who, act, _connection())


@pytest.mark.requirement("C13")
@pytest.mark.parametrize(
    ("act", "expected"),
    [
        (ConnectionAct.SEE, "+C6"),
        (ConnectionAct.READ_DETAILS, "+C6"),
        (ConnectionAct.READ_ACTIVITY, "+C6"),
        (ConnectionAct.DESIGN, "-C13"),
        (ConnectionAct.USE, "-C13"),
        (ConnectionAct.RENAME, "+C6"),
        (ConnectionAct.RECONNECT, "-C13"),
        (ConnectionAct.ROLL_BACK, "+C6"),
        (ConnectionAct.RETRY, "-C13"),
        (ConnectionAct.CHANGE_DETAILS, "-C13"),
        (ConnectionAct.SHARE, "+C6"),
        (ConnectionAct.REMOVE_ADMIN, "+C6"),
        (ConnectionAct.SET_AUTHORIZED_PERSONS, "+C6"),
        (ConnectionAct.DELETE, "+C6"),
        (ConnectionAct.REPLACE, "-C13"),
    ],
)
def test_with_its_feature_off_a_connection_is_frozen_and_still_administered(act: ConnectionAct, expected: str) -> None:
    assert _answer("admin, editor", act, _connection(feature_on=False)) == expected


@pytest.mark.requirement("C1", "C5")
@pytest.mark.parametrize(
    ("state", "ever_connected", "use", "change"),
    [
        (ConnectionState.CONNECTED, True, "+C8", "-C5"),
        (ConnectionState.UNREACHABLE, True, "+C8", "-C5"),
        (ConnectionState.NEEDS_SIGN_IN, True, "+C8", "-C5"),
        (ConnectionState.NOT_CONNECTED, False, "-C1", "+C6"),
    ],
)
def test_what_was_never_connected_can_be_corrected_and_not_used(
    state: ConnectionState, ever_connected: bool, use: str, change: str
) -> None:
    connection = _connection(state=state, ever_connected=ever_connected)

    assert _answer("admin, editor", ConnectionAct.USE, connection) == use
    assert _answer("admin, editor", ConnectionAct.CHANGE_DETAILS, connection) == change


@pytest.mark.requirement("C1")
@pytest.mark.parametrize(
    ("who", "anywhere", "in_production"),
    [
        ("administrator", True, True),
        ("editor", True, False),
        ("member", False, False),
        ("auditor", False, False),
        ("super admin", False, False),
        ("administrator elsewhere", False, False),
        ("admin, deactivated", False, False),
    ],
)
def test_editors_create_and_in_production_only_administrators(who: str, anywhere: bool, in_production: bool) -> None:
    assert decide_create(PEOPLE[who], UNIT, production=False).allowed is anywhere
    assert decide_create(PEOPLE[who], UNIT, production=True).allowed is in_production


@pytest.mark.requirement("C9")
@pytest.mark.parametrize(
    ("publisher", "narrowed", "feature_on", "expected"),
    [
        ("editor", False, True, "+C9"),
        ("editor", False, False, "-C13"),
        ("editor", True, True, "-C8"),
        ("editor, authorized by group", True, True, "+C9"),
        ("creator, editor", True, True, "+C9"),
        ("member", False, True, "-C8"),
        ("super admin", False, True, "-C8"),
    ],
)
def test_at_run_time_the_publisher_counts_and_not_who_runs(
    publisher: str, narrowed: bool, feature_on: bool, expected: str
) -> None:
    decision = decide_run(_connection(narrowed=narrowed), PEOPLE[publisher], feature_on=feature_on)

    assert ("+" if decision.allowed else "-") + decision.rule == expected


@pytest.mark.requirement("C10")
@pytest.mark.parametrize(
    ("who", "narrowed", "expected"),
    [
        ("editor", False, StepAccess.EDITABLE),
        ("editor", True, StepAccess.LOCKED),
        ("editor, authorized", True, StepAccess.EDITABLE),
        ("administrator", True, StepAccess.LOCKED),
        ("super admin", False, StepAccess.LOCKED),
        ("admin, editor", True, StepAccess.EDITABLE),
    ],
)
def test_a_step_on_a_connection_that_one_may_not_see_is_locked(who: str, narrowed: bool, expected: StepAccess) -> None:
    assert decide_step(PEOPLE[who], _connection(narrowed=narrowed)) is expected


@pytest.mark.requirement("C17", "D13")
@pytest.mark.parametrize("act", ConnectionAct)
def test_who_may_not_know_of_it_learns_nothing_from_any_act(act: ConnectionAct) -> None:
    for who in ("member", "administrator elsewhere", "creator, left", "admin, deactivated"):
        assert not may_know_of(PEOPLE[who], _connection())
        with pytest.raises(NotFoundError) as caught:
            require(PEOPLE[who], act, _connection())
        assert caught.value.message == "there is no such connection, or it is not for you to see"


@pytest.mark.requirement("C17")
def test_a_refusal_to_somebody_who_may_know_names_its_rule_and_who_can_change_it() -> None:
    with pytest.raises(ForbiddenError) as caught:
        require(PEOPLE["editor"], ConnectionAct.DELETE, _connection())

    assert caught.value.data == {
        "rule": "C6",
        "act": "delete",
        "who_can_change": "the connection's admins, and the super admins by sharing it",
    }


def test_a_refusal_by_the_state_of_things_is_no_matter_of_rights() -> None:
    new = _connection(state=ConnectionState.NOT_CONNECTED, ever_connected=False)

    with pytest.raises(FeatureOffError):
        require(PEOPLE["editor"], ConnectionAct.USE, _connection(feature_on=False))
    with pytest.raises(ConflictError, match="not connected yet"):
        require(PEOPLE["editor"], ConnectionAct.USE, new)
    with pytest.raises(ConflictError, match="make a successor"):
        require(PEOPLE["admin, editor"], ConnectionAct.CHANGE_DETAILS, _connection())


@pytest.mark.requirement("C17")
@pytest.mark.parametrize("act", ConnectionAct)
@pytest.mark.parametrize("who", PEOPLE)
def test_an_explanation_has_the_same_outcome_and_shows_the_question_that_decided(who: str, act: ConnectionAct) -> None:
    for connection in (_connection(), _connection(narrowed=True), _connection(feature_on=False)):
        explanation = explain(PEOPLE[who], act, connection)

        assert explanation.decision == decide(PEOPLE[who], act, connection)
        assert any(
            check.rule == explanation.decision.rule and check.answer is explanation.decision.allowed
            for check in explanation.checks
        )
        assert all(check.question.endswith(("?", ".")) and check.who_can_change for check in explanation.checks)

"""Every role against every act, as a table that anybody can read."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jackfield.directory import InstallationRole, Principal, Role, Scope
from jackfield.directory.access import DirectoryAct, Target, decide
from jackfield.kernel import BusinessUnitId, PersonId, TokenId

HERE = BusinessUnitId("bu_here")
ELSEWHERE = BusinessUnitId("bu_elsewhere")
ANNA = PersonId("per_anna")
BERT = PersonId("per_bert")

PERSONAS: dict[str, Principal] = {
    "super admin": Principal(ANNA, "Anna", installation_roles=frozenset({InstallationRole.SUPER_ADMIN})),
    "installation auditor": Principal(ANNA, "Anna", installation_roles=frozenset({InstallationRole.AUDITOR})),
    "administrator": Principal(ANNA, "Anna", roles={HERE: frozenset({Role.ADMINISTRATOR})}),
    "editor": Principal(ANNA, "Anna", roles={HERE: frozenset({Role.EDITOR})}),
    "member": Principal(ANNA, "Anna", roles={HERE: frozenset({Role.MEMBER})}),
    "auditor": Principal(ANNA, "Anna", roles={HERE: frozenset({Role.AUDITOR})}),
    "administrator elsewhere": Principal(ANNA, "Anna", roles={ELSEWHERE: frozenset({Role.ADMINISTRATOR})}),
    "member elsewhere": Principal(ANNA, "Anna", roles={ELSEWHERE: frozenset({Role.MEMBER})}),
    "nobody": Principal(ANNA, "Anna"),
}

# Another's: done to Bert, who is a member of the business unit "here", or to that business unit.
#                              super  inst.    admini-                          admin.     member
#                              admin  auditor  strator  editor  member  auditor elsewhere  elsewhere  nobody
ANOTHERS = """
person.list                    yes    yes      yes      no      no      no      yes        no         no
person.read                    yes    yes      yes      yes     yes     yes     yes        no         no
person.create                  yes    no       no       no      no      no      no         no         no
person.change                  yes    no       no       no      no      no      no         no         no
person.change_roles            yes    no       no       no      no      no      no         no         no
person.deactivate              yes    no       no       no      no      no      no         no         no
person.reactivate              yes    no       no       no      no      no      no         no         no
person.reset_sign_in           yes    no       no       no      no      no      no         no         no
person.end_sessions            yes    no       no       no      no      no      no         no         no
person.change_password         no     no       no       no      no      no      no         no         no
person.sign_out                no     no       no       no      no      no      no         no         no
group.list                     yes    yes      yes      yes     no      yes     yes        no         no
group.list_members             yes    yes      yes      yes     no      yes     yes        no         no
group.create                   yes    no       no       no      no      no      no         no         no
group.change                   yes    no       no       no      no      no      no         no         no
group.delete                   yes    no       no       no      no      no      no         no         no
group.change_members           yes    no       no       no      no      no      no         no         no
business_unit.read             yes    yes      yes      yes     yes     yes     no         no         no
business_unit.list_members     yes    yes      yes      yes     yes     yes     no         no         no
business_unit.create           yes    no       no       no      no      no      no         no         no
business_unit.change           yes    no       yes      no      no      no      no         no         no
business_unit.change_members   yes    no       yes      no      no      no      no         no         no
token.create                   no     no       no       no      no      no      no         no         no
token.list                     yes    yes      no       no      no      no      no         no         no
token.revoke                   yes    no       no       no      no      no      no         no         no
"""

OWN = frozenset(
    {"person.read", "person.end_sessions", "person.change_password", "person.sign_out"}
    | {"token.create", "token.list", "token.revoke"}
)
"""What everybody who is active may do to himself, whatever he is."""

TABLE: dict[str, dict[str, bool]] = {
    act: dict(zip(PERSONAS, (cell == "yes" for cell in cells), strict=True))
    for act, *cells in (line.split() for line in ANOTHERS.strip().splitlines())
}

ALL = [(act, persona) for act in DirectoryAct for persona in PERSONAS]


def _target(person: PersonId) -> Target:
    return Target(unit_id=HERE, person_id=person, person_unit_ids=frozenset({HERE}))


def test_the_table_is_complete() -> None:
    assert set(TABLE) == set(DirectoryAct)


@pytest.mark.parametrize(("act", "persona"), ALL)
def test_what_is_done_to_another_is_decided_as_the_table_says(act: DirectoryAct, persona: str) -> None:
    decision = decide(PERSONAS[persona], act, _target(BERT))

    assert decision.allowed is TABLE[act][persona]
    assert decision.rule.startswith("directory.")
    assert decision.allowed or (decision.reason and decision.who_can_change)


@pytest.mark.parametrize(("act", "persona"), ALL)
def test_what_is_done_to_oneself_is_decided_as_the_table_says(act: DirectoryAct, persona: str) -> None:
    decision = decide(PERSONAS[persona], act, _target(ANNA))

    assert decision.allowed is (TABLE[act][persona] or act in OWN)


@given(act=st.sampled_from(DirectoryAct), names=st.sets(st.sampled_from(sorted(PERSONAS)), min_size=1))
def test_whoever_is_several_things_may_what_any_of_them_may(act: DirectoryAct, names: set[str]) -> None:
    roles: dict[BusinessUnitId, frozenset[Role]] = {}
    installation_roles: frozenset[InstallationRole] = frozenset()
    for name in names:
        installation_roles |= PERSONAS[name].installation_roles
        for unit, held in PERSONAS[name].roles.items():
            roles[unit] = roles.get(unit, frozenset()) | held
    both = Principal(ANNA, "Anna", installation_roles=installation_roles, roles=roles)

    assert decide(both, act, _target(BERT)).allowed is any(TABLE[act][name] for name in names)


@pytest.mark.requirement("C12")
@pytest.mark.parametrize(("act", "persona"), ALL)
def test_whoever_is_deactivated_may_nothing(act: DirectoryAct, persona: str) -> None:
    gone = replace(PERSONAS[persona], is_active=False)

    assert decide(gone, act, _target(ANNA)).rule == "directory.active"


@pytest.mark.requirement("D18")
@pytest.mark.parametrize("act", DirectoryAct)
@pytest.mark.parametrize("scope", Scope)
def test_a_token_of_one_scope_does_what_the_scope_is_for(act: DirectoryAct, scope: Scope) -> None:
    token = replace(PERSONAS["super admin"], token_id=TokenId("tok"), scopes=frozenset({scope}))
    only_in_a_session = {"person.change_password", "person.sign_out", "person.change_roles", "token.create"}
    reading = act.endswith((".list", ".read", ".list_members"))

    decision = decide(token, act, _target(ANNA))

    needed = Scope.READ if reading else Scope.MANAGE_DIRECTORY
    assert decision.allowed is (scope is needed and act not in only_in_a_session)


@pytest.mark.requirement("D18")
def test_a_token_gets_no_sign_in_code_for_whoever_has_an_installation_role() -> None:
    token = replace(PERSONAS["super admin"], token_id=TokenId("tok"))
    target = Target(person_id=BERT, has_installation_role=True)

    assert decide(token, DirectoryAct.RESET_SIGN_IN, target).rule == "directory.session"
    assert decide(PERSONAS["super admin"], DirectoryAct.RESET_SIGN_IN, target).allowed

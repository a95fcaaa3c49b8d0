"""What somebody may do at all, for pages to know what to offer: asked of the rules that decide each request."""

from collections.abc import Callable

from pydantic import Field

from jackfield.api.bodies import Output
from jackfield.api.routers.audit import audited_units, reads_whole_audit
from jackfield.connections import decide_create, decide_outbound, decide_switch
from jackfield.directory import DirectoryAct, Principal, Target
from jackfield.directory import decide as decide_in_directory
from jackfield.kernel import BusinessUnitId
from jackfield.processes import decide_create as decide_create_process


class Reach(Output):
    """Where somebody may do something."""

    everywhere: bool = Field(description="In the installation itself and in every business unit.")
    business_unit_ids: list[str] = Field(description="Otherwise, or besides, in these of his own business units.")


class Capabilities(Output):
    """What a page may offer. Nothing follows from it: every request is decided anew."""

    list_people: bool
    manage_people: bool
    list_groups: bool
    manage_groups: bool
    create_business_units: bool
    manage_business_units: Reach = Field(description="Rename them, and say who has which role there.")
    create_connections: Reach
    create_processes: Reach
    switch_features: Reach
    list_outbound_targets: Reach
    allow_outbound_targets: bool
    read_audit: Reach
    verify_audit: bool
    read_installation: bool = Field(description="How it is, and how its keys stand.")
    create_tokens: bool


def capabilities_of(who: Principal, *, production: bool) -> Capabilities:
    """What somebody may do."""

    def may(act: DirectoryAct, target: Target | None = None) -> bool:
        return decide_in_directory(who, act, target or Target()).allowed

    def reach(decide: Callable[[BusinessUnitId], bool], *, everywhere: bool = False) -> Reach:
        return Reach(everywhere=everywhere, business_unit_ids=[unit for unit in sorted(who.roles) if decide(unit)])

    audited = audited_units(who)
    return Capabilities(
        list_people=may(DirectoryAct.LIST_PEOPLE),
        manage_people=may(DirectoryAct.CREATE_PERSON),
        list_groups=may(DirectoryAct.LIST_GROUPS),
        manage_groups=may(DirectoryAct.CREATE_GROUP),
        create_business_units=may(DirectoryAct.CREATE_UNIT),
        manage_business_units=reach(
            lambda unit: may(DirectoryAct.CHANGE_UNIT, Target(unit_id=unit)), everywhere=may(DirectoryAct.CHANGE_UNIT)
        ),
        create_connections=reach(lambda unit: decide_create(who, unit, production=production).allowed),
        create_processes=reach(lambda unit: decide_create_process(who, unit).allowed),
        switch_features=reach(
            lambda unit: decide_switch(who, unit).allowed, everywhere=decide_switch(who, None).allowed
        ),
        list_outbound_targets=reach(
            lambda unit: decide_outbound(who, unit, change=False).allowed,
            everywhere=decide_outbound(who, None, change=False).allowed,
        ),
        allow_outbound_targets=decide_outbound(who, None, change=True).allowed,
        read_audit=reach(lambda unit: unit in audited, everywhere=reads_whole_audit(who)),
        verify_audit=reads_whole_audit(who),
        read_installation=reads_whole_audit(who),
        create_tokens=may(DirectoryAct.CREATE_TOKEN, Target(person_id=who.person_id)),
    )

"""Who may do what, and on whose records (domain.md section 2)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Role(StrEnum):
    """A role is granted to a person on a unit."""

    VOLUNTEER = "volunteer"
    TEAM_LEADER = "team_leader"
    COLLECTION_OFFICER = "collection_officer"
    COMMUNE_POLICE = "commune_police"
    BEAT_OFFICER = "beat_officer"
    COMMUNE_COMMITTEE = "commune_committee"
    DISTRICT_POLICE = "district_police"
    DISTRICT_COMMITTEE = "district_committee"
    CITY_POLICE = "city_police"
    CITY_COMMITTEE = "city_committee"
    ADMINISTRATOR = "administrator"


class Permission(StrEnum):
    """What a view asks for; a button is drawn by the same question."""

    USE_ACCOUNT = "use_account"  # own password, own sessions, log out
    WALK = "walk"  # phone: Today, households, checklist, own tally
    SPLIT_LIST = "split_list"  # leader: receive a list, give parts to members
    SEND_TEAM_REPORT = "send_team_report"
    ENTER_POINT_RESULT = "enter_point_result"
    INVITE = "invite"  # citizens to a collection point, their answers, the list as a file
    TYPE_IN = "type_in"  # "Nhập thay": a paper walk list in list order
    IMPORT_LISTS = "import_lists"
    HAND_OVER = "hand_over"
    SEE_LISTS = "see_lists"  # who holds what
    SEE_PEOPLE = "see_people"  # search, a citizen's page (masked)
    REVEAL_NUMBER = "reveal_number"  # the full id number or phone, audited
    EDIT_PEOPLE = "edit_people"  # split and merge households, correct a state
    REVIEW = "review"
    SEE_REVIEW = "see_review"  # coverage, rates of teams and volunteers, thresholds
    SEE_COLLECTION = "see_collection"  # sessions and readiness of collection points
    SCHEDULE_COLLECTION = "schedule_collection"  # plan, change, cancel sessions of a point
    CHECK_READINESS = "check_readiness"  # fill in what a point has before the start
    MAKE_MINUTES = "make_minutes"  # the paper of a commune's review
    SET_REVIEW = "set_review"  # thresholds of the flags, size of the sample
    SEE_ABSENCES = "see_absences"  # cases of the absent loop and how long they wait
    MOVE_ABSENCES = "move_absences"  # consolidate, send, assign, take over, close
    SET_ABSENCES = "set_absences"  # tries before "unreachable", days of a support team
    SEE_BOARDS = "see_boards"
    SEE_OBLIGATIONS = "see_obligations"
    SEE_REPORTS = "see_reports"  # a unit's report of a day, drafts included
    SEND_REPORT = (
        "send_report"  # write and send; whose it may be, SEND_TEAM_/SEND_POLICE_REPORT say
    )
    SEND_POLICE_REPORT = "send_police_report"
    DECIDE_REPORT = "decide_report"  # accept, return, unlock a report of a unit below
    ENTER_OPENING = "enter_opening"  # what was achieved before the software came
    SEE_DOCUMENTS = "see_documents"
    SEE_PERSON_DOCUMENTS = "see_person_documents"  # papers that name citizens
    SEE_QUOTAS = "see_quotas"
    SET_QUOTAS = "set_quotas"
    NUMBER_QUOTAS = "number_quotas"  # number, day and signer of a committee's table of targets
    MANAGE_UNITS = "manage_units"  # teams, members, hamlets
    MANAGE_ACCOUNTS = "manage_accounts"
    MANAGE_CAMPAIGN = "manage_campaign"
    EDIT_LETTERHEAD = "edit_letterhead"
    SEE_AUDIT = "see_audit"
    SEE_HANDBOOK = "see_handbook"


P = Permission
_EVERYONE = {P.USE_ACCOUNT, P.SEE_HANDBOOK}
_READER = _EVERYONE | {
    P.SEE_BOARDS,
    P.SEE_OBLIGATIONS,
    P.SEE_REPORTS,
    P.SEE_DOCUMENTS,
    P.SEE_QUOTAS,
    P.SEE_COLLECTION,
}
_POLICE = _READER | {
    P.SEE_PEOPLE,
    P.REVEAL_NUMBER,
    P.SEE_ABSENCES,
    P.MOVE_ABSENCES,
    P.SEE_LISTS,
    P.SEND_REPORT,
    P.SEND_POLICE_REPORT,
    P.DECIDE_REPORT,
    P.ENTER_OPENING,
    P.SEE_PERSON_DOCUMENTS,
    P.EDIT_LETTERHEAD,
    P.SEE_REVIEW,
    P.SCHEDULE_COLLECTION,
    P.CHECK_READINESS,
}
_VOLUNTEER = _EVERYONE | {P.WALK, P.REVEAL_NUMBER}
_LEADER = _VOLUNTEER | {
    P.SPLIT_LIST,
    P.SEE_REPORTS,
    P.SEND_REPORT,
    P.SEND_TEAM_REPORT,
    P.TYPE_IN,
    P.MANAGE_ACCOUNTS,
    P.SEE_BOARDS,
    P.SEE_DOCUMENTS,
    P.SEE_PERSON_DOCUMENTS,
}
_COMMUNE_POLICE = _POLICE | {
    P.INVITE,
    P.IMPORT_LISTS,
    P.HAND_OVER,
    P.EDIT_PEOPLE,
    P.REVIEW,
    P.MAKE_MINUTES,
    P.TYPE_IN,
    P.SEND_TEAM_REPORT,
    P.SET_QUOTAS,
    P.NUMBER_QUOTAS,
    P.MANAGE_UNITS,
    P.MANAGE_ACCOUNTS,
}

ROLE_PERMISSIONS: Mapping[Role, frozenset[Permission]] = {
    Role.VOLUNTEER: frozenset(_VOLUNTEER),
    Role.TEAM_LEADER: frozenset(_LEADER),
    Role.COLLECTION_OFFICER: frozenset(
        _EVERYONE | {P.ENTER_POINT_RESULT, P.SEE_COLLECTION, P.CHECK_READINESS}
    ),
    Role.COMMUNE_POLICE: frozenset(_COMMUNE_POLICE),
    Role.BEAT_OFFICER: frozenset(
        _EVERYONE
        | {P.SEE_PEOPLE, P.REVEAL_NUMBER, P.SEE_LISTS, P.REVIEW, P.SEE_BOARDS, P.SEE_ABSENCES}
    ),
    Role.COMMUNE_COMMITTEE: frozenset(_READER),
    Role.DISTRICT_POLICE: frozenset(_POLICE | {P.MANAGE_ACCOUNTS, P.INVITE}),
    Role.DISTRICT_COMMITTEE: frozenset(_READER | {P.SET_QUOTAS, P.NUMBER_QUOTAS}),
    Role.CITY_POLICE: frozenset(
        _POLICE | {P.IMPORT_LISTS, P.SEE_AUDIT, P.MANAGE_ACCOUNTS, P.SET_REVIEW, P.SET_ABSENCES}
    ),
    Role.CITY_COMMITTEE: frozenset(_READER | {P.NUMBER_QUOTAS}),
    Role.ADMINISTRATOR: frozenset(
        _READER
        | {P.MANAGE_UNITS, P.MANAGE_ACCOUNTS, P.MANAGE_CAMPAIGN, P.SEE_AUDIT, P.SET_QUOTAS}
        | {P.NUMBER_QUOTAS}
        | {P.EDIT_LETTERHEAD, P.ENTER_OPENING}
    ),
}
FIELD_ROLES = frozenset({Role.VOLUNTEER, Role.TEAM_LEADER, Role.COLLECTION_OFFICER})

# Roles that open the citizens' personal data: only police and leaders above them give these
# roles and their passwords, never the administrator, who sees no personal data (ADR 011).
PEOPLE_ROLES = frozenset(
    role
    for role, permissions in ROLE_PERMISSIONS.items()
    if permissions & {P.SEE_PEOPLE, P.WALK, P.REVEAL_NUMBER, P.SEE_PERSON_DOCUMENTS}
)

# A person may make accounts only for these roles, inside their own subtree (issue: "below them").
ROLES_BELOW: Mapping[Role, frozenset[Role]] = {
    Role.TEAM_LEADER: frozenset({Role.VOLUNTEER}),
    Role.COMMUNE_POLICE: frozenset(
        {Role.VOLUNTEER, Role.TEAM_LEADER, Role.COLLECTION_OFFICER, Role.BEAT_OFFICER}
        | {Role.COMMUNE_COMMITTEE}
    ),
    Role.DISTRICT_POLICE: frozenset(
        {Role.COMMUNE_POLICE, Role.DISTRICT_COMMITTEE, Role.COLLECTION_OFFICER}
        | {Role.TEAM_LEADER}  # of its fixed support teams (III.4.đ)
    ),
    Role.CITY_POLICE: frozenset({Role.DISTRICT_POLICE, Role.CITY_COMMITTEE}),
    Role.ADMINISTRATOR: frozenset(Role) - PEOPLE_ROLES,
}


@dataclass(frozen=True)
class Scope:
    """What a query may touch.

    `paths`: subtrees of administrative units. `holders`: units whose open list items open a
    citizen (field roles). `sees_people`: False for committees and the administrator.
    `only_assigned_to`: a user id when the setting limits volunteers to their own part.
    """

    paths: tuple[str, ...] = ()
    holders: tuple[int, ...] = ()
    sees_people: bool = False
    only_assigned_to: int | None = None

    def covers(self, path: str) -> bool:
        """Say whether a unit's path lies in the scope."""
        return any(path.startswith(root) for root in self.paths)


# For jobs, commands and the recount, which act for the system and not for a person.
EVERYTHING = Scope(paths=("",), sees_people=True)


@dataclass(frozen=True)
class Grant:
    """A role on a unit, with what labels and scope need of the unit."""

    role: Role
    unit_id: int
    unit_path: str
    unit_kind: str
    unit_code: str
    unit_name: str


@dataclass(frozen=True)
class Actor:
    """Who acts: a user in one role. `grants` are the user's grants of that role."""

    user_id: int
    login_name: str
    display_name: str
    role: Role
    grants: tuple[Grant, ...]
    permissions: frozenset[Permission] = field(default_factory=frozenset)
    only_own_part: bool = False

    @property
    def unit(self) -> Grant:
        """The unit the person acts for (a beat officer's first hamlet)."""
        return self.grants[0]

    @property
    def is_field(self) -> bool:
        """Whether the phone shell is the person's home."""
        return self.role in FIELD_ROLES

    def may(self, permission: Permission) -> bool:
        """Say whether the role holds the permission."""
        return permission in self.permissions

    @property
    def scope(self) -> Scope:
        """The scope of the person's queries."""
        paths = tuple(grant.unit_path for grant in self.grants)
        if self.is_field:
            own = self.user_id if self.only_own_part and self.role is Role.VOLUNTEER else None
            holders = tuple(grant.unit_id for grant in self.grants)
            return Scope(paths=paths, holders=holders, sees_people=True, only_assigned_to=own)
        return Scope(paths=paths, sees_people=self.may(Permission.SEE_PEOPLE))


def make_actor(
    *,
    user_id: int,
    login_name: str,
    display_name: str,
    role: Role,
    grants: tuple[Grant, ...],
    only_own_part: bool = False,
) -> Actor:
    """Return an actor with the permissions of the role; `grants` must be of that role."""
    return Actor(
        user_id, login_name, display_name, role, grants, ROLE_PERMISSIONS[role], only_own_part
    )

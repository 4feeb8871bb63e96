"""Who may open what: written by hand, compared with real requests, printed as docs/access.md."""

ROLES = (
    "volunteer", "team_leader", "collection_officer", "commune_police", "beat_officer",
    "commune_committee", "district_police", "district_committee", "city_police", "city_committee",
    "administrator",
)  # fmt: skip
LOGIN_OF = {
    "volunteer": "volunteer",
    "team_leader": "leader",
    "collection_officer": "point",
    "commune_police": "commune",
    "beat_officer": "beat",
    "commune_committee": "commune.ubnd",
    "district_police": "district",
    "district_committee": "district.ubnd",
    "city_police": "city",
    "city_committee": "city.ubnd",
    "administrator": "admin",
}
EVERYBODY = set(ROLES)
FIELD = {"volunteer", "team_leader"}
POLICE = {"commune_police", "district_police", "city_police"}
COMMITTEES = {"commune_committee", "district_committee", "city_committee"}
READERS = POLICE | COMMITTEES | {"administrator"}
COMMUNE = {"commune_police"}
LEADER = {"team_leader"}
INTAKE = {"commune_police", "city_police"}
STAFF = {"team_leader", "administrator"} | POLICE
KEEPERS = {"commune_police", "administrator"}
TARGETS = {"commune_police", "district_committee", "administrator"}
PEOPLE = POLICE | {"beat_officer"}
PUBLIC = None

GROUPS = (
    (PUBLIC, "accounts.log_in accounts.login documents.verify home.health static"),
    (
        EVERYBODY,
        "accounts.account accounts.change_password accounts.end_session accounts.logout "
        "accounts.logout_everywhere accounts.switch_role campaigns.move_clock handbook.index handbook.page home.index",
    ),
    (
        STAFF,
        "accounts_admin.create accounts_admin.disable accounts_admin.enable accounts_admin.give_role "
        "accounts_admin.index accounts_admin.new accounts_admin.reset accounts_admin.roles "
        "accounts_admin.show accounts_admin.take_role staff.check staff.create staff.example "
        "staff.upload",
    ),
    (
        KEEPERS,
        "teams.add teams.add_member teams.bring_back teams.change_member teams.close teams.index "
        "teams.leave teams.member teams.new teams.new_member teams.rename teams.set_hamlets "
        "teams.show",
    ),
    ({"administrator"}, "campaigns.save campaigns.settings"),
    (
        READERS | LEADER,
        "boards.paper documents.download documents.fetch documents.index documents.number documents.show",
    ),
    (
        FIELD,
        "boards.today review.answer tally.mine visits.call visits.confirm_undo visits.guide "
        "visits.household visits.households visits.next_household visits.record_household "
        "visits.record_visit visits.search "
        "visits.start_here visits.undo unlisted.new unlisted.take_down unlisted.mine telling.new telling.send",
    ),
    (READERS | LEADER | {"beat_officer"}, "boards.home boards.sheet boards.show"),
    (
        READERS,
        "quotas.history quotas.make_plan quotas.make_split quotas.points quotas.show quotas.split "
        "quotas.table reporting.obligations reporting.sheet timeliness.sheet timeliness.show",
    ),
    (READERS | LEADER, "decisions.read reporting.ask_papers reporting.edit reporting.papers_of"),
    (POLICE | LEADER, "reporting.reminder reporting.send"),
    (COMMUNE | LEADER, "reporting.team_report reporting.unsent type_in.save type_in.show"),
    (POLICE | {"administrator"}, "openings.enter openings.show"),
    (
        POLICE,
        "decisions.accept_all decisions.decide excuses.excuse excuses.show excuses.take_back "
        "reporting.make_paper reporting.remind commendations.make commendations.write",
    ),
    (PEOPLE, "absences.board absences.index absences.show"),
    (
        POLICE,
        "absences.assign absences.close absences.decline absences.give_back absences.offer "
        "absences.receive absences.send support.add support.index support.join support.save "
        "support.show",
    ),
    (PEOPLE | FIELD, "absences.call"),
    (POLICE | LEADER, "absences.paper absences.printing"),
    (FIELD, "calls.contact calls.mine calls.show"),
    (LEADER, "calls.receive calls.send"),
    (
        READERS | {"collection_officer"},
        "sessions.index sessions.listing sessions.sheet sessions.show readiness.board "
        "readiness.sheet readiness.show",
    ),
    (
        POLICE,
        "sessions.new sessions.plan sessions.edit sessions.save sessions.cancel sessions.paper",
    ),
    (
        POLICE | {"collection_officer"},
        "readiness.mine readiness.save readiness.join readiness.leave",
    ),
    ({"collection_officer"}, "reporting.enter_point reporting.point"),
    (TARGETS, "quotas.save_points quotas.save_split"),
    (
        INTAKE,
        "imports.apply imports.columns imports.discard imports.group imports.hamlets imports.index "
        "imports.rejected imports.show imports.slip imports.undo imports.upload",
    ),
    (PEOPLE, "lists.index lists.show people.find people.search people.show"),
    (
        COMMUNE,
        "households.confirm_left households.correct_state households.merge households.split lists.hand_over "
        "people.neighbours unlisted.queue unlisted.match unlisted.hand_over unlisted.reject unlisted.reveal "
        "field_corrections.queue field_corrections.done field_corrections.refuse lists.hand_over_all lists.move lists.take_back",
    ),
    (LEADER, "lists.assign lists.mine lists.receive lists.split"),
    (POLICE | LEADER, "lists.print_list lists.printing"),
    # Field roles reach numbers through `visits.call` only: a citizen's page is never theirs.
    (PEOPLE, "people.reveal"),
    ({"city_police", "administrator"}, "audit.index"),
    (POLICE | {"administrator"}, "letterheads.preview letterheads.save letterheads.show"),
    (
        {"commune_police", "beat_officer"},
        "review.accept review.accept_rest review.call review.confirm_undo review.queue "
        "review.send_back review.undo",
    ),
    (POLICE, "review_minutes.show review_rates.of_team review_rates.show review_thresholds.show"),
    (COMMUNE, "review_minutes.make"),
    ({"city_police"}, "review_thresholds.save"),
)
TABLE = {endpoint: roles for roles, names in GROUPS for endpoint in names.split()}

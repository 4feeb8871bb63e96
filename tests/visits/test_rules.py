"""The fold, its contributions, the times and the checks of domain.md sections 4 and 7."""

import random
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.make.visits import NOON, make_fact, make_undo, make_uuid
from vneid_field.figures.rules import (
    ACTIVATED,
    LEFT,
    NOT_ACTIVATED,
    PENDING,
    Bucket,
    Counter,
    FlowKey,
    difference,
    merge,
)
from vneid_field.figures.stocks import BUCKETS
from vneid_field.visits.kinds import AbsentReason, Outcome
from vneid_field.visits.rules import (
    RULES,
    CountsAs,
    VisitInvalid,
    body_digest,
    classify_times,
    contributions,
    fold,
    suggests_absent,
    valid_events,
    validate,
)

O = Outcome  # noqa: E741 - the table below reads as a table
DAY = date(2023, 7, 4)
# Section 7, strongest first; what shares a line is decided by the latest, then the UUID.
STRENGTH = (
    {O.ACTIVATED_APP, O.ACTIVATED_WEB},
    {O.ALREADY_ACTIVATED},
    {O.NOT_APPROVED, O.DATA_MISMATCH, O.MOVED_OUT, O.DECEASED, O.DUPLICATE},
    {
        O.NOBODY_HOME,
        O.ABSENT,
        O.REVISIT,
        O.REFUSED,
        O.PHONE_MISMATCH,
        O.NO_PHONE_OR_SIM,
        O.OTP_NOT_RECEIVED,
        O.DEVICE_UNSUPPORTED,
        O.CANNOT_SELF_OPERATE,
        O.SYSTEM_ERROR,
    },
)
LEVEL = {outcome: level for level, line in enumerate(STRENGTH) for outcome in line}


@st.composite
def histories(draw):
    """One person's events: results on two days by three teams, some undone, some undone twice."""
    events = [
        make_fact(
            draw(st.sampled_from(list(Outcome))),
            minutes=draw(st.integers(0, 6)) * 240,
            uuid=make_uuid(number),
            performed_by_unit_id=draw(st.integers(20, 22)),
            home_unit_id=draw(st.integers(10, 11)),
        )
        for number in range(draw(st.integers(0, 7)))
    ]
    undone = draw(st.lists(st.sampled_from(events), max_size=3)) if events else []
    undos = [make_undo(event, uuid=make_uuid(100 + n)) for n, event in enumerate(undone)]
    return [*events, *undos]


@given(histories(), st.randoms(use_true_random=False))
def test_the_order_of_arrival_never_changes_the_fold_or_the_figures(events, rng):
    mixed = rng.sample(events, len(events))
    assert fold(mixed) == fold(events)
    assert contributions(mixed) == contributions(events)


@given(histories())
def test_differences_of_arrivals_add_up_to_the_figures_of_the_whole(events):
    parts = [
        difference(contributions(events[:n]), contributions(events[: n + 1]))
        for n in range(len(events))
    ]
    assert merge(parts) == contributions(events)


@given(histories())
def test_a_person_is_activated_at_most_once_and_only_if_the_fold_says_so(events):
    total = contributions(events)
    activations = sum(v for (_key, counter), v in total.items() if counter in ACTIVATED)
    status = fold(events).status
    is_activated = status is not None and RULES[status].counts_as is CountsAs.ACTIVATION
    assert activations == (1 if is_activated else 0)
    assert all(value > 0 for value in total.values())


@given(histories())
def test_nobody_counts_as_not_activated_after_the_activation_and_once_a_day_before_it(events):
    credit = fold(events).credit
    by_outcome = [*PENDING, *NOT_ACTIVATED, *LEFT]
    days = [
        key.counted_on
        for (key, counter), value in contributions(events).items()
        for _ in range(value)
        if counter in by_outcome
    ]
    assert len(days) == len(set(days))
    assert credit is None or all(day < credit.counted_on for day in days)
    visited = {e.counted_on for e in valid_events(events)}
    assert set(days) == {d for d in visited if credit is None or d < credit.counted_on}


def test_somebody_activated_yesterday_and_refused_today_does_not_count_as_refused_today():
    events = [make_fact(O.ACTIVATED_APP), make_fact(O.REFUSED, minutes=1440)]
    assert not {c for _key, c in contributions(events)} & set(NOT_ACTIVATED)
    undone = [*events, make_undo(events[0], minutes=2000)]
    assert Counter.OUT_REFUSED in {counter for _key, counter in contributions(undone)}


@given(histories())
def test_undoing_everything_leaves_nothing(events):
    results = [event for event in events if event.outcome is not None]
    undos = [make_undo(event, uuid=make_uuid(500 + n)) for n, event in enumerate(results)]
    assert contributions([*events, *undos]) == {}
    assert fold([*events, *undos]).status is None
    assert fold([*events, *undos]).bucket is None


def test_the_table_names_every_outcome_once():
    assert set(LEVEL) == set(RULES) == set(BUCKETS) == set(Outcome)


@pytest.mark.parametrize("stronger", list(Outcome))
def test_a_stronger_outcome_stands_whatever_came_later(stronger):
    for weaker in Outcome:
        if LEVEL[weaker] > LEVEL[stronger]:
            first = make_fact(stronger)
            assert fold([first, make_fact(weaker, minutes=90)]).winner == first, weaker


@pytest.mark.parametrize("line", STRENGTH)
def test_among_equals_the_latest_stands_then_the_greater_uuid(line):
    one, other = sorted(line)[0], sorted(line)[-1]
    later = make_fact(one, minutes=1)
    assert fold([later, make_fact(other)]).winner == later
    low, high = make_fact(other, uuid=make_uuid(7)), make_fact(one, uuid=make_uuid(8))
    assert fold([high, low]).winner == high


@pytest.mark.parametrize(
    ("outcome", "counts_as", "bucket"),
    [
        (O.ACTIVATED_APP, CountsAs.ACTIVATION, Bucket.ACTIVATED),
        (O.ACTIVATED_WEB, CountsAs.ACTIVATION, Bucket.ACTIVATED),
        (O.ALREADY_ACTIVATED, CountsAs.ACTIVATION, Bucket.ACTIVATED),
        (O.NOBODY_HOME, CountsAs.PENDING, Bucket.PENDING),
        (O.REVISIT, CountsAs.PENDING, Bucket.PENDING),
        (O.ABSENT, CountsAs.ABSENT, Bucket.ABSENT),
        (O.REFUSED, CountsAs.NOT_ACTIVATED, Bucket.NOT_ACTIVATED),
        (O.NOT_APPROVED, CountsAs.NOT_ACTIVATED, Bucket.NOT_ACTIVATED),
        (O.DECEASED, CountsAs.LEFT, Bucket.LEFT),
    ],
)
def test_an_outcome_counts_as_the_table_says(outcome, counts_as, bucket):
    assert (RULES[outcome].counts_as, BUCKETS[outcome]) == (counts_as, bucket)
    assert fold([make_fact(outcome)]).bucket is bucket


def test_the_earliest_valid_activation_gets_the_credit_although_the_latest_stands():
    first = make_fact(O.ACTIVATED_WEB, performed_by_unit_id=20)
    second = make_fact(O.ACTIVATED_APP, minutes=1, performed_by_unit_id=21)
    folded = fold([second, first])
    assert folded.winner == second
    assert folded.credit == first
    assert contributions([second, first])[(FlowKey(10, 20, DAY), Counter.ACTIVATED_WEB)] == 1
    assert (FlowKey(10, 21, DAY), Counter.ACTIVATED_APP) not in contributions([second, first])


def test_undoing_an_activation_moves_the_credit_to_the_next_one():
    first = make_fact(O.ACTIVATED_APP, performed_by_unit_id=20)
    second = make_fact(O.ACTIVATED_APP, minutes=1440, performed_by_unit_id=21)
    change = difference(
        contributions([first, second]), contributions([first, second, make_undo(first)])
    )
    assert change == {
        (FlowKey(10, 20, DAY), Counter.ACTIVATED_APP): -1,
        (FlowKey(10, 20, DAY), Counter.VISITS): -1,
        (FlowKey(10, 20, DAY), Counter.PEOPLE_VISITED): -1,
        (FlowKey(10, 21, DAY + timedelta(days=1)), Counter.ACTIVATED_APP): 1,
    }


def test_undoing_the_only_activation_brings_the_result_before_it_back():
    refused, activated = make_fact(O.REFUSED), make_fact(O.ACTIVATED_APP, minutes=5)
    folded = fold([refused, activated, make_undo(activated)])
    assert (folded.status, folded.credit, folded.attempts) == (O.REFUSED, None, 1)


def test_an_undo_cannot_be_undone():
    result = make_fact(O.REFUSED)
    undo = make_undo(result)
    assert fold([result, undo, make_undo(undo, minutes=90)]).status is None


def test_a_person_counts_once_a_day_by_the_last_outcome_and_each_visit_counts():
    events = [
        make_fact(O.NOBODY_HOME),
        make_fact(O.REFUSED, minutes=30),
        make_fact(O.ABSENT, minutes=1440),
    ]
    key, next_day = FlowKey(10, 20, DAY), FlowKey(10, 20, DAY + timedelta(days=1))
    assert contributions(events) == {
        (key, Counter.VISITS): 2,
        (key, Counter.PEOPLE_VISITED): 1,
        (key, Counter.OUT_REFUSED): 1,
        (next_day, Counter.VISITS): 1,
        (next_day, Counter.PEOPLE_VISITED): 1,
        (next_day, Counter.OUT_ABSENT): 1,
    }


def test_a_later_move_of_the_person_never_changes_where_an_event_counts():
    before, after = make_fact(O.REFUSED), make_fact(O.ABSENT, minutes=1440, home_unit_id=99)
    assert {key.home_unit_id for key, _counter in contributions([before, after])} == {10, 99}


def _times(**overrides):
    given = dict(
        device_at=NOON,
        device_sent_at=NOON + timedelta(minutes=1),
        received_at=NOON + timedelta(minutes=1, seconds=2),
        not_before=NOON - timedelta(days=1),
    )
    return classify_times(**given | overrides)


def test_a_visit_happened_when_the_phone_says_corrected_by_its_skew():
    slow = _times(received_at=NOON + timedelta(minutes=11))
    assert slow.skew_s == 600
    assert slow.happened_at == NOON + timedelta(minutes=10)


def test_a_long_delay_without_skew_is_honest_and_not_flagged():
    sent = NOON + timedelta(hours=30)
    late = _times(device_sent_at=sent, received_at=sent)
    assert (late.skew_s, late.is_skew_flagged, late.happened_at) == (0, False, NOON)
    assert late.counted_on == DAY


@pytest.mark.parametrize(
    ("seconds", "is_flagged"), [(0, False), (300, False), (-300, False), (301, True), (-301, True)]
)
def test_a_skew_over_five_minutes_either_way_is_flagged(seconds, is_flagged):
    sent = NOON + timedelta(hours=1)
    times = _times(device_sent_at=sent, received_at=sent + timedelta(seconds=seconds))
    assert times.is_skew_flagged is is_flagged


@given(
    st.integers(-100_000, 100_000), st.integers(-100_000, 100_000), st.integers(-100_000, 100_000)
)
def test_no_visit_happened_before_the_hand_over_or_after_its_arrival(at, sent, received):
    not_before = NOON - timedelta(hours=3)
    received_at = max(not_before, NOON + timedelta(seconds=received))
    times = _times(
        device_at=NOON + timedelta(seconds=at),
        device_sent_at=NOON + timedelta(seconds=sent),
        received_at=received_at,
        not_before=not_before,
    )
    assert not_before <= times.happened_at <= received_at
    assert times.happened_at.tzinfo is UTC


def test_a_phone_without_script_counts_at_arrival_on_the_local_day():
    received = datetime(2023, 7, 4, 17, 1, tzinfo=UTC)  # 00h01 of 5 July
    times = _times(device_at=None, device_sent_at=None, received_at=received)
    assert (times.happened_at, times.counted_on, times.skew_s) == (received, date(2023, 7, 5), 0)


def _problem(outcome=O.REFUSED, **overrides):
    given = dict(
        outcome=outcome,
        sub_reason=None,
        next_visit_at=None,
        note="",
        new_phone=None,
        now=NOON,
        ends_on=date(2023, 8, 5),
        phone_error=lambda number: None if number == "0912345678" else "Số không đúng.",
    )
    try:
        validate(**given | overrides)
    except VisitInvalid as error:
        return str(error)
    return None


LATER = NOON + timedelta(hours=5)
REASON = AbsentReason.STUDYING


@pytest.mark.parametrize(
    ("outcome", "values"),
    [
        (O.REFUSED, {}),
        (O.REFUSED, {"note": "x" * 300}),
        (O.ABSENT, {"sub_reason": REASON}),
        (O.ABSENT, {"sub_reason": AbsentReason.BACK_ON, "next_visit_at": LATER}),
        # Somebody may come home after the drive has ended.
        (
            O.ABSENT,
            {"sub_reason": AbsentReason.BACK_ON, "next_visit_at": NOON + timedelta(days=90)},
        ),
        (O.REVISIT, {"next_visit_at": LATER}),
        (O.REVISIT, {"next_visit_at": datetime(2023, 8, 5, 16, 59, tzinfo=UTC)}),
        (O.PHONE_MISMATCH, {}),
        (O.PHONE_MISMATCH, {"new_phone": "0912345678"}),
    ],
)
def test_a_complete_result_is_accepted(outcome, values):
    assert _problem(outcome, **values) is None


@pytest.mark.parametrize(
    ("outcome", "values", "words"),
    [
        (None, {}, "chọn kết quả"),
        (O.REFUSED, {"note": "x" * 301}, "300"),
        (O.ABSENT, {}, "lý do vắng mặt"),
        (O.REFUSED, {"sub_reason": REASON}, "chỉ đi với"),
        (O.ABSENT, {"sub_reason": AbsentReason.BACK_ON}, "ngày người dân về"),
        (O.REVISIT, {}, "ngày, giờ hẹn"),
        (O.REVISIT, {"next_visit_at": NOON}, "sau lúc này"),
        (O.REVISIT, {"next_visit_at": datetime(2023, 8, 5, 17, tzinfo=UTC)}, "sau ngày cuối"),
        (O.REFUSED, {"next_visit_at": LATER}, "Ngày hẹn chỉ"),
        (O.REFUSED, {"new_phone": "0912345678"}, "chỉ ghi khi"),
        (O.PHONE_MISMATCH, {"new_phone": "123"}, "Số không đúng."),
    ],
)
def test_an_incomplete_result_is_refused_with_a_sentence(outcome, values, words):
    assert words in (_problem(outcome, **values) or "")


@pytest.mark.parametrize(
    ("outcomes", "is_suggested"),
    [
        ([O.NOBODY_HOME] * 2, False),
        ([O.NOBODY_HOME] * 3, True),
        ([O.NOBODY_HOME, O.NOBODY_HOME, O.REFUSED, O.NOBODY_HOME], False),
        ([O.REFUSED, *[O.NOBODY_HOME] * 3], True),
        ([], False),
    ],
)
def test_absent_is_suggested_after_nobody_opened_three_times_in_a_row(outcomes, is_suggested):
    assert suggests_absent(outcomes) is is_suggested


def test_a_digest_depends_on_the_content_and_not_on_the_order_of_the_keys():
    body = {"outcome": O.REFUSED, "note": "Đi vắng", "next_visit_at": None}
    keys = random.Random(1).sample(list(body), 3)
    assert body_digest({key: body[key] for key in keys}) == body_digest(body)
    assert body_digest(body | {"note": "đi vắng"}) != body_digest(body)

"""People's verdicts: they count, the machine's stay, and nothing else moves."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import made_up_clinic
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_access import everything_in, reads, told

from auricle.errors import AccessError, StoreError
from auricle.models import VerdictKind
from auricle.settings import Review
from auricle.store import Store
from auricle.store.access import Access, Viewer, as_owner, look
from auricle.store.calibrations import open_session
from auricle.store.coaching import playlist, write_note
from auricle.store.disputes import Answer, open_until, speak
from auricle.store.figures import figures
from auricle.store.filters import CallFilter
from auricle.store.funnel import funnel, lost_opportunities
from auricle.store.listing import Order, calls
from auricle.store.reads import CallDetail, call_detail, choices, lacks_unseen, rows
from auricle.store.reviews import (
    Judgement,
    drawn_with,
    history,
    queue,
    submit,
    to_judge_blind,
)
from auricle.store.standings import TOTAL, person_weeks
from auricle.store.unbiased import MIN_REVIEWS, machine_agreement

TODAY = date(2026, 12, 1)
KINDS: tuple[VerdictKind, ...] = ("met", "partly", "missed", "abstain", "not_applicable")


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return made_up_clinic.build(tmp_path, calls=12, sound=False)


def analyst(store: Store, login: str = "ann") -> Access:
    return Access(store.path, Viewer(login, "analyst"))


def to_be_blind(store: Store) -> Access:
    """An analyst, as the dashboards let her look: half of the calls are in the random sample."""
    unseen = to_judge_blind(analyst(store), Review(random_share=0.5), TODAY)
    return replace(analyst(store), unseen=unseen)


def detail_of(store: Store, call_id: str = "call-1001") -> CallDetail:
    found = call_detail(as_owner(store.path), call_id)
    assert found is not None and found.scorecard is not None
    return found


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Store:
    return made_up_clinic.build(tmp_path_factory.mktemp("shared"), calls=4, sound=False)


@settings(max_examples=25)
@given(
    call=st.sampled_from(["call-1001", "call-1002"]),
    criterion=st.sampled_from(list(made_up_clinic.POINTS)),
    kind=st.sampled_from(KINDS),
)
def test_a_review_changes_only_what_it_names(
    shared: Store, call: str, criterion: str, kind: VerdictKind
) -> None:
    others = ("call-1001", "call-1002", "call-1003")
    before = {name: detail_of(shared, name) for name in others}
    submit(analyst(shared), call, "queue", [Judgement(criterion, kind, "I listened.")])
    for name in others:
        after, old = detail_of(shared, name), before[name]
        assert after.machine_scorecard == old.machine_scorecard
        assert after.transcript == old.transcript
        for new_verdict, old_verdict in zip(
            after.scorecard.criteria, old.scorecard.criteria, strict=True
        ):
            if (name, new_verdict.id) == (call, criterion):
                assert new_verdict.verdict == kind
            else:
                assert new_verdict == old_verdict
        if name != call:
            assert after.scorecard == old.scorecard


def test_a_persons_verdict_counts_everywhere(store: Store) -> None:
    whole = CallFilter()
    row = next(r for r in calls(as_owner(store.path), whole).rows if r.booking_offered == "met")
    before = figures(as_owner(store.path), whole)
    submit(
        analyst(store), row.call_id, "queue",
        [Judgement("booking_offered", "missed", "She asks, but not for a visit.")],
    )  # fmt: skip
    after = figures(as_owner(store.path), whole)
    assert after.total.not_offered == before.total.not_offered + 1
    [now] = [r for r in calls(as_owner(store.path), whole).rows if r.call_id == row.call_id]
    assert now.booking_offered == "missed" and now.total < row.total
    card = detail_of(store, row.call_id)
    assert card.machine_scorecard.total == row.total
    verdict = next(v for v in card.scorecard.criteria if v.id == "booking_offered")
    assert (verdict.reason, verdict.evidence, verdict.points, verdict.confidence) == (
        "She asks, but not for a visit.", (), 0.0, 1.0,
    )  # fmt: skip
    [said] = history(as_owner(store.path), row.call_id)
    assert (said.reviewer, said.machine_verdict, said.verdict) == ("ann", "met", "missed")


def test_a_new_scoring_keeps_what_people_said(store: Store) -> None:
    detail = detail_of(store)
    submit(analyst(store), "call-1001", "queue", [Judgement("greeting", "missed", "No name.")])
    settled = detail_of(store).scorecard.total
    store.save_scorecard(detail.machine_scorecard, path="x", fingerprint="f", run_id="r")
    assert detail_of(store).scorecard.total == settled != detail.scorecard.total
    # Another version of the rubric asks anew.
    other = detail.machine_scorecard.rubric.model_copy(update={"version": "9"})
    card = detail.machine_scorecard.model_copy(update={"rubric": other})
    store.save_scorecard(card, path="x", fingerprint="f", run_id="r")
    assert detail_of(store).scorecard == card


def test_a_change_needs_a_reason_and_nobody_writes_over_anybody(store: Store) -> None:
    standing = next(v for v in detail_of(store).scorecard.criteria if v.id == "greeting").verdict
    other: VerdictKind = "missed" if standing == "met" else "met"
    with pytest.raises(StoreError, match="without a reason"):
        submit(analyst(store), "call-1001", "queue", [Judgement("greeting", other)])
    assert history(as_owner(store.path), "call-1001") == ()
    submit(analyst(store), "call-1001", "queue", [Judgement("greeting", standing)], seen=0)
    with pytest.raises(StoreError, match="meanwhile"):
        submit(
            analyst(store, "bob"),
            "call-1001",
            "queue",
            [Judgement("greeting", other, "No.")],
            seen=0,
        )
    with pytest.raises(StoreError, match="no criterion"):
        submit(analyst(store), "call-1001", "queue", [Judgement("nonsense", "met")])


def test_only_owner_and_analysts_review(store: Store) -> None:
    name = detail_of(store).call.administrator
    for viewer in (Viewer("a", "administrator", name), Viewer("s", "shopper")):
        with pytest.raises(AccessError):
            submit(Access(store.path, viewer), "call-1001", "queue", [Judgement("greeting", "met")])


def test_the_draw_is_of_every_administrators_week_and_always_the_same(store: Store) -> None:
    wishes = Review(random_share=0.4)
    drawn = {
        row.call_id: drawn_with(analyst(store), wishes, TODAY, row.call_id)
        for row in calls(as_owner(store.path), CallFilter(), limit=100).rows
    }
    assert drawn == {name: drawn_with(analyst(store), wishes, TODAY, name) for name in drawn}
    strata: dict[tuple[str, int], list[float | None]] = {}
    for row in calls(as_owner(store.path), CallFilter(), limit=100).rows:
        week = row.start_local.isocalendar().week
        strata.setdefault((row.administrator, week), []).append(drawn[row.call_id])
    for found in strata.values():
        chosen = [chance for chance in found if chance is not None]
        assert len(chosen) == max(1, round(0.4 * len(found)))
        # Each drawn call stands for as many as were in its week.
        assert sum(1 / chance for chance in chosen) == pytest.approx(len(found))
    assert drawn_with(analyst(store), wishes, date(2026, 1, 12), "call-1001") is None


def test_the_draw_is_fair(tmp_path: Path) -> None:
    """Over many seeds each call is drawn as often as it says."""
    store = made_up_clinic.build(tmp_path, calls=6, sound=False)
    seeds, times = 40, 0
    for seed in range(seeds):
        wishes = Review(random_share=0.5, seed=str(seed))
        times += drawn_with(analyst(store), wishes, TODAY, "call-1001") is not None
    chance = next(
        found
        for seed in range(seeds)
        if (found := drawn_with(analyst(store), Review(random_share=0.5, seed=str(seed)), TODAY,
                                "call-1001"))
    )  # fmt: skip
    assert abs(times / seeds - chance) < 0.2


@pytest.mark.parametrize(
    ("chosen", "order"),
    [
        (CallFilter(min_total=0), "newest"),
        (CallFilter(booking="lost"), "newest"),
        (CallFilter(criterion="prices", verdict="missed"), "newest"),
        (CallFilter(critical=True), "newest"),
        (CallFilter(recorded=True), "lowest"),
    ],
)
def test_the_list_tells_nothing_of_calls_to_be_judged_blind(
    store: Store, chosen: CallFilter, order: Order
) -> None:
    ann = to_be_blind(store)
    listed = calls(ann, CallFilter(recorded=True)).rows
    sample = {row.call_id for row in listed if row.to_judge}
    assert 0 < len(sample) < len(listed)
    for row in listed:
        if row.to_judge:
            assert (row.total, row.low, row.high, row.hit) == (None,) * 4
            assert (row.booking_won, row.booking_offered, row.failed_critical) == (None, None, ())
    told = {row.call_id for row in calls(ann, chosen, order).rows}
    everything = {row.call_id for row in calls(as_owner(store.path), chosen, order).rows}
    assert told == everything - sample < everything
    look(ann, sorted(sample), verdicts=True)
    assert not any(row.to_judge for row in calls(to_be_blind(store), chosen, order).rows)


def secret_of(call_id: str) -> str:
    return f"only the verdict of {call_id} says so"


def with_secrets(store: Store, call_ids: frozenset[str]) -> None:
    """Whatever is said of verdicts of these calls, by the machine or by people, tells a secret."""
    for call_id in call_ids:
        secret, detail = secret_of(call_id), detail_of(store, call_id)
        card = detail.machine_scorecard
        assert card is not None
        told = tuple(one.model_copy(update={"reason": secret}) for one in card.criteria)
        store.save_scorecard(
            card.model_copy(update={"criteria": told}), path=detail.call.recorded.path,
            fingerprint="f", run_id="r",
        )  # fmt: skip
        said = [Judgement("greeting", "missed", secret)]
        submit(analyst(store, "bob"), call_id, "queue", said)
        write_note(analyst(store, "bob"), call_id, secret, "greeting")
        hers = Access(store.path, Viewer("her", "administrator", detail.call.administrator))
        speak(hers, call_id, [Answer("prices", "contested", secret)], 10_000)


def test_no_read_tells_verdicts_of_calls_to_be_judged_blind(store: Store) -> None:
    """Whatever page asks: lists name them, nothing says how they were judged."""
    ann = to_be_blind(store)
    assert ann.unseen
    with_secrets(store, ann.unseen)
    owner = as_owner(store.path)
    whole, hers = everything_in(owner), everything_in(ann)
    del whole["audit"], hers["audit"]  # no page shows it
    for table, lines in hers.items():
        for row in lines:
            if row.get("call_id") in ann.unseen:
                judged = {"total", "low", "high", "failed_critical", "booking_won", "became"}
                assert [row[name] for name in judged & {*row}] == [None] * len(judged & {*row})
            assert not any(secret_of(name) in repr(row) for name in ann.unseen), table
    assert all(secret_of(name) in repr(whole) for name in ann.unseen)
    for read in reads():
        assert not any(secret_of(name) in told(read, ann) for name in ann.unseen), read
    named = {moment.call_id for moment in figures(ann, CallFilter()).moments}
    lost = {one.call_id for one in lost_opportunities(ann, CallFilter())}
    clips = {
        clip.call_id
        for name in choices(ann).administrators if name
        for criterion in made_up_clinic.POINTS
        for clip in playlist(ann, name, criterion)
    }  # fmt: skip
    assert not ann.unseen & (named | lost | clips) and clips
    # Counts over many calls name none of them: they are the same for everybody.
    assert figures(ann, CallFilter()).total == figures(owner, CallFilter()).total
    assert figures(ann, CallFilter()).criteria == figures(owner, CallFilter()).criteria
    assert funnel(ann, CallFilter()) == funnel(owner, CallFilter())
    # That a mark is contested may be known.
    assert queue(ann, Review(random_share=0.5), TODAY).counts["dispute"] == len(ann.unseen)
    # The page of the call itself sees to what it tells.
    one = min(ann.unseen)
    blind, shown = call_detail(ann, one), call_detail(ann.showing(one), one)
    assert blind is not None and blind.transcript is not None
    assert blind.scorecard is None and blind.machine_scorecard is None
    assert shown == call_detail(owner, one)


def test_a_count_of_few_calls_tells_of_none_to_be_judged_blind(store: Store) -> None:
    """Nobody learns a verdict by narrowing a figure down to one call."""
    ann, owner = to_be_blind(store), as_owner(store.path)
    for name in ann.unseen:
        call = detail_of(store, name)
        assert call.start_local is not None
        day = call.start_local.date()
        alone = CallFilter(administrator=call.call.administrator, since=day, until=day)
        whole, told = figures(owner, alone), figures(ann, alone)
        seen = [row for row in calls(ann, alone).rows if not row.to_judge and row.total is not None]
        assert whole.total.scored > told.total.scored == len(seen)
        assert told.total.calls == whole.total.calls  # that they were made is no secret
        booked = funnel(ann, alone).total.booked + funnel(ann, alone).total.not_booked
        assert booked <= len(seen)
        assert sum(week.n for week in person_weeks(ann, alone, TOTAL)) == len(seen)
        assert lacks_unseen(ann, alone) and not lacks_unseen(owner, alone)
    assert not lacks_unseen(ann, CallFilter())


def test_calls_of_a_calibration_are_to_be_judged_blind_until_they_are(store: Store) -> None:
    session = open_session(as_owner(store.path), "", ["call-1001"], ["olga", "bob"], TODAY)
    olga, wishes = Access(store.path, Viewer("olga", "owner")), Review()
    assert to_judge_blind(olga, wishes, TODAY) == {"call-1001"}
    assert to_judge_blind(olga, wishes, TODAY + timedelta(days=1)) == frozenset()
    said = [Judgement("greeting", "met")]
    submit(olga, "call-1001", "calibration", said, blind=True, calibration_id=session)
    assert to_judge_blind(olga, wishes, TODAY) == frozenset()


def test_whoever_saw_the_verdicts_is_not_asked_to_be_blind(store: Store) -> None:
    wishes = Review(random_share=1.0)
    everything = queue(analyst(store), wishes, TODAY)
    assert everything.counts == {"random": 12}  # and nothing tells what the machine thinks
    look(analyst(store), ["call-1001"], verdicts=True)
    look(analyst(store), ["call-1002"], verdicts=False)
    assert drawn_with(analyst(store), wishes, TODAY, "call-1001") is None
    assert drawn_with(analyst(store), wishes, TODAY, "call-1002") == 1.0
    assert drawn_with(analyst(store, "bob"), wishes, TODAY, "call-1001") == 1.0
    judged = [Judgement("greeting", "met")]
    submit(analyst(store, "bob"), "call-1002", "random", judged, blind=True)
    assert drawn_with(analyst(store), wishes, TODAY, "call-1002") is None


def test_an_administrator_reads_the_marks_that_stand_and_why(store: Store) -> None:
    julia = Access(store.path, Viewer("julia", "administrator", "Julia Brandt"))
    hers = calls(julia, CallFilter()).rows[0].call_id
    kept = {verdict.id: verdict.verdict for verdict in detail_of(store, hers).scorecard.criteria}
    other: VerdictKind = "missed" if kept["greeting"] != "missed" else "met"
    submit(analyst(store), hers, "queue", [Judgement("greeting", other, "I have listened.")])
    read = call_detail(julia, hers)
    assert read is not None and read.scorecard == detail_of(store, hers).scorecard
    assert [said.reason for said in history(julia, hers)] == ["I have listened."]
    session = open_session(as_owner(store.path), "", [hers], ["olga", "bob"], TODAY)
    olga = Access(store.path, Viewer("olga", "owner"))
    judged = [Judgement("greeting", "partly", "In the session.")]
    submit(olga, hers, "calibration", judged, blind=True, calibration_id=session)
    assert all("In the session." not in repr(lines) for lines in everything_in(julia).values())


def test_an_administrator_is_told_until_when_she_may_contest(store: Store) -> None:
    julia = Access(store.path, Viewer("julia", "administrator", "Julia Brandt"))
    hers = calls(julia, CallFilter()).rows[0].call_id
    scored = rows(as_owner(store.path), "SELECT max(finished) AS at FROM runs")[0]["at"]
    assert open_until(julia, hers, 7) == scored + timedelta(days=7)


def test_the_queue_says_why(store: Store) -> None:
    wishes = Review(random_share=0.0, unsure_below=0.95)
    found = queue(analyst(store), wishes, TODAY)
    critical = {c.call_id for c in found.calls if "critical" in c.why}
    assert critical == {
        r.call_id for r in calls(as_owner(store.path), CallFilter(critical=True)).rows
    }
    assert found.counts["unsure"] == 12
    call = min(critical)
    submit(analyst(store), call, "queue", [Judgement("prices", "met", "The price is right.")])
    assert call not in {c.call_id for c in queue(analyst(store), wishes, TODAY, "critical").calls}


def test_agreement_is_of_blind_reviews_alone_and_weighs_the_draw(tmp_path: Path) -> None:
    store = made_up_clinic.build(tmp_path, calls=MIN_REVIEWS + 4, sound=False)
    names = [row.call_id for row in calls(as_owner(store.path), CallFilter(), limit=100).rows]
    machine = {
        name: {v.id: v.verdict for v in detail_of(store, name).machine_scorecard.criteria}
        for name in names
    }
    *drawn, last, doubted, seen, unsure = names

    def judge(name: str, verdict: VerdictKind, drawn_with: float = 1.0) -> None:
        said = [Judgement("greeting", verdict)]
        submit(analyst(store), name, "random", said, blind=True, drawn_with=drawn_with)

    def other(name: str) -> VerdictKind:
        return "missed" if machine[name]["greeting"] == "met" else "met"

    for name in drawn[1:]:
        judge(name, machine[name]["greeting"])
    submit(analyst(store), doubted, "queue", [Judgement("greeting", other(doubted), "Listen.")])
    submit(analyst(store), seen, "random", [Judgement("greeting", other(seen), "Listen.")])
    judge(unsure, "abstain")
    version = detail_of(store, last).machine_scorecard.rubric.version
    found = machine_agreement(as_owner(store.path), "clinic-phone")[version]
    assert [*found] == ["greeting"]
    few = found["greeting"]
    assert (few.reviews, few.undecided, few.share) == (MIN_REVIEWS - 1, 1, None)

    judge(last, other(last), drawn_with=0.2)
    now = machine_agreement(as_owner(store.path), "clinic-phone")[version]["greeting"]
    assert now.reviews == MIN_REVIEWS and now.share is not None
    # Nine calls agree; one that stands for five doesn't.
    assert now.share.value == pytest.approx(9 / 14)
    assert now.share.low < 9 / 14 < now.share.high
    assert machine_agreement(as_owner(store.path), "complaint") == {}
    hers = Access(store.path, Viewer("a", "administrator", "Somebody Else"))
    assert machine_agreement(hers, "clinic-phone") == {}

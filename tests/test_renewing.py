"""Whatever is done to calls, what lists and figures read is what the slow views say."""

import random
from pathlib import Path

import made_up_clinic
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from auricle.corrections import NewRole
from auricle.desks import Desk
from auricle.store import Store, disputes, reviews
from auricle.store import corrections as kept
from auricle.store.access import Access, Viewer, as_owner
from auricle.store.reads import call_detail
from auricle.store.renewing import FEW, renew
from auricle.store.reviews import Judgement

CALLS = [f"call-{1001 + number}" for number in range(6)]
NAMES = sorted(made_up_clinic.HABITS)
VERDICTS = ("met", "partly", "missed", "abstain", "not_applicable")


@pytest.fixture(scope="module")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> Store:
    return made_up_clinic.build(tmp_path_factory.mktemp("renewed"), calls=len(CALLS), sound=False)


def differences(store: Store) -> list[tuple[object, ...]]:
    """Rows that the tables have and the views haven't, or the other way round."""
    listed = "SELECT * EXCLUDE (number) FROM listed"
    marks = "SELECT l.call_id, m.* EXCLUDE (number) FROM marks m JOIN listed l USING (number)"
    found: list[tuple[object, ...]] = []
    with store.reading() as connection:
        for table, view in ((listed, "recorded_calls"), (marks, "standing_marks")):
            for one, other in ((table, f"FROM {view}"), (f"FROM {view}", table)):
                found += connection.execute(f"({one}) EXCEPT ALL ({other})").fetchall()
        [(numbers, calls)] = connection.execute(
            "SELECT count(DISTINCT number), count(*) FROM listed"
        ).fetchall()
    return found + [(numbers, calls)] * (numbers != calls)


def review(store: Store, call_id: str, dice: random.Random) -> None:
    said = [Judgement(name, dice.choice(VERDICTS), "Heard again.")
            for name in dice.sample(list(made_up_clinic.POINTS), 3)]  # fmt: skip
    reviews.submit(as_owner(store.path), call_id, "queue", said)


def dispute(store: Store, call_id: str, dice: random.Random) -> None:
    owner = as_owner(store.path)
    detail = call_detail(owner, call_id)
    assert detail is not None
    hers = Access(store.path, Viewer("her", "administrator", detail.call.administrator))
    if any(d.outcome == "" for d in disputes.disputes(owner, call_id)):
        return
    disputes.speak(hers, call_id, [disputes.Answer("greeting", "contested", "I said it.")], 9999)
    [open_one] = [d for d in disputes.disputes(owner, call_id) if d.outcome == ""]
    disputes.resolve(owner, open_one.dispute_id, dice.choice(VERDICTS), "Heard again.")


def correct(store: Store, call_id: str, dice: random.Random) -> None:
    owner = as_owner(store.path)
    detail = call_detail(owner, call_id)
    assert detail is not None and detail.transcript is not None and detail.machine_scorecard
    turn = dice.randrange(len(detail.transcript.turns))
    change = NewRole(turn, dice.choice(("patient", "administrator")))
    card = detail.machine_scorecard.model_copy(update={"total": dice.uniform(0, 100)})
    kept.correct(owner, detail.transcript, [change], "", card)


def hear_again(store: Store, call_id: str, dice: random.Random) -> None:
    """As a run does; the manifest may have a new id for the recording."""
    detail = call_detail(as_owner(store.path), call_id)
    assert detail is not None and detail.transcript and detail.machine_scorecard
    keys = {"fingerprint": "again", "run_id": "run-2"}
    path = detail.call.recorded.path
    call = detail.call.model_copy(update={"queue": dice.choice(("", "desk")), "call_id": "other"})
    with store.transaction():
        store.save_call(call, None, **keys)
        store.save_call(call.model_copy(update={"call_id": call_id}), None, **keys)
        if dice.random() < 0.5:
            store.save_transcript(detail.transcript, path=path, **keys)
            store.save_scorecard(detail.machine_scorecard, path=path, **keys)


def seat(store: Store, call_id: str, dice: random.Random) -> None:
    """Somebody says who sits where."""
    detail = call_detail(as_owner(store.path), call_id)
    assert detail is not None
    call = detail.call.model_copy(update={"agent": "2001", "administrator": ""})
    store.save_call(call, None, fingerprint="again", run_id="run-2")
    store.assign([Desk(agent="2001", administrator=dice.choice(NAMES))])


ACTIONS = (review, dispute, correct, hear_again, seat)


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from(ACTIONS), st.sampled_from(CALLS)), min_size=1,
                max_size=3), st.randoms(use_true_random=False))  # fmt: skip
def test_what_is_read_is_what_stands(clinic, done, dice):
    for action, call_id in done:
        action(clinic, call_id, dice)
    assert differences(clinic) == []


def test_a_transaction_that_fails_leaves_them_as_they_were(clinic: Store) -> None:
    detail = call_detail(as_owner(clinic.path), CALLS[0])
    assert detail is not None
    moved = detail.call.model_copy(update={"queue": "elsewhere"})
    with pytest.raises(RuntimeError), clinic.transaction():
        clinic.save_call(moved, None, fingerprint="again", run_id="run-2")
        raise RuntimeError
    assert differences(clinic) == []


def test_many_calls_are_renewed_at_once(tmp_path: Path) -> None:
    store = made_up_clinic.build(tmp_path, calls=FEW + 1, sound=False)
    with store.importing() as connection:
        connection.execute("UPDATE calls SET administrator = 'Somebody else'")
        ids = [call_id for (call_id,) in connection.execute("SELECT call_id FROM calls").fetchall()]
    assert len(differences(store)) == 2 * len(ids)  # the check can fail
    with store.importing() as connection:
        renew(connection, ids)
    assert differences(store) == []

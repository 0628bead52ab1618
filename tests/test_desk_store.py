"""Corrections, disputes, calibrations, coaching and people: what the store keeps, and for whom."""

import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import helpers_analyst
import helpers_store_user
import made_up_clinic
import pytest
from hypothesis import given
from hypothesis import strategies as st

from auricle.commands import rubric
from auricle.corrections import Change, NewRole, NewWords, Swap, corrected
from auricle.errors import AccessError, SettingsError, StoreError
from auricle.models import Line, Run, Transcript, Turn, Word
from auricle.scorer import Scorer
from auricle.settings import Review
from auricle.store import Store, calibrations, coaching, disputes, people
from auricle.store.access import Access, Viewer, as_owner, look
from auricle.store.connection import connected
from auricle.store.corrections import correct, corrections
from auricle.store.disputes import Answer
from auricle.store.people import Person
from auricle.store.reads import CallDetail, call_detail, rows
from auricle.store.reviews import Judgement, history, queue, submit
from dashboards.views.rubric import judged_by
from rubrics.loader import load_rubric


@pytest.fixture
def store(tmp_path: Path) -> Store:
    now = datetime.now(UTC)
    store = made_up_clinic.build(tmp_path, calls=4, start=now - timedelta(days=30), sound=False)
    store.save_run(Run(run_id="run-2", started=now, finished=now, version="0.1.0"))
    return store


def detail_of(store: Store, call_id: str = "call-1001") -> CallDetail:
    found = call_detail(as_owner(store.path), call_id)
    assert found is not None
    return found


def analyst(store: Store, login: str = "ann") -> Access:
    return Access(store.path, Viewer(login, "analyst"))


def hers(store: Store, call_id: str = "call-1001") -> Access:
    """As the administrator whose call it is."""
    name = detail_of(store, call_id).call.administrator
    return Access(store.path, Viewer("her", "administrator", name))


# Corrections


words = st.lists(
    st.builds(
        Word, text=st.text("abcдé", min_size=1, max_size=4), start_s=st.just(1.0),
        end_s=st.just(2.0), confidence=st.just(0.5),
    ), min_size=1, max_size=4,
)  # fmt: skip
roles = st.sampled_from(["administrator", "patient", "ivr", "unknown"])


@st.composite
def transcripts(draw: st.DrawFn) -> Transcript:
    turns = []
    for said in draw(st.lists(words, min_size=1, max_size=4)):
        space = draw(st.sampled_from([" ", "", ", "]))
        turns.append(Turn(
            speaker="a", role=draw(roles), role_confidence=0.4, start_s=1, end_s=2,
            text=space.join(word.text for word in said), confidence=0.5, words=tuple(said),
        ))  # fmt: skip
    return Transcript(call_id="c", language="en", duration_s=2, line=Line(), turns=tuple(turns))


@given(transcripts(), st.data())
def test_a_correction_changes_only_what_it_names(before: Transcript, data: st.DataObject) -> None:
    number = data.draw(st.integers(0, len(before.turns) - 1))
    turn = before.turns[number]
    first = data.draw(st.integers(0, len(turn.words) - 1))
    last = data.draw(st.integers(first, len(turn.words) - 1))
    after = corrected(before, [NewWords(number, first, last, "quite another")])
    for index, (old, new) in enumerate(zip(before.turns, after.turns, strict=True)):
        if index != number:
            assert new == old
    now = after.turns[number]
    assert now.words[:first] == turn.words[:first]
    assert now.words[first + 2 :] == turn.words[last + 1 :]
    assert [word.text for word in now.words[first : first + 2]] == ["quite", "another"]
    assert "quite another" in now.text
    assert (now.role, now.start_s, now.end_s) == (turn.role, turn.start_s, turn.end_s)


@given(transcripts())
def test_swapping_twice_gives_the_roles_back(before: Transcript) -> None:
    once, twice = corrected(before, [Swap()]), corrected(before, [Swap(), Swap()])
    assert [turn.role for turn in twice.turns] == [turn.role for turn in before.turns]
    for old, new in zip(before.turns, once.turns, strict=True):
        other = {"administrator": "patient", "patient": "administrator"}
        assert new.role == other.get(old.role, old.role)
        assert (new.text, new.words) == (old.text, old.words)


@given(transcripts())
def test_who_says_whose_a_turn_is_has_listened_to_its_overlaps(before: Transcript) -> None:
    turn = before.turns[0]
    both = tuple(word.model_copy(update={"also": "other"}) for word in turn.words)
    talked_over = before.model_copy(
        update={"turns": (turn.model_copy(update={"words": both}), *before.turns[1:])}
    )
    for change, also in ((NewRole(0, "patient"), None), (Swap(), "other")):
        [first, *_] = corrected(talked_over, [change]).turns
        assert {word.also for word in first.words} == {also}


@pytest.mark.parametrize(
    "change", [NewRole(99, "patient"), NewWords(0, 5, 99, "x"), NewWords(0, 0, 0, " "),
               NewRole(0, "boss")],
)  # fmt: skip
def test_what_is_not_there_cannot_be_corrected(store: Store, change: Change) -> None:
    transcript = detail_of(store).transcript
    assert transcript is not None
    with pytest.raises(SettingsError):
        corrected(transcript, [change])


def test_a_correction_is_kept_with_its_scorecard_and_its_history(store: Store) -> None:
    detail = detail_of(store)
    transcript, card = detail.transcript, detail.machine_scorecard
    assert transcript is not None and card is not None
    changes: list[Change] = [NewRole(0, "patient"), NewWords(1, 0, 1, "Good day")]
    rescored = card.model_copy(update={"total": 11.0, "low": 10.0, "high": 12.0})
    correct(analyst(store), transcript, changes, "I know the voices.", rescored)
    after = detail_of(store)
    assert after.transcript == corrected(transcript, changes)
    assert after.scorecard == rescored
    found = corrections(as_owner(store.path), "call-1001")
    assert {(c.turn, c.field, c.login, c.reason) for c in found} == {
        (0, "role", "ann", "I know the voices."), (1, "text", "ann", "I know the voices."),
    }  # fmt: skip
    with pytest.raises(StoreError, match="changed meanwhile"):
        correct(analyst(store, "bob"), transcript, [Swap()], "", rescored)
    # The machine's own words are still there; hearing the call anew starts from them.
    [first] = rows(as_owner(store.path), "SELECT role FROM machine_turns WHERE turn = 0 "
                   "AND call_id = 'call-1001'")  # fmt: skip
    assert first["role"] == transcript.turns[0].role
    store.save_transcript(transcript, path="x", fingerprint="new", run_id="r")
    assert detail_of(store).transcript == transcript
    assert len(corrections(as_owner(store.path), "call-1001")) == 2


# Disputes


def test_a_dispute_is_answered_and_counts(store: Store) -> None:
    submit(analyst(store), "call-1001", "queue", [Judgement("greeting", "missed", "No name.")])
    her = hers(store)
    with pytest.raises(StoreError, match="Write why"):
        disputes.speak(her, "call-1001", [Answer("greeting", "contested", " ")], 7)
    disputes.speak(
        her, "call-1001",
        [Answer("greeting", "contested", "I did say it."), Answer("empathy", "accepted")], 7,
    )  # fmt: skip
    with pytest.raises(StoreError, match="already"):
        disputes.speak(her, "call-1001", [Answer("greeting", "contested", "Again.")], 7)
    with pytest.raises(StoreError, match="speak to the analyst"):
        disputes.speak(her, "call-1001", [Answer("empathy", "accepted")], 7)
    [open_one, accepted] = disputes.disputes(her)
    assert (open_one.criterion, open_one.outcome) == ("greeting", "")
    with pytest.raises(StoreError, match="without a word"):
        disputes.resolve(analyst(store), open_one.dispute_id, "met", "")
    with pytest.raises(StoreError, match="already"):
        disputes.resolve(analyst(store), accepted.dispute_id, "met", "No.")
    disputes.resolve(analyst(store, "bob"), open_one.dispute_id, "met", "Right, at second 5.")
    with pytest.raises(StoreError, match="already"):
        disputes.resolve(analyst(store), open_one.dispute_id, "missed", "No.")
    card = detail_of(store).scorecard
    assert card is not None
    assert next(v.verdict for v in card.criteria if v.id == "greeting") == "met"
    [balance] = disputes.balances(as_owner(store.path))
    assert (balance.accepted, balance.contested, balance.upheld, balance.rejected) == (1, 1, 1, 0)
    assert balance.mean_answer_h is not None and 0 <= balance.mean_answer_h < 1


def test_nobody_answers_for_somebody_else_or_too_late(store: Store) -> None:
    said = [Answer("greeting", "contested", "No.")]
    with pytest.raises(AccessError):
        disputes.speak(analyst(store), "call-1001", said, 7)
    other = Access(store.path, Viewer("x", "administrator", "Somebody Else"))
    with pytest.raises(AccessError, match="There is no call"):
        disputes.speak(other, "call-1001", said, 7)
    with pytest.raises(AccessError):
        disputes.resolve(other, "nonsense", "met", "x")
    old = datetime.now(UTC) - timedelta(days=8)
    store.save_run(Run(run_id="run-2", started=old, finished=old, version="0.1.0"))
    with pytest.raises(StoreError, match="could be contested until"):
        disputes.speak(hers(store), "call-1001", said, 7)
    submit(analyst(store), "call-1001", "queue", [Judgement("greeting", "missed", "No name.")])
    disputes.speak(hers(store), "call-1001", said, 7)  # a new mark may be contested anew


def test_rubric_check_remembers_who_was_right(
    store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "auricle.toml").write_text('[store]\npath = "auricle.duckdb"\n')
    transcript, call = detail_of(store).transcript, detail_of(store).call
    assert transcript is not None
    card = Scorer(load_rubric("clinic-phone"), {}, None, 0.5).score(call, transcript)
    found = next(v.verdict for v in card.criteria if v.id == "greeting")
    for says, code in ((found, 0), ("missed" if found != "missed" else "met", 1)):
        standing = next(
            v.verdict for v in detail_of(store).scorecard.criteria if v.id == "greeting"
        )
        if standing == says:
            other = "partly"
            submit(analyst(store), "call-1001", "queue", [Judgement("greeting", other, "So.")])
        disputes.speak(hers(store), "call-1001", [Answer("greeting", "contested", "No.")], 7)
        [open_one] = [d for d in disputes.disputes(as_owner(store.path)) if not d.outcome]
        disputes.resolve(analyst(store), open_one.dispute_id, says, "You are right.")
        assert rubric.check("clinic-phone", tmp_path) == code
    assert "upheld dispute on call call-1001: expected" in capsys.readouterr().out


# Calibration


def test_a_calibration_is_judged_by_those_invited_and_changes_no_mark(store: Store) -> None:
    before = {name: detail_of(store, name).scorecard for name in ("call-1001", "call-1002")}
    owner = as_owner(store.path)
    with pytest.raises(StoreError, match="compares people"):
        calibrations.open_session(owner, "x", ["call-1001"], ["ann"], date(2030, 1, 1))
    name = calibrations.open_session(
        owner, "March", ["call-1001", "call-1002"], ["ann", "bob"], date(2030, 1, 1), "ann"
    )
    judged = [Judgement("greeting", "missed"), Judgement("empathy", "met")]
    for login in ("ann", "bob"):
        who = analyst(store, login)
        for call_id in ("call-1001", "call-1002"):
            assert calibrations.awaiting(who, call_id, date(2029, 1, 1)) == (name,)
            assert calibrations.awaiting(who, call_id, date(2031, 1, 1)) == ()
            submit(who, call_id, "calibration", judged, blind=True, calibration_id=name)
            assert calibrations.awaiting(who, call_id, date(2029, 1, 1)) == ()
    with pytest.raises(AccessError, match="not yours"):
        submit(analyst(store, "eve"), "call-1001", "calibration", judged, blind=True,
               calibration_id=name)  # fmt: skip
    [session] = calibrations.sessions(owner)
    assert session.complete and session.over(date(2026, 1, 1))
    assert len(calibrations.given(owner, name)) == 8
    for call_id, card in before.items():
        assert detail_of(store, call_id).scorecard == card
        assert history(owner, call_id) == ()
    calibrations.agree(owner, name, "call-1001", "greeting", "met", "She says it at the end.")
    [kept] = calibrations.agreed(owner, name)
    assert (kept.verdict, kept.note) == ("met", "She says it at the end.")


def test_a_calibration_ends_when_whoever_leads_it_says(store: Store) -> None:
    owner, ann, bob, today = (
        as_owner(store.path),
        analyst(store),
        analyst(store, "bob"),
        date(2026, 3, 2),
    )
    name = calibrations.open_session(ann, "March", ["call-1001"], ["ann", "bob"], date(2026, 3, 5))

    def waits(on: date) -> bool:
        return calibrations.awaiting(bob, "call-1001", on) == (name,)

    with pytest.raises(AccessError, match="whoever opened it"):
        calibrations.move_deadline(bob, name, date(2026, 3, 9), today)
    with pytest.raises(StoreError, match="day is over"):
        calibrations.move_deadline(ann, name, date(2026, 3, 1), today)
    assert not waits(date(2026, 3, 9))
    calibrations.move_deadline(ann, name, date(2026, 3, 9), today)
    assert waits(date(2026, 3, 9)) and not waits(date(2026, 3, 10))
    calibrations.move_deadline(owner, name, date(2026, 3, 4), today)
    assert waits(date(2026, 3, 4)) and not waits(date(2026, 3, 5))

    calibrations.end_now(owner, name, today)
    [session] = calibrations.sessions(owner)
    assert session.over(today) and session.ended and session.said_by == "owner"
    assert not waits(today)
    with pytest.raises(AccessError, match="not yours"):
        submit(bob, "call-1001", "calibration", [Judgement("greeting", "met")], blind=True,
               calibration_id=name)  # fmt: skip
    with pytest.raises(StoreError, match="is over"):
        calibrations.move_deadline(owner, name, date(2026, 4, 1), today)
    with pytest.raises(StoreError, match="is over"):
        calibrations.end_now(owner, name, today)
    assert [line["action"] for line in rows(owner, "SELECT action FROM audit ORDER BY at_utc")] == [
        "open calibration", "move calibration", "move calibration", "end calibration",
    ]  # fmt: skip


# Coaching


def test_a_note_is_hers_to_read(store: Store) -> None:
    coaching.write_note(analyst(store), "call-1001", "Say your name.", "greeting", 4.0)
    her = hers(store)
    [note] = coaching.notes(her)
    assert note.acknowledged_utc is None and note.start_s == 4.0
    other = Access(store.path, Viewer("x", "administrator", "Somebody Else"))
    assert coaching.notes(other) == ()
    with pytest.raises(AccessError):
        coaching.acknowledge(other, note)
    coaching.acknowledge(her, note)
    assert coaching.notes(her)[0].acknowledged_utc is not None
    with pytest.raises(StoreError, match="empty"):
        coaching.write_note(analyst(store), "call-1001", " ")


def test_clips_and_counts_are_of_one_person_and_criterion(tmp_path: Path) -> None:
    store = made_up_clinic.build(tmp_path, calls=20, sound=False)
    owner = as_owner(store.path)
    clips = coaching.playlist(owner, "Julia Brandt", "greeting")
    told = rows(
        owner,
        """SELECT call_id, verdict, start_utc FROM verdicts JOIN calls USING (call_id)
           WHERE criterion = 'greeting' AND administrator = 'Julia Brandt'""",
    )
    kinds = {row["call_id"]: row["verdict"] for row in told}
    assert clips and all(kinds[clip.call_id] == clip.verdict for clip in clips)
    moment = sorted(row["start_utc"] for row in told)[len(told) // 2]
    coaching.write_note(owner, told[0]["call_id"], "Say your name.", "greeting")
    coaching.write_note(owner, told[0]["call_id"], "Well done.")
    with connected(store.path, write=True) as connection:
        connection.execute("UPDATE coaching_notes SET written_utc = ?", [moment])
    [(before, after)] = coaching.before_and_after(owner).values()
    assert before.judged == sum(row["start_utc"] < moment for row in told)
    assert before.met + after.met == sum(row["verdict"] == "met" for row in told)


# People


def test_people_sign_in_with_their_own_password_only(store: Store) -> None:
    owner = as_owner(store.path)
    person = Person("Ann@Clinic.example", "Ann", "analyst", "", True, True)
    with pytest.raises(SettingsError, match="too short"):
        people.add_person(owner, person, "short")
    people.add_person(owner, person, "a long password")
    assert people.sign_in(owner, "ann@clinic.example ", "a long password") == Viewer(
        "ann@clinic.example", "analyst"
    )
    [kept] = rows(owner, "SELECT password_hash FROM people")
    assert kept["password_hash"].startswith("$argon2id$")
    for login, password in (("ann@clinic.example", "another password"), ("nobody", "x")):
        with pytest.raises(AccessError, match="don't belong together"):
            people.sign_in(owner, login, password)
    people.remove_person(owner, "ann@clinic.example")
    with pytest.raises(AccessError):
        people.sign_in(owner, "ann@clinic.example", "a long password")
    assert people.viewer_of(owner, "ann@clinic.example") is None
    with pytest.raises(SettingsError, match="nobody called"):
        people.remove_person(owner, "eve")


def test_guessing_passwords_comes_to_an_end(store: Store) -> None:
    owner = as_owner(store.path)
    people.add_person(owner, Person("ann", "Ann", "analyst", "", True, True), "a long password")
    for _ in range(people.TRIES):
        with pytest.raises(AccessError, match="don't belong together"):
            people.sign_in(owner, "ann", "guess")
    with pytest.raises(AccessError, match="Too many"):
        people.sign_in(owner, "ann", "a long password")
    lines = people.audit(owner)
    assert [line.action for line in lines].count("wrong password") == people.TRIES


def test_an_administrator_has_a_name_and_nobody_else_does(store: Store) -> None:
    for role, name in (("administrator", ""), ("analyst", "Anna")):
        with pytest.raises(SettingsError, match="name that calls are kept under"):
            people.add_person(
                as_owner(store.path),
                Person("x", "x", role, name, False, True),  # type: ignore[arg-type]
            )
    with pytest.raises(AccessError, match="people in your role"):
        people.add_person(analyst(store), Person("x", "x", "owner", "", False, True))


def test_every_change_and_every_look_is_told(store: Store) -> None:
    submit(analyst(store), "call-1001", "queue", [Judgement("greeting", "missed", "No name.")])
    look(hers(store), ["call-1001"], verdicts=True)
    with pytest.raises(StoreError):  # what failed changed nothing, and is told as nothing
        submit(analyst(store), "call-1001", "queue", [Judgement("nonsense", "met")])
    newest, older = people.audit(as_owner(store.path))
    assert (newest.login, newest.action, newest.call_id) == ("her", "look", "call-1001")
    assert (older.login, older.action) == ("ann", "review")
    assert older.detail["verdicts"] == {"greeting": "missed"}


# All at once


ROUNDS, RUN_CALLS = 8, 12


def test_analysts_and_a_run_lose_nothing_of_each_other(store: Store) -> None:
    calls = ["call-1001", "call-1002"]
    users = [
        *([helpers_analyst.__file__, str(store.path), login, str(ROUNDS), *calls]
          for login in ("ann", "bob")),
        [helpers_store_user.__file__, "write", str(store.path), str(RUN_CALLS)],
    ]  # fmt: skip
    running = [
        subprocess.Popen(
            [sys.executable, *user], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
        )
        for user in users
    ]
    for process in running:
        _, said = process.communicate(timeout=300)
        assert process.returncode == 0, said
    for call_id in calls:
        said_of = [(item.reviewer, item.reason) for item in history(as_owner(store.path), call_id)]
        expected = {(who, f"{who} {n}") for who in ("ann", "bob") for n in range(ROUNDS)}
        assert {*said_of} == expected and len(said_of) == len(expected)
    written = rows(as_owner(store.path), "SELECT count(*) AS n FROM calls")
    assert written == [{"n": 4 + RUN_CALLS}]


def test_a_what_if_says_when_people_judged_otherwise(store: Store) -> None:
    before = detail_of(store)
    machine = before.machine_scorecard
    assert machine is not None and "alone" not in judged_by(before, machine)
    other = "missed" if machine.criteria[0].verdict == "met" else "met"
    submit(analyst(store), "call-1001", "queue",
           [Judgement(machine.criteria[0].id, other, "Listen.")])  # fmt: skip
    after = detail_of(store)
    assert after.scorecard is not None and after.scorecard.total != machine.total
    said = judged_by(after, machine)
    assert "by the program alone" in said and said.endswith(f"{after.scorecard.total:.0f}.")


def test_a_call_in_which_no_administrator_speaks_is_not_drawn(store: Store) -> None:
    wishes, today = Review(random_share=1.0), date.today()
    assert queue(analyst(store), wishes, today).counts["random"] == 4
    with connected(store.path, write=True) as connection:
        connection.execute(
            "UPDATE machine_scorecards SET total = NULL, low = NULL, high = NULL, scored_share = 1 "
            "WHERE call_id = 'call-1001'"
        )
    found = queue(analyst(store), wishes, today)
    assert found.counts["random"] == 3
    assert "call-1001" not in {one.call_id for one in found.calls if "random" in one.why}

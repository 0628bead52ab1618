"""What a scenario asks of a mystery call, and a script for whoever plays it."""

from collections.abc import Sequence

import streamlit as st

from auricle.errors import AuricleError
from auricle.models import Evidence, Verdict, VerdictKind
from auricle.store.access import Access
from auricle.store.mystery_calls import mark
from dashboards.language import _
from dashboards.parts import wording
from dashboards.parts.addresses import call_address
from dashboards.parts.criteria import criterion_title
from dashboards.parts.markup import card_title, esc, link
from dashboards.retelling import retold
from rubrics.scenarios import Scenario


def scenario_card(verdicts: Sequence[Verdict], call_id: str) -> str:
    """The scenario's criteria with their proof; a quote leads to its second."""
    lines = "".join(_line(verdict, call_id) for verdict in verdicts)
    title = card_title(_("A mystery call"), _("What its scenario asks, beside the rubric."))
    return f'{title}<ul class="au-scenario" data-testid="scenario">{lines}</ul>'


def _line(verdict: Verdict, call_id: str) -> str:
    icon, label = (
        wording.VERDICT_ICONS[verdict.verdict], wording.verdict(verdict.verdict),
    )  # fmt: skip
    quotes = "".join(_quoted(piece, call_id) for piece in verdict.evidence if piece.quote)
    return (
        f'<li><span class="au-badge au-{verdict.verdict}"><i>{icon}</i>{esc(label)}</span>'
        f"<span><b>{esc(criterion_title(verdict.id))}</b> {esc(retold(verdict.reason))} {quotes}"
        "</span></li>"
    )


def _quoted(piece: Evidence, call_id: str) -> str:
    quote = link(call_address(call_id, piece.start_s), f"<q>{esc(piece.quote or '')}</q>")
    return _("after {quote}", quote=quote) if piece.kind == "absence" else quote


VERDICTS: tuple[VerdictKind, ...] = ("met", "partly", "missed", "not_applicable")


def judge_yourself(access: Access, call_id: str, verdicts: Sequence[Verdict]) -> None:
    """What only a person can compare, or sees otherwise; those left open come first."""
    names = [one.id for one in sorted(verdicts, key=lambda one: one.verdict != "abstain")]
    with st.expander(_("Judge it yourself")), st.form("mark-scenario", border=False):
        name = st.selectbox(_("What"), names, format_func=criterion_title)
        kind = st.radio(_("Verdict"), VERDICTS, horizontal=True, format_func=wording.verdict)
        why = st.text_input(_("Why"))
        if not st.form_submit_button(_("Save")):
            return
        if not why.strip():
            st.error(_("Write why: the administrator reads it."))
            return
        try:
            mark(access, call_id, name, kind, why.strip())
        except AuricleError as error:
            st.error(wording.error(error))
        else:
            st.rerun()


def script(scenario: Scenario, says: dict[str, str]) -> str:
    """What to say, in order; ``says``: the page's words in the shopper's language."""
    asked = "".join(f"<li>{esc(question.say)}</li>" for question in scenario.ask.values())
    return (
        f"<p>{esc(scenario.persona)}</p><p><b>{esc(says['goal'])}</b> {esc(scenario.goal)}</p>"
        f'<ol class="au-script"><li><b>{esc(says["opening"])}</b>{esc(scenario.opening)}</li>'
        f"{asked}<li><b>{esc(says['difficulty'])}</b>{esc(scenario.difficulty.say)}</li></ol>"
    )

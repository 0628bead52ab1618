"""Campaigns of mystery calls: how far they are, what a wave found, and what becomes standard."""

from datetime import datetime
from urllib.parse import urljoin

import streamlit as st

from auricle.errors import SettingsError
from auricle.mystery import tokens
from auricle.mystery.campaign import Campaign
from auricle.mystery.progress import Quota, progress
from auricle.mystery.report import html
from auricle.mystery.standard import markdown
from auricle.mystery.texts import languages, texts
from auricle.mystery.wave import WaveReport, wave_report
from auricle.pdf import pdf_of
from auricle.settings import Settings
from auricle.store import mystery, mystery_calls, standard
from auricle.store.access import Access
from dashboards.language import ENGLISH, _, current, n_, number, own_name
from dashboards.parts import controls, wording
from dashboards.parts.markup import card_title, command, empty, esc, page_title, put, table
from dashboards.parts.matched import calls_found
from dashboards.parts.reading import remembered
from dashboards.parts.workbench import Workbench
from dashboards.views.shopper import TOKEN

LINK_DAYS = 30


def show(settings: Settings, access: Access, workbench: Workbench) -> None:
    known = remembered(mystery.campaigns, access)
    if not known:
        page_title(_("Mystery calls"))
        empty(
            _("No campaign yet"),
            _(
                "Write one and draw its calls: {plan}. {scenarios} lists what can be played.",
                plan=command("auricle mystery plan FILE"),
                scenarios=command("auricle mystery scenarios"),
            ),
        )
        return
    page_title(_("Mystery calls"), _("What was found where somebody called as a patient would."))
    with st.container(horizontal=True, key="au-filters", vertical_alignment="bottom"):
        if len(known) > 1:
            controls.pick(_("Campaign"), "campaign", list(known)[1:], next(iter(known)))
        name = st.query_params.get("campaign")
        campaign = Campaign.model_validate_json(known.get(name or "") or next(iter(known.values())))
        waves = {str(n): _("Wave {n}", n=number(n)) for n in _newest_first(settings, campaign)}
        wave = int(controls.switch(_("Wave"), "wave", waves))
        language = controls.switch(_("Language"), "language", _languages(campaign))
    report = remembered(_report, access, campaign.model_dump_json(by_alias=True), wave)
    page = html(report, language, mystery_calls.playable(access))
    with st.container(key="au-card-report"):
        with st.container(horizontal=True):
            st.download_button(_("Report as HTML"), page, f"{campaign.id}-{wave}.html", "text/html")
            if st.button(_("Make a PDF")):
                _pdf(page, f"{campaign.id}-{wave}.pdf")
        st.iframe(page)
    with st.container(key="au-card-found"):
        calls_found(access, campaign, wave, workbench)
    left, right = st.columns(2, gap="medium")
    with left, st.container(key="au-card-proposals"):
        _proposals(access, report, language)
    with right:
        with st.container(key="au-card-progress"):
            _progress(access, campaign, wave)
        with st.container(key="au-card-shoppers"):
            _shoppers(access, campaign)


def _languages(campaign: Campaign) -> dict[str, str]:
    """Those a report can be in, the first one first: the reader's, or the campaign's for those
    who read in English, as whoever has chosen nothing does."""
    written = languages()
    mine = current()
    first = mine if mine != ENGLISH and mine in written else campaign.language
    return {code: own_name(code) for code in (first, *written)}


def _newest_first(settings: Settings, campaign: Campaign) -> list[int]:
    """Waves that have begun, the last one first; the others after them."""
    today = datetime.now(settings.clinic.zone).date()
    numbers = range(1, len(campaign.waves) + 1)
    begun = [n for n in numbers if campaign.waves[n - 1].first <= today]
    return [*reversed(begun), *(n for n in numbers if n not in begun)]


def _report(access: Access, definition: str, wave: int) -> WaveReport:
    return wave_report(access, Campaign.model_validate_json(definition), wave)


def _pdf(page: str, name: str) -> None:
    try:
        st.download_button(_("Save the PDF"), pdf_of(page), name, "application/pdf", type="primary")
    except SettingsError as error:
        st.error(wording.error(error))


def _proposals(access: Access, report: WaveReport, language: str) -> None:
    words = texts(language)
    put(card_title(
        _("Proposals"),
        _("What you accept becomes part of the written standard. The words are a call's, as the "
          "machine heard them: make them yours first."),
    ))  # fmt: skip
    for finding in report.findings:
        said = finding.example
        with st.form(f"accept-{finding.criterion}", border=False):
            typed = st.text_area(
                words.criterion(finding.criterion),
                (said.evidence.quote or "") if said else "",
                key=f"wording-{report.wave}-{finding.criterion}",
                placeholder=_("How it should be said here"),
            )
            if st.form_submit_button(_("Accept")) and typed.strip():
                standard.accept_clause(
                    access, finding.criterion, typed.strip(),
                    said.call_id if said and typed == said.evidence.quote else "",
                    f"{report.campaign.id}/{report.wave}",
                )  # fmt: skip
                st.rerun()
    if not report.findings:
        put(f'<p class="au-note">{esc(words.report["no_findings"])}</p>')
    version, clauses = remembered(standard.standard, access)
    if version:
        text = markdown(version, clauses, words)
        with st.expander(_("The written standard, version {version}", version=version)):
            st.markdown(text)
        st.download_button(
            _("Standard as Markdown"), text, f"standard-{version}.md", "text/markdown"
        )


def _progress(access: Access, campaign: Campaign, wave: int) -> None:
    done = {
        *remembered(mystery.debriefs, access),
        *(call.task for call in remembered(mystery_calls.mystery_calls, access)),
    }
    quotas = [q for q in progress(remembered(mystery.tasks, access, campaign.id), done)
              if q.wave == wave]  # fmt: skip
    put(
        card_title(_("Calls made"), _("Of those planned, by clinic and time of day."))
        + table(
            "progress",
            (_("Clinic"), _("Time"), _("Made")),
            ((esc(quota.clinic), esc(quota.band), esc(_made(quota))) for quota in quotas),
        )
    )


def _made(quota: Quota) -> str:
    return _("{done} of {planned}", done=number(quota.done), planned=number(quota.planned))


def _shoppers(access: Access, campaign: Campaign) -> None:
    put(card_title(_("Shoppers"), n_(
        "A link is good for {n} day and needs no account.",
        "A link is good for {n} days and needs no account.", LINK_DAYS,
    )))  # fmt: skip
    for shopper in campaign.shoppers:
        with st.container(horizontal=True, vertical_alignment="center"):
            put(f"<b>{esc(shopper.name)}</b>")
            if st.button(_("New link"), key=f"link-{shopper.name}"):
                token = tokens.issue(access.path, campaign.id, shopper.name, LINK_DAYS)
                # Whole, since it is sent to somebody.
                st.code(urljoin(st.context.url or "", f"./?{TOKEN}={token}"), language=None)
            if st.button(_("End all links"), key=f"end-{shopper.name}"):
                ended = mystery.revoke_tokens(access.path, campaign.id, shopper.name)
                st.toast(n_("{n} ended", "{n} ended", ended))

"""Who looks: nobody else on a single user's own machine, or whom a password or a service proves.

What they may see is not decided here but in ``auricle.store.access``.
"""

import secrets
import time
from dataclasses import dataclass, field

import streamlit as st

from auricle.errors import AuricleError
from auricle.messages import N_
from auricle.settings import Settings
from auricle.store import people
from auricle.store.access import OWNER, PersonRole, Viewer, as_owner
from dashboards.components.session import COOKIE, keep_session
from dashboards.language import _
from dashboards.parts import wording
from dashboards.parts.markup import command, empty, esc, page_title
from dashboards.parts.reading import remembered

SESSION_S = 12 * 3600
"""A working day; then the password is asked for again."""
TOKEN_BYTES = 32
ROLES: dict[PersonRole, str] = {
    "owner": N_("owner"),
    "analyst": N_("analyst"),
    "administrator": N_("administrator"),
    "shopper": N_("shopper"),
}


@dataclass
class Sessions:
    """Tokens that browsers hold, until when, and whose; gone with the server."""

    held: dict[str, tuple[str, float]] = field(default_factory=dict)

    def open(self, login: str) -> str:
        now = time.time()
        self.held = {token: end for token, end in self.held.items() if end[1] > now}
        token = secrets.token_urlsafe(TOKEN_BYTES)
        self.held[token] = (login, now + SESSION_S)
        return token

    def login_of(self, token: str) -> str | None:
        login, until = self.held.get(token, ("", 0.0))
        return login if until > time.time() else None


@st.cache_resource
def _sessions() -> Sessions:
    return Sessions()


def viewer(settings: Settings) -> Viewer | None:
    """Who looks; None while nobody is signed in: then the page asks."""
    method = settings.sign_in.method
    if method == "single":
        return OWNER
    if not settings.store.path.is_file():
        empty(
            _("No calls yet"),
            _("Whoever looks after Auricle runs it first, and adds people then."),
        )
        return None
    return _by_password(settings) if method == "local" else _by_service(settings)


def leave(settings: Settings, who: Viewer) -> None:
    """Who is signed in, and the way out."""
    if settings.sign_in.method == "single":
        return
    left, right = st.columns([5, 1], vertical_alignment="center")
    left.caption(_("Signed in as {login} ({role}).", login=who.login, role=_(ROLES[who.role])))
    if right.button(_("Sign out"), type="tertiary", key="sign-out"):
        if settings.sign_in.method == "oidc":
            st.logout()
        _sessions().held.pop(st.session_state.pop("token", ""), None)
        _sessions().held.pop(st.context.cookies.get(COOKIE, ""), None)
        st.rerun()


def _by_password(settings: Settings) -> Viewer | None:
    access = as_owner(settings.store.path)
    for token in (st.session_state.get("token"), st.context.cookies.get(COOKIE)):
        login = _sessions().login_of(token) if token else None
        who = remembered(people.viewer_of, access, login) if login else None
        if who is not None and token:
            keep_session(token, SESSION_S)
            return who
    page_title(_("Sign in"))
    with st.form("sign-in", width=420):
        login = st.text_input(_("Login"), autocomplete="username")
        password = st.text_input(_("Password"), type="password", autocomplete="current-password")
        if st.form_submit_button(_("Sign in"), type="primary"):
            try:
                who = people.sign_in(access, login, password)
            except AuricleError as error:
                st.error(wording.error(error))
                return None
            st.session_state["token"] = _sessions().open(who.login)
            st.rerun()
    return None


def _by_service(settings: Settings) -> Viewer | None:
    if not st.user.is_logged_in:
        page_title(_("Sign in"))
        st.button(_("Sign in with your clinic's account"), type="primary", on_click=st.login)
        return None
    email = str(st.user.get("email") or "")
    proven = st.user.get("email_verified") is not False
    access = as_owner(settings.store.path)
    who = remembered(people.viewer_of, access, email) if email and proven else None
    if st.session_state.get("told") != email:
        st.session_state["told"] = email
        people.signed_in_elsewhere(access, email, known=who is not None)
    if who is None:
        empty(
            _("You aren't among this clinic's people"),
            _(
                "Signed in as {email}. Ask the owner to add that address: {command}.",
                email=esc(email or _("somebody without an e-mail address")),
                command=command("auricle people add"),
            ),
        )
        st.button(_("Sign out"), on_click=st.logout)
    return who

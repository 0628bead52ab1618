"""The call player: waveform, conversation and criteria, in step with the sound.

Everything it does happens in the browser; the address follows the position without a rerun.
``data-position-s`` on its root tells the position in seconds, ``data-playing`` whether it plays.
"""

from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit import runtime

from auricle.store.reads import CallDetail
from dashboards.components.call_player.payload import Judging, payload

_HERE = files(__package__)
_PARTS = (
    "elements.js", "line.js", "waveform.js", "conversation.js", "criteria.js", "review.js",
    "player.js",
)  # fmt: skip


def _script() -> str:
    """One ES module, since that is what a component is: wavesurfer.js and our parts in order.

    wavesurfer.js comes as UMD; given ``module`` it puts nothing on the page's globals.
    """
    vendored = _HERE.joinpath("vendor", "wavesurfer.min.js").read_text(encoding="utf-8")
    parts = [_HERE.joinpath(name).read_text(encoding="utf-8") for name in _PARTS]
    wrapped = (
        "const WaveSurfer = (() => { const exports = {}, module = { exports };\n"
        f"{vendored}\nreturn module.exports; }})();"
    )
    return "\n".join([wrapped, *parts])


def _style() -> str:
    colours = files("dashboards").joinpath("colours.css").read_text(encoding="utf-8")
    return colours + _HERE.joinpath("player.css").read_text(encoding="utf-8")


_mount = st.components.v2.component(
    "auricle.call_player",
    html='<div class="player" data-testid="player"></div>',
    css=_style(),
    js=_script(),
)


@dataclass(frozen=True)
class Told:
    """What whoever looks has just done. None: nothing."""

    review: dict[str, Any] | None
    """``seen``, and ``marks``: a list of ``criterion``, ``kind``, ``reason`` and ``evidence``."""
    correct: dict[str, Any] | None
    """``swap``; or ``turn`` and ``role``; or ``turn``, ``first``, ``last``, ``text`` and why."""


def call_player(
    detail: CallDetail, start_s: float | None, judging: Judging | None = None, failed: str = ""
) -> Told:
    """Show a call, at ``start_s`` seconds from its start. ``judging``: what may be done to it;
    ``failed``: why what was just done to it couldn't be kept."""
    shown = payload(detail, media_url(detail.media), start_s, judging)
    result = _mount(
        data={**shown, "failed": failed}, key="call_player",
        on_review_change=lambda: None, on_correct_change=lambda: None,
    )  # fmt: skip
    return Told(result.review, result.correct)


def media_url(media: Path | None) -> str | None:
    """An address the browser can play and seek in; None without a file.

    Streamlit's own manager of media files serves it, as it does for ``st.audio``: with byte
    ranges, and for as long as a session shows it.
    """
    if media is None:
        return None
    mime = "audio/flac" if media.suffix == ".flac" else "audio/ogg"
    return runtime.get_instance().media_file_mgr.add(str(media), mime, "call_player")

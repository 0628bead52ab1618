"""Pieces of HTML. Everything that comes from a call or a file passes through ``esc`` here."""

from collections.abc import Iterable, Sequence
from html import escape

import streamlit as st

from auricle.models import VerdictKind
from auricle.stats import Interval
from dashboards.language import _
from dashboards.parts import wording


def esc(text: str) -> str:
    """Text as HTML that shows it as it is, quotes included."""
    return escape(text)


def put(html: str) -> None:
    """Show HTML that was made of escaped pieces."""
    st.html(html)


def link(address: str, html: str, css: str = "au-link", label: str = "") -> str:
    """A link to another page; ``html`` is already escaped, ``label`` is for screen readers."""
    aria = f' aria-label="{esc(label)}"' if label else ""
    return f'<a class="{css}" href="{esc(address)}" data-au-link="1"{aria}>{html}</a>'


def whisker(interval: Interval, scale: float, css: str = "", title: str = "") -> str:
    """A dot with its interval on a line from 0 to ``scale``."""
    low, dot, high = (
        100 * min(max(value / scale, 0.0), 1.0)
        for value in (interval.low, interval.value, interval.high)
    )
    return (
        f'<span class="au-whisker {css}" title="{esc(title)}"><span class="au-range" '
        f'style="left:{low:.2f}%;width:{high - low:.2f}%"></span>'
        f'<span class="au-dot" style="left:{dot:.2f}%"></span></span>'
    )


def score_ring(total: float | None) -> str:
    """A score as a number in a ring that is full at 100."""
    if total is None:
        return f'<span class="au-ring au-none" title="{esc(_("Not scored"))}">{wording.DASH}</span>'
    level = "good" if total >= 80 else "fair" if total >= 60 else "poor"
    return f'<span class="au-ring au-{level}" style="--share:{total:.1f}">{total:.0f}</span>'


def badge(verdict: VerdictKind) -> str:
    """A verdict as a coloured word with its sign."""
    return (
        f'<span class="au-badge au-{verdict}"><i>{wording.VERDICT_ICONS[verdict]}</i>'
        f"{esc(wording.verdict(verdict))}</span>"
    )


def page_title(title: str, subtitle: str = "") -> None:
    below = f"<p>{esc(subtitle)}</p>" if subtitle else ""
    put(f'<header class="au-page-title"><h1>{esc(title)}</h1>{below}</header>')


def card_title(title: str, note: str = "") -> str:
    below = f"<p>{esc(note)}</p>" if note else ""
    return f'<div class="au-card-title"><h2>{esc(title)}</h2>{below}</div>'


def table(testid: str, titles: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table with a line of titles; ``rows`` are the cells of each line, HTML.

    The first cell names its line. On a phone the lines stand below each other, each cell behind
    its title.
    """
    heads = "".join(f"<th>{esc(title)}</th>" for title in titles)
    lines = "".join(
        f"<tr><th>{first}</th>"
        + "".join(
            f'<td data-label="{esc(title)}">{cell}</td>'
            for title, cell in zip(titles[1:], cells, strict=True)
        )
        + "</tr>"
        for first, *cells in rows
    )
    return (
        f'<table class="au-table" data-testid="{testid}"><thead><tr>{heads}</tr></thead>'
        f"<tbody>{lines}</tbody></table>"
    )


def command(text: str) -> str:
    return f"<code>{esc(text)}</code>"


def empty(title: str, *steps: str) -> None:
    """What a page says when it has nothing to show: what that means and what to do next.

    ``steps`` are HTML made of escaped pieces.
    """
    body = "".join(f"<p>{step}</p>" for step in steps)
    put(
        f'<section class="au-empty" data-testid="empty"><div class="au-empty-art" '
        f'aria-hidden="true"><b></b><b></b><b></b><b></b><b></b></div>'
        f"<h2>{esc(title)}</h2>{body}</section>"
    )

"""A wave's report as a page of HTML, in the words of one language; ``auricle.pdf`` prints it."""

from functools import cache
from importlib import resources
from pathlib import Path

from jinja2 import Environment, StrictUndefined, Template

from auricle.models import Evidence
from auricle.mystery.clips import clip
from auricle.mystery.findings import Said
from auricle.mystery.integrity import Doubt
from auricle.mystery.results import Estimate
from auricle.mystery.texts import Texts, texts
from auricle.mystery.wave import WaveReport
from auricle.stats import Interval

DASH = "\N{EN DASH}"
MINUS = "\N{MINUS SIGN}"


def html(report: WaveReport, language: str, media: dict[str, Path] | None = None) -> str:
    """The report in a language, with clips where ``media`` has a call's playable copy.

    Raises SettingsError for a language without words.
    """
    words = texts(language)
    wave = report.campaign.waves[report.wave - 1]
    return _template().render(
        r=report, t=words.report, words=words, language=language, wave=wave,
        estimate=_estimate, difference=lambda i: _difference(i, words),
        share=lambda i: _share(i, words), sign=words.signs,
        clip=lambda said: _clip(said, media or {}), place=_place,
        doubt=lambda doubt: _doubt(doubt, words), points=_points,
        scenarios=[one.title for one in report.campaign.scenarios],
        bar=_bar,
    )  # fmt: skip


@cache
def _template() -> Template:
    text = (resources.files("auricle.mystery") / "report.html.j2").read_text("utf-8")
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    return environment.from_string(text)


def _estimate(found: Estimate | None) -> str:
    if found is None:
        return DASH
    n = f"n\N{NO-BREAK SPACE}=\N{NO-BREAK SPACE}{found.n}"
    if found.interval is None:
        return f"{found.mean:.0f} ({n})"
    ends = f"{found.interval.low:.0f}{DASH}{found.interval.high:.0f}"
    return f"{found.mean:.0f} ({ends}, {n})"


def _bar(found: Estimate | None) -> dict[str, float] | None:
    """Where a bar's dot and whiskers lie, in per cent."""
    if found is None:
        return None
    low, high = (found.interval.low, found.interval.high) if found.interval else (found.mean,) * 2
    return {"dot": found.mean, "low": low, "width": high - low}


def _difference(interval: Interval | None, words: Texts) -> str:
    if interval is None:
        return words.report["none"]
    sign = "better" if interval.low > 0 else "worse" if interval.high < 0 else "unclear"
    return (
        f"{_points(interval.value)} ({_ends(interval)}){words.signs['colon']}{words.report[sign]}"
    )


def _points(value: float) -> str:
    return f"{value:+.0f}".replace("-", MINUS)


def _ends(interval: Interval) -> str:
    return f"{_points(interval.low)} … {_points(interval.high)}"


def _share(interval: Interval, words: Texts) -> str:
    return words.percent(f"{100 * interval.low:.0f}{DASH}{100 * interval.high:.0f}")


def _place(evidence: Evidence) -> str:
    """The second of a call."""
    if evidence.start_s is None:
        return ""
    return f"{int(evidence.start_s) // 60}:{int(evidence.start_s) % 60:02d}"


def _clip(said: Said, media: dict[str, Path]) -> str:
    piece = said.evidence
    if said.call_id not in media or piece.start_s is None or piece.end_s is None:
        return ""
    return clip(media[said.call_id], piece.start_s, piece.end_s)


def _doubt(doubt: Doubt, words: Texts) -> str:
    text = words.doubts[doubt.kind]
    return text.format(heard=_minutes(doubt.heard_s), said=_minutes(doubt.said_s))


def _minutes(seconds: float | None) -> str:
    return "" if seconds is None else f"{int(seconds) // 60}:{int(seconds) % 60:02d}"

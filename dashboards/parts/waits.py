"""How long callers waited: those who were answered above the line, those who gave up below."""

from auricle.store.line_figures import BIN_S, LAST_BIN, LineFigures
from dashboards.language import _, n_, number
from dashboards.parts import wording
from dashboards.parts.plot import Axis, Plot, round_steps

LABEL_EVERY_S = 20


def waits(found: LineFigures, target_s: float) -> str:
    """A bar for each bin of seconds, the last one open; the target as a dashed line."""
    most = max(1, *found.answered_after, *found.gave_up_after)
    up, down = max(found.answered_after, default=0), max(found.gave_up_after, default=0)
    last = LAST_BIN * BIN_S
    steps = round_steps(-float(most), float(most), most=10, whole=True)
    x = Axis(
        0, last + BIN_S,
        [(at, number(at) + "+" * (at == last)) for at in range(0, last + 1, LABEL_EVERY_S)],
        _("seconds"),
    )  # fmt: skip
    low, high = -1.05 * down, 1.05 * max(up, 1)
    y = Axis(low, high, [(at, number(abs(at))) for at in steps if low <= at <= high])
    plot = Plot(x, y)
    bars = [
        plot.bar(
            index * BIN_S, (index + 1) * BIN_S, sign * count, f"{told(count)}\n{_after(index)}", css
        )
        for told, sign, css, counts in (
            (_answered, 1, "", found.answered_after),
            (_gave_up, -1, "au-gave-up", found.gave_up_after),
        )
        for index, count in enumerate(counts)
        if count
    ]  # fmt: skip
    target = plot.line([(target_s, y.low), (target_s, y.high)], css="au-target", dashed=True)
    return plot.html([target], bars, 270, _("How long callers waited"))


def _answered(n: int) -> str:
    return n_("{n} call answered", "{n} calls answered", n)


def _gave_up(n: int) -> str:
    return n_("{n} call given up", "{n} calls given up", n)


def _after(index: int) -> str:
    if index == LAST_BIN:
        return _("after {wait} s and longer", wait=number(LAST_BIN * BIN_S))
    ends = f"{number(index * BIN_S)}{wording.DASH}{number((index + 1) * BIN_S)}"
    return _("after {wait} s", wait=ends)

"""Is a statement what the fact sheet says? Outcomes: right, wrong, unknown; and the fact."""

import re
from datetime import date
from functools import lru_cache
from itertools import pairwise

from auricle.messages import P_
from rubrics.facts import WEEKDAYS, FactSheet, Price
from scoring.facts.claims import HoursClaim, PriceClaim

Range = tuple[int, int]
NO_SHEET = P_("there is no fact sheet to compare with")
UNKNOWN = P_("the fact sheet doesn't have it")
UNSAID = P_("the fact sheet doesn't say about {day}")
DAYS = (
    P_("Monday"), P_("Tuesday"), P_("Wednesday"), P_("Thursday"), P_("Friday"), P_("Saturday"),
    P_("Sunday"),
)  # fmt: skip
"""As they are called in these texts."""
ABOUT_SHARE = 0.1
"""'About 50' is right for 45 to 55."""


def says(fact: str) -> str:
    return P_("the fact sheet says {fact}").format(fact=fact)


def since(sheet: str, facts: FactSheet) -> str:
    """What the sheet says, and from which day on."""
    return P_("{sheet} since {date}").format(sheet=sheet, date=facts.valid_from)


def judge_hours(claim: HoursClaim, facts: FactSheet) -> tuple[str, str]:
    """('right' | 'wrong' | 'unknown', what the sheet says). Wrong only if every reading is."""
    if claim.on:
        return judge_day(claim, claim.on, facts)
    known = {str(day): ranges for day, ranges in facts.opening_hours.items()}
    if not known:
        return "unknown", P_("the fact sheet has no opening hours")
    if claim.days:
        missing = [day for day in claim.days if day not in known]
        if missing:
            return "unknown", UNSAID.format(day=missing[0].title())
        wrong = [day for day in claim.days if not same_hours(claim, known[day])]
        day = wrong[0] if wrong else claim.days[0]
        return ("wrong" if wrong else "right"), says(hours_text(day, known[day]))
    good = [day for day, ranges in known.items() if ranges and same_hours(claim, ranges)]
    if good:
        return "right", says(hours_text(good[0], known[good[0]]))
    opened = next((d for d in WEEKDAYS if known.get(d)), WEEKDAYS[0])
    outcome = "wrong" if claim.bounds is None else "unknown"  # it may be a visit's time
    return outcome, says(hours_text(opened, known.get(opened, ())))


def judge_day(claim: HoursClaim, day: date, facts: FactSheet) -> tuple[str, str]:
    """Hours of one date: those of a holiday before those of its weekday."""
    ranges = facts.hours_on(day)
    if ranges is None:
        return "unknown", UNSAID.format(day=day)
    right = same_hours(claim, ranges)
    return ("right" if right else "wrong"), says(hours_text(str(day), ranges))


def same_hours(claim: HoursClaim, ranges: tuple[Range, ...]) -> bool:
    """Some reading of the claim agrees with the day's hours."""
    if claim.closed is True and claim.opens is None and claim.closes is None:
        return not ranges
    if not ranges:
        return False
    if claim.lunch:
        gaps = [(a[1], b[0]) for a, b in pairwise(ranges)]
        return any(
            start in (claim.opens or {start}) and end in (claim.closes or {end})
            for start, end in gaps
        )
    whole = (ranges[0][0], ranges[-1][1])
    if claim.bounds is not None:
        return not claim.bounds.isdisjoint(whole)
    return any(
        (claim.opens is None or start in claim.opens)
        and (claim.closes is None or end in claim.closes)
        for start, end in (whole, *ranges)
    )


def hours_text(day: str, ranges: tuple[Range, ...]) -> str:
    """'Saturday 9:00-13:00' or 'Sunday closed'."""
    hours = ", ".join(f"{clock(start)}-{clock(end)}" for start, end in ranges)
    if hours:
        return P_("{day} {hours}").format(day=day.title(), hours=hours)
    return P_("{day} closed").format(day=day.title())


def clock(minutes: int) -> str:
    return f"{minutes // 60}:{minutes % 60:02d}"


def judge_price(claim: PriceClaim, facts: FactSheet | None) -> tuple[str, str]:
    """('right' | 'wrong' | 'unknown', what the sheet says)."""
    if facts is None:
        return "unknown", NO_SHEET
    if claim.service is None:
        return by_range(claim, facts)
    price = facts.prices[claim.service]
    true = says(price_text(price, facts.currency))
    if same_price(claim, price):
        return "right", true
    for other in sorted(claim.others):
        if same_price(claim, facts.prices[other]):
            return "right", says(price_text(facts.prices[other], facts.currency))
    if not claim.guessed:
        return "wrong", true
    if claim.asked and any(had_price(claim, price, old) for old in facts.earlier):
        return "outdated", since(true, facts)
    return by_range(claim, facts, true)


def had_price(claim: PriceClaim, price: Price, old: FactSheet) -> bool:
    """What was said is what this service cost by an older sheet."""
    names = {name.lower() for name in price.all_names()}
    return any(
        names & {n.lower() for n in p.all_names()} and same_price(claim, p) for p in old.prices
    )


def by_range(claim: PriceClaim, facts: FactSheet, otherwise: str = UNKNOWN) -> tuple[str, str]:
    """A price without a service (its name misheard, say) that a service has, and only
    one where it is guessed which."""
    same = [] if claim.about else having(claim, facts)
    if len(same) == 1 or (same and claim.service is None):
        return "right", says(price_text(same[0], facts.currency))
    floors = [p for p in facts.prices if p.price is None and claim.low == claim.high == p.low]
    if claim.asked and len(floors) == 1 and not same:  # "200" for what costs "from 200"
        return "wrong", says(price_text(floors[0], facts.currency))
    return by_policy(claim, facts, otherwise)


def having(claim: PriceClaim, facts: FactSheet) -> list[Price]:
    """The services with just this price, floor or range."""
    low, high = claim.low, claim.high
    if low is None:
        return []
    if high is None:
        return [p for p in facts.prices if p.price is None and low == p.low]
    return [p for p in facts.prices if (low, high) in ((p.low, p.high), (p.price, p.price))]


def was_true(claim: PriceClaim, now: FactSheet, old: FactSheet) -> bool:
    """A price or fee that nothing has any more: last year's, whatever it is for."""
    if not (claim.asked or claim.fee) or claim.about or having(claim, now):
        return False
    return bool(having(claim, old)) or by_policy(claim, old, "")[0] == "right"


def by_policy(claim: PriceClaim, facts: FactSheet, otherwise: str) -> tuple[str, str]:
    """A fee that a policy names, what a late cancellation costs; else unknown, ``otherwise``."""
    if not claim.fee or claim.low is None or claim.low != claim.high or not facts.currency:
        return "unknown", otherwise
    fee, sums = f"{claim.low:g}", sums_in(facts.currency)
    named = (
        text
        for text in facts.policies.values()
        if any(m[1].replace(",", ".") == fee for m in sums.finditer(text))
    )
    return next((("right", says(text)) for text in named), ("unknown", otherwise))


@lru_cache(32)
def sums_in(currency: str) -> "re.Pattern[str]":
    """Sums of money in figures, compiled once for the calls of a clinic."""
    return re.compile(rf"(?<![\d.,])(\d+(?:[.,]\d+)?)\s*{re.escape(currency)}", re.I)


def same_price(claim: PriceClaim, price: Price) -> bool:
    """What was said and what is true are the same price, floor or range."""
    low, high = claim.low, claim.high
    if price.price is not None:
        slack = price.price * ABOUT_SHARE if claim.about else 0.0
        if low is not None and high is not None:
            return low - slack <= price.price <= high + slack
        return (low if high is None else high) == price.price
    if low is None or high is None:
        return (low is None or low == price.low) and (high is None or high == price.high)
    if low < high:
        return low == price.low and high == price.high
    above = price.low is None or low > price.low or (claim.about and low >= price.low)
    inside = above and (price.high is None or high <= price.high)
    return inside and (claim.about or not claim.bare)  # "300" isn't "from 260 to 420"


def price_text(price: Price, currency: str) -> str:
    """'white filling from 90 to 160 pounds'."""
    if price.price is not None:
        return f"{price.service} {price.price:g} {currency}".strip()
    if price.high is None:
        text = P_("{service} from {price}")
    elif price.low is None:
        text = P_("{service} to {price}")
    else:
        text = P_("{service} from {low} to {price}")
    last = price.low if price.high is None else price.high
    return text.format(
        service=price.service, low=f"{price.low:g}" if price.low is not None else "",
        price=f"{last:g} {currency}".strip(),
    )  # fmt: skip

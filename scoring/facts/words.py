"""The number, time, day and money words of a language, and how spoken numbers are written."""

import re
from collections.abc import Iterable, Sequence
from functools import cache, cached_property
from typing import Annotated, Any, NamedTuple

from pydantic import BaseModel, BeforeValidator, ConfigDict

from auricle.strict import read_yaml, validate
from rubrics.kept import kept
from rubrics.language import language_files, one_spelling

PIECE = re.compile("[\u4e00-\u9fff]|<\\w+>|[^\\s\u4e00-\u9fff<]+")
"""A Chinese character, a slot, or a word."""
CHINESE = re.compile("[\u4e00-\u9fff]")
LETTER_BEFORE, WORD_AFTER = r"(?<![^\W\d_])", r"(?!\w)"
DIGIT = re.compile(r"\d")
LETTERS = re.compile(r"[^\W\d_]+")
LETTER = re.compile(r"\w")
"""Of a word or a number: without one there is nothing but marks."""


def spaced(text: str) -> str:
    """Chinese characters become words of their own, as in ``Shadow``."""
    return " ".join(PIECE.findall(text))


@kept  # dozens of lists are looked for in a sentence, and hardly one has a word of it
def words_in(text: str) -> frozenset[str]:
    """Its runs of letters, in small letters, and the empty one; other pieces do no harm."""
    pieces = text.lower().split()
    marked = " ".join([piece for piece in pieces if not piece.isalpha()])
    return frozenset((*pieces, *LETTERS.findall(marked), ""))


def by_name(data: Any) -> Any:
    """``8: osiem, osmiu`` as ``{osiem: 8, osmiu: 8}``."""
    if not isinstance(data, dict):
        return data
    return {
        spaced(name.strip().lower()): float(value) if "." in str(value) else int(value)
        for value, names in data.items()
        for name in str(names).split(",")
    }


Names = Annotated[dict[str, float], BeforeValidator(by_name)]
"""Name -> number; in the file a number and its names, divided by commas."""


class Words(BaseModel):
    """``numbers.yaml`` of a language. Lists are alternatives; case doesn't matter."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    values: Names
    """Cardinal numbers below a thousand that are one word."""
    scales: Names
    coins: Names = {}
    """An amount of money in one word, alone or counted: 'a fiver', 'two grand'."""
    scales_first: list[str] = []
    scales_first_for: list[str] = []
    """Forms of scales that stand before an approximate number, and words between the two."""
    and_a_half: list[str] = []
    """'Two and a half thousand' is 2500."""
    each: list[str] = []
    """'One' begins these words for 'a piece', 'a visit': it is no part of the number before."""
    coin_and: list[str] = []
    """Words that add coins: 'dwie stówki i dychę' is 210."""
    thousands_left_out: bool = False
    """'Six and a half' beside prices is 6500."""
    one_of_currency: list[str] = []
    """Currencies behind an article: 'a pound' is 1."""
    vague_alone: list[str] = []
    """'Thousands' without a number before."""
    of_one_before: list[str] = []
    """Words behind which they mean one all the same: 'at a thousand each'."""
    vague_before: list[str] = []
    vague_after: list[str] = []
    """'Several hundred', 'a hundred and something': no number at all."""
    plural_ending: str = ""
    """A word with it right behind a naked number is what the number counts: 'two hundred calls'."""
    articles: list[str] = []
    joiners: list[str] = []
    trailing_digit: bool = False
    """A digit behind a hundred counts tens: Chinese 'one hundred two' is 120."""
    spelt_ends: list[int] = []
    """Last digits of three-digit prices that are spelt: Chinese 'two nine eight' is 298."""
    short_phones: list[str] = []
    """Well-known telephone numbers of few digits: '120'."""
    short_phones_cued: list[str] = []
    """The same, where the sentence speaks of telephones or ambulances."""
    one_fifty: bool = False
    """'One fifty' is 150."""
    pence_after: bool = False
    """'Twelve fifty' is 12.50 where no other number is made of the two."""
    two_two_hundred: bool = False
    """'Two two hundred' is 2200: the thousand is left out."""
    hours: Names = {}
    """Words that name an hour; by default the cardinals."""
    hours_of: Names = {}
    """Words for ``<of>`` in ``clock``: Russian 'half of the ninth'."""
    half_hours: Names = {}
    """Words for ``<half>`` in ``clock``, with the hour that they are half of."""
    pairs: bool = True
    """'Eight thirty' is a time."""
    twelve_hours: bool = False
    """Hours are counted to twelve: a naked 'fourteen' is none."""
    night: list[str] = []
    """Words behind a time that is late in the evening or before dawn: 'at night'."""
    midday: list[str] = []
    """Words behind a time that is shortly before noon or after it: Russian '11:45 of the day'."""
    am_before: list[str] = []
    pm_before: list[str] = []
    night_before: list[str] = []
    midday_before: list[str] = []
    """Parts of the day that are said before the hour."""
    time_before: list[str] = []
    """Words after which a naked number is a time of day."""
    small_words: list[str] = []
    """Words that may stand between one of them and the time: 'only'."""
    time_again: list[str] = []
    """Words between one time of day and another that is a naked number: 'it'll be three'."""
    time_after: list[str] = []
    """Words behind a naked number that is a time of day: 'five is free'."""
    not_a_time_after: list[str] = []
    """'At nine o'clock position': behind a time that is none."""
    days_too: list[str] = []
    """'Four of the day' may be four days in Russian: a time only where something announces it."""
    counted_time: list[str] = []
    """'At six weeks, then at twelve': units that a later number goes without."""
    too: list[str] = []
    """'Not at four, at five neither': what is denied of one time goes for the next."""
    not_a_number_before: list[str] = []
    """Words before a number that is neither a time nor a price: room, dose."""
    slot_before: list[str] = []
    """'I have ten to four', 'she's got Monday, ten to four': 3:50, not from ten to four."""
    exactly_before: list[str] = []
    """'For ten to nine' is 8:50, not from ten to nine."""
    denied_after: list[str] = []
    """'Three is taken': behind a time that there isn't."""
    denied_price_after: list[str] = []
    """'For two hundred we won't do it': behind a price that isn't asked."""
    no_longer: list[str] = []
    """'Not any more': behind what was so once."""
    denied_in_clause: list[str] = []
    """'At three he can't': the same, with no comma between."""
    time_questions: list[str] = []
    """'What time?': a naked number answers when."""
    other_questions: list[str] = []
    """'How old is he?': a naked number answers neither when nor how much."""
    doses: list[str] = []
    """'Take one in the morning': small numbers are no times."""
    naked_told: bool = False
    """A large naked number is a price only where its clause ends, or beside a word for prices."""
    time_for: list[str] = []
    """Words behind several times of a list: 'at two for him, four for her'."""
    price_for: list[str] = []
    """'Five hundred for ten': the number behind a price and one of these counts what is bought."""
    duration_cues: list[str] = []
    """'It takes two to three': naked numbers are no times."""
    bare_amounts: bool = False
    """A naked number over 24 at the end of a clause is money: Chinese 'blood test thirty-eight'."""
    trailing: list[str] = []
    """Words around a number that change nothing: 'it's actually seventy now.'"""
    doubtful_times: list[str] = []
    """Words of time that also mean something else ('five hours', 'a little'): a time of day only
    behind a word of ``time_before`` or with a part of the day."""
    moved_from: list[str] = []
    """'Moved forward from three to two': right before a time that is so no longer."""
    moved_before: list[str] = []
    """'Moved from Tuesday to Thursday' names two days, not three."""
    not_a_day_before: list[str] = []
    """Titles ('Doctor Friday') and the like before a day that is none."""
    not_a_day_after: list[str] = []
    condition_after: list[str] = []
    """The same behind what it is about, in its clause: Chinese 'in the case of'."""
    conditions: list[str] = []
    """'Should you arrive after ten': up to the comma nothing is stated."""
    infinitive: list[str] = []
    """'Just to say you are in at ten' supposes nothing."""
    disclaims: list[str] = []
    """'I can't promise', 'he asked whether': what follows isn't stated ..."""
    contrast: list[str] = []
    """... but for what comes behind one of these."""
    past_verbs: list[str] = []
    """'It was thirty' ..."""
    now_so: list[str] = []
    """... and how it goes on where that is so no longer: 'today it's forty'."""
    said_to: list[str] = []
    """'I'm telling you' isn't 'you're telling': before the cue of somebody else's words."""
    demonstratives: list[str] = []
    wished: list[str] = []
    """'That letter you wanted, forty pounds': the relative clause tells nobody else's words."""
    own_words: list[str] = []
    """'You said two, it's three': behind somebody else's words her own begin again."""
    rather_than: list[str] = []
    """'Saturday, not Sunday': between a day and the one it isn't."""
    not_a_price_before: list[str] = []
    """'Not after fourteen': before an hour or an age."""
    aged: list[str] = []
    """'She's forty': before an age, but for a pair of numbers, which is a time."""
    half_of: list[str] = []
    """'Half a grand.'"""
    instead_of: list[str] = []
    """'Mondays instead of Tuesdays': the same without a comma."""
    or_else: list[str] = []
    """'Eighty, or seventy on the plan': before another price."""
    not_until: list[str] = []
    """'We don't open until nine' denies no time."""
    hesitations: list[str] = []
    """Words that are nothing: they are skipped."""
    no_numbers: list[str] = []
    """Words with a number in them that mean none: Chinese 'ten parts sorry' is 'very sorry'."""
    repeats: Names = {}
    """'Double' and 'triple' in telephone numbers."""
    digit_names: Names = {}
    """Other names of single digits in telephone numbers; behind a small number, so many of it."""
    phone_cues: list[str] = []
    """Beside these words a short number is a telephone number too."""
    phone_joins: list[str] = []
    """Words between groups of a telephone number: 'then'."""
    phone_code: list[str] = []
    """'Area' before 'code': it belongs to a telephone number."""
    not_a_phone_near: list[str] = []
    address_before: list[str] = []
    """Words before the name of a street: the number behind it is a house."""
    months: list[str] = []
    """From January to December; in Chinese the one word behind the number."""
    year_before: list[str] = []
    """'In nineteen thirty' is a year."""
    ordinals: Names = {}
    """Words for the day of a month."""
    dates: list[str] = []
    """How a date is put together: ``<day> of <month>``."""
    days_alone: list[str] = []
    """How a day is said without its month: ``the <day>``."""
    days_dated: list[str] = []
    """Between a day and its date: 'Tuesday the sixteenth'."""
    storeys: list[str] = []
    """Words for a floor of a house, behind its number."""
    ground_floor: list[str] = []
    basement: list[str] = []
    """Words before a number of a floor that count downwards."""
    clock: dict[str, int | str]
    clock_short: dict[str, int | str] = {}
    """Clock forms without their hour, which is that of the time said before: 'at ten past'."""
    fixed_times: dict[str, int]
    o_clock: list[str] = []
    am: list[str] = []
    pm: list[str] = []
    range_words: list[str]
    mostly_ranges: list[str] = []
    """Words that count minutes down to the hour only where something announces the time."""
    between: list[str]
    between_and: list[str]
    weekdays: dict[str, list[str]]
    day_groups: dict[str, list[str]]
    day_range_words: list[str]
    day_list_words: list[str]
    day_at: list[str] = []
    """Words directly before a day: 'on'."""
    day_adverbs: list[str] = []
    """'Tuesday or possibly Wednesday': between the word of a list and the day."""
    lower_case_days: bool = False
    """Written with a capital inside a sentence a day is somebody's name."""
    day_except: list[str] = []
    """'Every day except Sunday'."""
    day_but: list[str] = []
    """The same where several days stand right before: 'every day but Sunday'."""
    other_days: list[str] = []
    """'On the other days': weekdays of which nothing else is said."""
    relative_days: dict[str, int]
    opens_before: list[str]
    at_words: list[str]
    opening_verbs: list[str]
    closing_verbs: list[str]
    closes_before: list[str]
    opening_after: list[str] = []
    closing_after: list[str] = []
    """Verbs that follow the time: Chinese 'at six close the door'."""
    not_an_hour_after: list[str]
    slots: list[str] = []
    """Words behind 'a nine thirty' that make it no count: 'slot', 'left'."""
    hours_cues: list[str]
    closed_words: list[str]
    open_words: list[str]
    lunch_words: list[str]
    appointment_cues: list[str]
    staff: list[str] = []
    """People who work here: their hours aren't the clinic's."""
    currency_symbols: str
    currency_words: list[str]
    currency_written: str = ""
    """How the currency is written behind figures, where that isn't as it is said."""
    minor_words: list[str]
    price_cues: list[str]
    strong_price_cues: list[str]
    not_a_price_after: list[str]
    not_a_price_near: list[str]
    bygone: list[str] = []
    """In a clause with these a price is no longer true: 'forty was last year'."""
    bygone_after: list[str] = []
    """'It was thirty in my day': right behind a price that is no longer true."""
    floor_words: list[str]
    ceiling_words: list[str]
    more_than: list[str] = []
    """Behind a denial a ceiling: 'it won't be more than two hundred'."""
    less_than: list[str] = []
    """Behind a denial a floor: 'nobody pays less than sixty'."""
    floor_after: list[str] = []
    ceiling_after: list[str] = []
    """'And up', 'at most' behind the amount."""
    money_before: list[str] = []
    it_costs: list[str] = []
    """'For under tens it's thirty': right behind a number that isn't the price."""
    payers: list[str] = []
    """Two of them make prices the subject: 'adults are forty and children thirty'."""
    price_goes_on: list[str] = []
    """Words behind a naked price that ends its clause: 'eighty if you haven't'."""
    money_after: list[str] = []
    """Words beside which a naked number is an amount of money: 'charge', 'off', 'a session'."""
    about_words: list[str]
    money_range_words: list[str]
    raised_from: list[str] = []
    """'It went up from thirty to forty' is forty."""
    weights: list[str] = []
    weight_units: list[str] = []
    """In a sentence with the first these are no currency: 'born at six pounds'."""
    cheap: list[str] = []
    """Things of a few pounds: beside them 'nine ninety' is 9.90."""
    correction: list[str]
    misspoken: list[str] = []
    """'I said Tuesday, but it's Wednesday': before what she takes back."""
    no_correction: list[str] = []
    """'That is, five hundred each' takes nothing back."""
    just_no: list[str] = []
    """Words of ``correction`` that often just deny."""
    negation_before: list[str]
    yes_words: list[str]
    no_words: list[str]

    @cached_property
    def digits(self) -> Names:
        """What a single word is worth: a number, or another name of a digit."""
        return {**self.values, **self.digit_names}


def any_of(words: Iterable[str]) -> str:
    """Regex alternation, longest first, with word borders where there are letters.

    A digit may stand before a word ('8am'). Words that share their borders share one group.
    """
    groups: dict[tuple[str, str], list[str]] = {}
    for word in sorted(set(map(spaced, words)), key=lambda w: (-len(w), w)):
        left = LETTER_BEFORE if word[0].isalnum() else ""
        right = WORD_AFTER if word[-1].isalnum() else ""
        body = r"\s+".join(re.escape(piece) for piece in word.split())
        groups.setdefault((left, right), []).append(body)
    if not groups:
        return "(?!)"
    parts = [f"{left}{either(ws)}{right}" for (left, right), ws in groups.items()]
    return "(?:" + "|".join(parts) + ")"


class Lexicon:
    """Words of one kind, and which texts have one."""

    def __init__(self, words: Iterable[str]) -> None:
        words = list(words)
        self.regex = re.compile(any_of(words), re.I)
        # What is written without letters is told by the empty run, which every text has.
        self.others: dict[str, set[frozenset[str]]] = {}
        for word in words:
            runs = LETTERS.findall(spaced(word).lower()) or [""]
            longest = max(runs, key=len)
            self.others.setdefault(longest, set()).add(frozenset(runs) - {longest})
        self.longest = frozenset(self.others)

    def may_be_in(self, text: str) -> bool:
        """The cheapest question about a sentence or a turn, asked before it is searched: whether
        it has every run of letters of one of the words."""
        said = words_in(text)
        if self.longest.isdisjoint(said):
            return False
        return any(rest <= said for one in self.longest & said for rest in self.others[one])

    def is_in(self, text: str) -> bool:
        """One of the words stands in a sentence or a turn."""
        return self.may_be_in(text) and self.regex.search(text) is not None


FIRST = re.compile(r"\\?(.)", re.S)
ATOM = re.compile(r"\([^()]*\)|(?:\\.|\[(?:\\.|[^\]\\])*\]|.)(?:[*+?]|\{[\d,]+\})?", re.S)
"""A piece of a regular expression: a group, or a letter, an escape or a set, however often."""
Trie = dict[str, "Trie"]
END = ""
"""In a trie: an alternative may end here."""


def either(bodies: Iterable[str]) -> str:
    """Alternatives as one regular expression, with ``beginnings`` in front.

    Alternatives of letters alone, the longest first: what several begin with is written once, so
    that a text isn't compared with all of them. Of those that fit the longest is tried first.
    """
    bodies = list(bodies)
    trie: Trie = {}
    for body in bodies:
        node = trie
        for atom in ATOM.findall(body):
            node = node.setdefault(atom, {})
        node[END] = {}
    return f"{beginnings(bodies)}{branches(trie)}"


def branches(trie: Trie) -> str:
    """Everything that goes on from a place of a trie."""
    if trie.keys() == {END}:
        return ""
    parts = [atom + branches(rest) for atom, rest in trie.items() if atom != END]
    last = "?" if END in trie else ""
    return f"(?:{'|'.join(parts)}){last}" if last or len(parts) > 1 else parts[0]


def beginnings(bodies: Iterable[str]) -> str:
    """A look at the next character, which rejects most places of a text at once.

    ``bodies`` are regular expressions that begin with a letter or an escaped character.
    """
    firsts = sorted({FIRST.match(body)[1] for body in bodies})  # type: ignore[index]
    return f"(?=[{''.join(map(re.escape, firsts))}])"


class Spoken:
    """Numbers below a hundred as words, and their values."""

    def __init__(self, words: Words) -> None:
        w = words
        whole = {name: int(value) for name, value in w.values.items() if value == int(value)}
        units = {name: value for name, value in whole.items() if 0 < value < 10}
        tens = {name: value for name, value in whole.items() if value in range(20, 100, 10)}
        for ten in (name for name, value in w.scales.items() if value == 10):
            tens |= {f"{unit} {ten}": 10 * value for unit, value in units.items()} | {ten: 10}
        self.cardinals = whole | tens
        for ten, value in tens.items():
            for unit, small in units.items():
                if value > 10 or ten in w.scales:
                    self.cardinals[f"{ten} {unit}"] = value + small
        self.hours = {n: int(v) for n, v in (w.hours or self.cardinals).items() if 1 <= v <= 24}
        self.hours_of = {name: int(value) for name, value in w.hours_of.items()}
        self.half_hours = {name: int(value) for name, value in w.half_hours.items()}
        self.none = re.compile(any_of(w.no_numbers), re.I)

    @kept  # times, amounts and statements ask the same
    def idioms(self, text: str) -> list[tuple[int, int]]:
        """Where words of numbers mean none."""
        return [m.span() for m in self.none.finditer(text)]

    def pattern(self, names: Iterable[str]) -> str:
        """Regex of the names, longest first, blanks or hyphens between their words."""
        ordered = sorted(set(names), key=lambda n: (-len(n), n))
        if not ordered:
            return "(?!)"
        names = either(re.sub(" ", r"[\\s-]+", name) for name in ordered)
        return rf"(?:(?<!\w){names}(?!\w))"

    def value(self, spoken: str) -> int:
        """The number a digit string, cardinal or 'oh five' names."""
        name = re.sub(r"[\s-]+", " ", spoken.lower()).strip()
        if name.isdigit():
            return int(name)
        for known in (self.cardinals, self.hours, self.hours_of, self.half_hours):
            if name in known:
                return known[name]
        return self.cardinals[name.split(" ", 1)[1]]


class Hesitations(NamedTuple):
    """Words that are nothing."""

    word: "re.Pattern[str]"
    """Alone: few turns have one, and this is soon seen."""
    fenced: "re.Pattern[str]"
    """With the commas around it."""


class Shadow:
    """A text as the finders read it, and the way back.

    Chinese characters get blanks between them, hesitations become blanks: "until, um, six".
    """

    text: str
    origin: Sequence[int]

    def __init__(self, text: str, hesitations: Hesitations) -> None:
        text = one_spelling(text)
        if hesitations.word.search(text):
            text = hesitations.fenced.sub(lambda m: " " * len(m[0]), text)
        if not CHINESE.search(text):
            self.text, self.origin = text, range(len(text) + 1)
            return
        pieces: list[str] = []
        origin: list[int] = []
        for i, letter in enumerate(text):
            chinese = "\u4e00" <= letter <= "\u9fff"
            if chinese and pieces and pieces[-1] != " ":
                pieces.append(" ")
                origin.append(i)
            pieces.append(letter)
            origin.append(i)
            if chinese:
                pieces.append(" ")
                origin.append(i)
        self.text = "".join(pieces)
        self.origin = [*origin, len(text)]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Offsets in the text for offsets in the shadow."""
        return self.origin[start], self.origin[end - 1] + 1


@cache
def hesitations(code: str) -> Hesitations:
    """The hesitations of a language, compiled once a process."""
    words = any_of(words_of(code).hesitations).replace(r"\s+", r"\s*")  # not spaced yet
    fenced = rf"[,\uff0c]?\s*{words}(?:\s*[,\uff0c]|\.\.\.)?"
    return Hesitations(re.compile(words, re.I), re.compile(fenced, re.I))


@kept
def shadow(code: str, text: str) -> Shadow:
    """What the finders of a language read instead of a text."""
    return Shadow(text, hesitations(code))


@cache
def words_of(code: str) -> Words:
    """The words of a language, read once a process."""
    where = f"{code}/numbers.yaml"
    data: Any = read_yaml(language_files(code)[where], where)
    return validate(Words, data, where)

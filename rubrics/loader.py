"""Find and read rubrics: the ready ones in this folder, or a file of the clinic's own."""

import hashlib
import json
from functools import cache, lru_cache
from importlib import resources
from pathlib import Path
from typing import cast, get_args

from auricle.errors import SettingsError
from auricle.messages import N_
from auricle.strict import UNKNOWN_KEY, nearest, read_yaml, validate
from rubrics.kinds import ScaleName, load_scale
from rubrics.language import language_files, languages
from rubrics.meanings import load_meanings
from rubrics.phrases import NOT_PHRASES, OwnPhrases, Phrasebook, PhraseFile
from rubrics.reading import ANY_QUESTION, SAID_TIME
from rubrics.schema import Rubric


def list_rubrics() -> list[str]:
    """Ids of the ready rubrics."""
    files = resources.files("rubrics").iterdir()
    return sorted(f.name.removesuffix(".yaml") for f in files if f.name.endswith(".yaml"))


def load_rubric(id_or_path: str | Path) -> Rubric:
    """A ready rubric by id, or one from a YAML file.

    Raises SettingsError for an unknown id, an unreadable file, an unknown key or phrase list.
    """
    name = str(id_or_path)
    if name in list_rubrics():
        text = (resources.files("rubrics") / f"{name}.yaml").read_text("utf-8")
        return parse_rubric(text, f"{name}.yaml")
    if not name.endswith((".yaml", ".yml")):
        raise SettingsError(
            N_("No rubric '{name}'.").format(name=name), nearest(name, list_rubrics())
        )
    try:
        text = Path(name).read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"The rubric {name} can't be read.", "Check the path.") from error
    return parse_rubric(text, name)


@lru_cache(64)
def parse_rubric(text: str, where: str) -> Rubric:
    """A rubric's YAML as a Rubric with its fingerprint."""
    data = read_yaml(text, where)
    if not isinstance(data, dict):
        raise SettingsError(
            N_("{where} is not a rubric.").format(where=where), N_("It begins with 'id: ...'.")
        )
    for key in {"fingerprint", "text"} & data.keys():
        raise SettingsError(
            UNKNOWN_KEY.format(where=where, name=key), N_("It is filled in; leave it out.")
        )
    rubric = validate(Rubric, data, where)
    for criterion in rubric.criteria():
        for code in sorted(set(criterion.languages) - set(languages())):
            raise SettingsError(
                N_("{where}: {key}: no language '{name}'.").format(
                    where=where, key=criterion.id, name=code
                ),
                nearest(code, languages()),
            )
    known = phrase_lists() | {ANY_QUESTION: {}, SAID_TIME: {}}
    known |= {name: known.get(name, {}) for name in rubric.phrases}
    for code in sorted({code for own in rubric.phrases.values() for code in own}):
        Phrasebook.load(code).extended(own_phrases(rubric, code)).check()
    for name in sorted(rubric.lists()):
        if name not in known:
            raise SettingsError(
                N_("{where}: no phrase list '{name}'.").format(where=where, name=name),
                nearest(name, known),
            )
    for scale, kind in sorted(set().union(*(test.kinds() for test in rubric.tests()))):
        titles = load_scale(cast(ScaleName, scale)).titles()
        if kind not in titles:
            raise SettingsError(
                N_("{where}: no {key} '{name}'.").format(where=where, key=scale, name=kind),
                nearest(kind, titles),
            )
    meanings = {name for code in languages() for name in load_meanings(code)}
    for name in sorted(set().union(*(test.meanings() for test in rubric.tests()))):
        if name not in meanings:
            raise SettingsError(
                N_("{where}: no meaning '{name}'.").format(where=where, name=name),
                nearest(name, meanings),
            )
    return rubric.model_copy(update={"fingerprint": fingerprint(rubric, known), "text": text})


def own_phrases(rubric: Rubric, code: str) -> OwnPhrases:
    """The rubric's own phrases in a language, hashable. Raises SettingsError as Phrasebook does."""
    own = ((name, by_code[code]) for name, by_code in rubric.phrases.items() if code in by_code)
    return tuple(sorted(own))


def fingerprint(rubric: Rubric, lists: dict[str, dict[str, str]]) -> str:
    """SHA-256 over the rubric and everything language-dependent that can change a scorecard.

    Comments and layout of the YAML don't enter; the words of a phrase list do. Grammar, numbers
    and language settings decide how every list is read, so they always enter.
    """
    always = {"grammar.yaml", "numbers.yaml", "language.yaml"}
    if rubric.uses("meaning"):
        always |= {"meanings.yaml"}
    scales = [load_scale(name) for name in get_args(ScaleName)]
    names = rubric.lists().union(*(scale.lists() for scale in scales))
    used = {name: lists[name] for name in sorted(names)}
    general = {
        where: read_yaml(text, where)
        for code in languages()
        for where, text in language_files(code).items()
        if where.split("/")[1] in always
    }
    models = [one.model_dump(mode="json", by_alias=True) for one in (rubric, *scales)]
    content = [*models, used, general]
    canonical = json.dumps(content, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


@cache
def phrase_lists() -> dict[str, dict[str, str]]:
    """List name -> language -> its patterns, for every language there is."""
    found: dict[str, dict[str, str]] = {}
    for code in languages():
        for where, text in language_files(code).items():
            if where.endswith(NOT_PHRASES):
                continue
            for name, entry in validate(PhraseFile, read_yaml(text, where), where).root.items():
                found.setdefault(name, {})[code] = "\n".join(entry.lines())
    return found

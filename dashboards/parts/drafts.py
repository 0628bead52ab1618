"""Changes to a rubric's text that leave the rest of it, comments too, as it stands."""

import re

import yaml

from auricle.strict import read_yaml


def with_points(text: str, criterion: str, points: float) -> str:
    """The text with other points for a criterion. Raises ValueError where they aren't found."""
    place = re.compile(
        rf"(^\s*-\s+id:\s*{re.escape(criterion)}\s*$.*?^\s+points:\s*)[\d.]+", re.M | re.S
    )
    changed, count = place.subn(lambda m: f"{m[1]}{points:g}", text, count=1)
    if not count:
        raise ValueError(f"no points of '{criterion}' in the text")
    return changed


def with_phrases(text: str, name: str, language: str, lines: str) -> str:
    """The text with more phrases for a list in a language, under the rubric's own ``phrases``."""
    own = (read_yaml(text, "the draft") or {}).get("phrases") or {}
    before = own.get(name, {}).get(language, "")
    together = list(dict.fromkeys([*before.splitlines(), *filter(None, lines.splitlines())]))
    more = {**own, name: {**own.get(name, {}), language: "\n".join(together) + "\n"}}
    block = yaml.safe_dump({"phrases": more}, allow_unicode=True, default_style=None)
    rest = re.sub(r"^phrases:.*?(?=^\S|\Z)", "", text, flags=re.M | re.S)
    return f"{rest.rstrip()}\n\n{block}"

"""The clinic's written standard as Markdown: its clauses by element, each with what measures it."""

from collections.abc import Sequence

from auricle.mystery.results import element_of, elements
from auricle.mystery.texts import Texts
from auricle.store.standard import Clause


def markdown(version: int, clauses: Sequence[Clause], words: Texts) -> str:
    """One version, to be printed, sent, or kept beside the clinic's other papers."""
    says = words.report
    lines = [f"# {says['standard_title']}", "", says["standard_version"].format(version=version)]
    for element in elements():
        mine = [clause for clause in clauses if element_of(clause.criterion) == element]
        if mine:
            lines += ["", f"## {words.elements[element]}"]
        for clause in mine:
            lines += ["", f"### {words.criterion(clause.criterion)}", "", f"> {clause.wording}", ""]
            lines.append(says["standard_by"].format(criterion=clause.criterion))
            if clause.call_id:
                lines.append(says["standard_from"].format(call=clause.call_id))
            lines.append(f"{clause.accepted_by}, {clause.accepted_utc:%Y-%m-%d}.")
    return "\n".join(lines) + "\n"

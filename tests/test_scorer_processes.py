"""Many calls are scored in several processes; one that is ended is nobody's settings' fault."""

import os
from typing import Any, cast

import pytest

from auricle import scorer
from auricle.errors import AuricleError


class Ends:
    """Ends the process that it is handed to."""

    def __reduce__(self) -> tuple[Any, ...]:
        return os._exit, (1,)


def test_a_process_that_was_ended_is_told_as_such(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1})
    calls = [[cast(scorer.Transcribed, (None, None))] * scorer.MANY]
    with pytest.raises(AuricleError, match="want of memory") as told:
        list(scorer.score_by(cast(scorer.Scorer, Ends()), [], calls, scorer.MANY))
    assert type(told.value) is AuricleError

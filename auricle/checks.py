"""Values of the settings that only other packages can judge: what else would be passed over."""

from auricle.errors import SettingsError
from auricle.settings import Settings
from auricle.strict import nearest
from ingest.tones import tone_sets
from rubrics.language import languages
from transcribe.imported import check_folder


def check_values(settings: Settings) -> None:
    """Raises SettingsError for tones nobody knows, and a folder of transcripts that is none."""
    check_tones(settings)
    check_folder(settings.transcribe.transcripts)


def check_tones(settings: Settings) -> None:
    tones = settings.ingest.tones
    if tones not in tone_sets():
        raise SettingsError(
            f"[ingest] tones: there are none called {tones!r}.", nearest(tones, tone_sets())
        )


def check_languages(settings: Settings) -> None:
    """Raises SettingsError for languages without phrase lists: calls in them are written down, and
    no word of theirs is judged."""
    for code in settings.clinic.languages:
        if code not in languages():
            raise SettingsError(
                f"[clinic] languages: calls in {code!r} can be transcribed, not scored: there are "
                "no phrase lists.",
                f"Scored are {', '.join(languages())}; how to add one: docs/new-language.md.",
            )

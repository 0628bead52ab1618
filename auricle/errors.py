"""Every error Auricle raises on purpose. Each says what is wrong and what to do next.

AuricleError
+-- SettingsError    auricle.toml, a fact sheet or a rubric can't be used
+-- RecordingError   one recording can't be read; the rest of the batch goes on
+-- PlaceError       a server or a bucket can't be used; other places go on
+-- ManifestError    a table of calls can't be read
+-- ModelError       a model is missing, damaged or doesn't fit the machine
+-- StoreError       the database can't be opened, or is newer than this program
+-- AccessError      somebody may not do this, or isn't who they say
"""


class AuricleError(Exception):
    """Base of all. ``remedy`` is one sentence that tells the user what to do."""

    def __init__(self, reason: str, remedy: str = "") -> None:
        super().__init__(f"{reason} {remedy}".strip())
        self.reason = reason
        self.remedy = remedy

    def __reduce__(self) -> tuple[object, ...]:
        return type(self), (self.reason, self.remedy)  # processes tell each other of errors


class SettingsError(AuricleError):
    pass


class RecordingError(AuricleError):
    pass


class PlaceError(AuricleError):
    """``place``: the address of what can't be used."""

    def __init__(self, place: str, reason: str, remedy: str) -> None:
        super().__init__(reason, remedy)
        self.place = place

    def __reduce__(self) -> tuple[object, ...]:
        return type(self), (self.place, self.reason, self.remedy)


class ManifestError(AuricleError):
    pass


class ModelError(AuricleError):
    pass


class StoreError(AuricleError):
    pass


class AccessError(AuricleError):
    pass

"""Importing torchaudio where its compiled extension can't be loaded.

pyannote.audio requires torchaudio but uses only its Python parts. The extension in torchaudio's
wheel wants CUDA libraries that a CPU build of torch doesn't bring, and its import then fails as a
whole. Telling torchaudio that it was built without the extension lets the Python parts load.
"""

import sys
from types import ModuleType


def make_importable() -> None:
    """Import torchaudio, without its extension where that can't be loaded."""
    try:
        import torchaudio
    except OSError:
        for name in [name for name in sys.modules if name.split(".")[0] == "torchaudio"]:
            del sys.modules[name]
        absent = ModuleType("torchaudio._extension")
        vars(absent).update(
            _IS_TORCHAUDIO_EXT_AVAILABLE=False,
            _IS_ALIGN_AVAILABLE=False,
            _check_cuda_version=lambda: None,
            fail_if_no_align=lambda function: function,
        )
        sys.modules[absent.__name__] = absent
        import torchaudio  # noqa: F401

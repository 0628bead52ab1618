"""Mel features are torchaudio's."""

import warnings

import numpy as np
from helpers_audio import sample_call

from transcribe.fbank import BANDS, WIDTH, fbank
from transcribe.samples import RATE_HZ


def test_features_are_kaldis() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from transcribe.torch_audio import make_importable

        make_importable()
        import torch
        from torchaudio.compliance.kaldi import fbank as kaldis
    sound = sample_call("rd-1013").samples[0, RATE_HZ : 6 * RATE_HZ]
    expected = kaldis(
        torch.from_numpy(sound)[None] * 32768, num_mel_bins=BANDS, sample_frequency=RATE_HZ
    ).numpy()
    found = fbank(sound)
    assert found.shape == expected.shape
    assert float(np.abs(found - expected).mean()) < 0.005
    assert float(np.quantile(np.abs(found - expected), 0.999)) < 0.05


def test_too_little_sound_has_no_features() -> None:
    assert fbank(np.zeros(WIDTH - 1, np.float32)).shape == (0, BANDS)
    assert fbank(np.zeros(WIDTH, np.float32)).shape == (1, BANDS)

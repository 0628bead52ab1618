"""When somebody begins to talk after the ringing: noise, clicks and faint first sounds."""

import numpy as np
import pytest
from helpers_audio import Samples, noise

from ingest.audio import RATE_HZ
from ingest.onset import find_onset
from ingest.spectrum import spectrum

RINGING = (1.0, 7.0)
BEGINS_S, ENDS_S = 8.2, 12.0


def voice(seconds: float, level_db: float) -> Samples:
    """A vowel of 140 Hz in syllables of a quarter of a second."""
    time_s = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    sound = sum(np.sin(2 * np.pi * 140 * k * time_s) / k for k in range(1, 20))
    sound *= 0.55 + 0.45 * np.sin(2 * np.pi * 4 * time_s)
    return (sound / sound.std() * 10 ** (level_db / 20)).astype(np.float32)


def call(noise_db: float, voice_db: float = -25) -> Samples:
    """Two bursts of ringing, then a voice from ``BEGINS_S`` to ``ENDS_S``; 14 s."""
    sound = noise(14, noise_db)
    burst = 0.1 * np.sin(2 * np.pi * 425 * np.arange(RATE_HZ) / RATE_HZ)
    for start_s in (1, 6):
        sound[start_s * RATE_HZ : (start_s + 1) * RATE_HZ] += burst
    sound[round(BEGINS_S * RATE_HZ) : round(ENDS_S * RATE_HZ)] += voice(ENDS_S - BEGINS_S, voice_db)
    return sound


def onset(sound: Samples, *voiced: tuple[float, float]) -> float | None:
    return find_onset(spectrum(sound), RINGING, list(voiced))


@pytest.mark.parametrize("noise_db", [-90, -60, -40, -30])
def test_the_onset_whatever_the_noise(noise_db: float) -> None:
    assert onset(call(noise_db), (8.5, 12.0)) == pytest.approx(BEGINS_S, abs=0.15)


@pytest.mark.parametrize("heard_s", [7.1, 8.0, 9.2])
def test_the_model_may_hear_a_voice_too_early_or_too_late(heard_s: float) -> None:
    assert onset(call(-45), (heard_s, 12.0)) == pytest.approx(BEGINS_S, abs=0.15)


def test_nobody_recognised_is_no_answer() -> None:
    assert onset(call(-45)) is None


def test_a_click_is_no_answer() -> None:
    sound = call(-60)
    sound[round(7.6 * RATE_HZ) : round(7.605 * RATE_HZ)] += 0.3
    assert onset(sound, (8.2, 12.0)) == pytest.approx(BEGINS_S, abs=0.15)


def test_what_is_heard_while_it_rings_is_no_answer() -> None:
    sound = call(-60)
    for start_s in (2.5, 3.7, 4.6, 7.3):
        at = round(start_s * RATE_HZ)
        sound[at : at + RATE_HZ // 2] += voice(0.5, -40)
    assert onset(sound, (7.2, 12.0)) == pytest.approx(BEGINS_S, abs=0.15)


def test_a_voice_no_louder_than_the_background_begins_where_the_model_hears_it() -> None:
    assert onset(call(-20, -45), (9.0, 12.0)) == pytest.approx(9.3, abs=0.05)


def test_a_single_burst_from_the_very_beginning() -> None:
    whole = call(-50)
    sound = np.concatenate([whole[RATE_HZ : 2 * RATE_HZ], whole[round(7.2 * RATE_HZ) :]])
    found = find_onset(spectrum(sound), (0.0, 1.0), [(2.5, 5.8)])
    assert found == pytest.approx(2.0, abs=0.15)

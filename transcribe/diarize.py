"""Who speaks when on one channel, with pyannote.audio's segmentation and CAM++ voices."""

import logging
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from auricle.errors import ModelError
from transcribe.cluster import cluster
from transcribe.models import DiarizationModels, check_diarization
from transcribe.samples import RATE_HZ, Samples
from transcribe.torch_audio import make_importable
from transcribe.voices import FRAME_HZ, SHORTEST_S, VoiceEmbedder

STEP_S = 5.0
"""Windows of 10 s start every 5 s: on telephone calls as accurate as pyannote's 1 s."""
BATCH = 8


@dataclass(frozen=True)
class SpeakerTurn:
    start_s: float
    end_s: float
    speaker: str


class Diarizer:
    """Loaded diarization models."""

    def __init__(self, models: DiarizationModels, device: str, threads: int) -> None:
        with warnings.catch_warnings():
            # pyannote warns of codecs and graphics settings that Auricle doesn't use.
            warnings.simplefilter("ignore")
            make_importable()
            import torch
            from pyannote.audio import Inference, Model, Pipeline

            torch.set_num_threads(threads)
            self._pipeline: Any = None
            if models.pipeline:
                self._pipeline = Pipeline.from_pretrained(models.pipeline)
                if self._pipeline is None:
                    raise ModelError(
                        f"The diarization pipeline {models.pipeline} can't be loaded.",
                        "Accept its licence on the Hugging Face hub and set HF_TOKEN, or set "
                        '[transcribe] diarization = "auto".',
                    )
                self._pipeline.to(torch.device(device))
                return
            check_diarization(models)
            logging.getLogger("lightning").setLevel(logging.ERROR)
            segmentation: Any = Model.from_pretrained(str(models.segmentation))
            self._inference: Any = Inference(
                segmentation,
                step=STEP_S,
                skip_aggregation=True,
                batch_size=BATCH,
                device=torch.device(device),
            )
            self._voices = VoiceEmbedder(models, device)

    def diarize(
        self, samples: Samples, phrases: Sequence[tuple[float, float]]
    ) -> list[SpeakerTurn]:
        """Turns of one channel, shape (samples,) at 16 kHz, not overlapping, in order of time.

        ``phrases``: stretches (start_s, end_s) of people's talk, cut where a speaker may change;
        nothing else is listened to, so that no announcement or music becomes a person.
        """
        import torch

        if not phrases:
            return []
        heard = np.zeros_like(samples)
        for start_s, end_s in phrases:
            span = slice(round(start_s * RATE_HZ), round(end_s * RATE_HZ))
            heard[span] = samples[span]
        file = {"waveform": torch.from_numpy(heard)[None], "sample_rate": RATE_HZ, "uri": "call"}
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            if self._pipeline is not None:
                found = self._pipeline(file, max_speakers=3).exclusive_speaker_diarization
                return [
                    SpeakerTurn(segment.start, segment.end, str(label).lower())
                    for segment, _, label in found.itertracks(yield_label=True)
                ]
            windows = self._inference(file)
        changes = change_points(np.asarray(windows.data), windows.sliding_window)
        pieces = cut(phrases, changes)
        features = self._voices.features(heard)
        spans = [features[round(a * FRAME_HZ) : round(b * FRAME_HZ)] for a, b in pieces]
        long = [index for index, span in enumerate(spans) if len(span) >= SHORTEST_S * FRAME_HZ]
        if not long:
            return [SpeakerTurn(a, b, "speaker_0") for a, b in pieces]
        voices = np.stack([self._voices.embed(spans[index]) for index in long])
        seconds = np.array([len(spans[index]) / FRAME_HZ for index in long])
        labels, _ = cluster(voices.astype(np.float64), seconds)
        known = dict(zip(long, labels.tolist(), strict=True))
        return [
            SpeakerTurn(a, b, f"speaker_{known.get(index, _nearest(index, pieces, known))}")
            for index, (a, b) in enumerate(pieces)
        ]


def change_points(active: NDArray[np.float32], sliding: Any) -> list[float]:
    """Times (s) at which pyannote's segmentation hears one person follow another.

    ``active``: shape (windows, frames, local speakers), 1 where one talks.
    """
    frame_s = sliding.duration / active.shape[1]
    found: list[float] = []
    for window, frames in enumerate(active):
        alone = frames.sum(axis=1) == 1
        talking = np.flatnonzero(alone)
        who = frames[talking].argmax(axis=1)
        turns = np.flatnonzero(np.diff(who))
        middle = (talking[turns] + talking[turns + 1] + 1) / 2
        found += (sliding.start + window * sliding.step + middle * frame_s).tolist()
    return sorted(found)


def cut(
    phrases: Sequence[tuple[float, float]], changes: Sequence[float]
) -> list[tuple[float, float]]:
    """Phrases split at the change points that lie well inside them."""
    pieces: list[tuple[float, float]] = []
    for start_s, end_s in phrases:
        for at_s in changes:
            if start_s + SHORTEST_S <= at_s <= end_s - SHORTEST_S:
                pieces.append((start_s, at_s))
                start_s = at_s
        pieces.append((start_s, end_s))
    return pieces


def _nearest(index: int, pieces: Sequence[tuple[float, float]], known: Mapping[int, int]) -> int:
    """The speaker of the known piece with the shortest pause to this one."""

    def pause_s(other: int) -> float:
        first, second = sorted((index, other))
        return pieces[second][0] - pieces[first][1]

    return known[min(known, key=pause_s)]

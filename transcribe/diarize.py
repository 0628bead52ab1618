"""Who speaks when on one channel, with pyannote.audio's segmentation and CAM++ voices."""

import logging
import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from auricle.errors import ModelError
from transcribe.cluster import cluster
from transcribe.models import DiarizationModels, check_diarization
from transcribe.torch_audio import make_importable
from transcribe.voices import FRAME_HZ, SHORTEST_S, VoiceEmbedder

Samples = NDArray[np.float32]
RATE_HZ = 16_000

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
            self._inference: Any = Inference(
                Model.from_pretrained(str(models.segmentation)),
                step=STEP_S,
                skip_aggregation=True,
                batch_size=BATCH,
                device=torch.device(device),
            )
            self._voices = VoiceEmbedder(models, device)

    def diarize(self, samples: Samples, silent: list[tuple[float, float]]) -> list[SpeakerTurn]:
        """Turns of one channel, shape (samples,) at 16 kHz, not overlapping, in order of time.

        ``silent``: stretches (start_s, end_s) that hold no person, such as ringing and music.
        """
        import torch

        heard = samples.copy()
        for start_s, end_s in silent:
            heard[round(start_s * RATE_HZ) : round(end_s * RATE_HZ)] = 0.0
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
        return self._stitch(heard, np.asarray(windows.data), windows.sliding_window)

    def _stitch(
        self, heard: Samples, active: NDArray[np.float32], sliding: Any
    ) -> list[SpeakerTurn]:
        """Windows' local speakers, shape (windows, frames, 3), made the call's speakers."""
        count, frames, _ = active.shape
        frame_s = sliding.duration / frames
        features = self._voices.features(heard)
        pieces: list[tuple[int, int, float]] = []  # window, local speaker, seconds
        voices: list[NDArray[np.float32]] = []
        for window in range(count):
            alone = active[window] * (active[window].sum(axis=1, keepdims=True) == 1)
            first = round((sliding.start + window * sliding.step) * FRAME_HZ)
            span = features[max(first, 0) : first + round(sliding.duration * FRAME_HZ)]
            where = np.minimum(
                (np.arange(len(span)) / FRAME_HZ / frame_s).astype(int), frames - 1
            )
            for speaker in range(active.shape[2]):
                chosen = span[alone[where, speaker] > 0.5]
                if len(chosen) >= SHORTEST_S * FRAME_HZ:
                    pieces.append((window, speaker, len(chosen) / FRAME_HZ))
                    voices.append(self._voices.embed(chosen))
        if not pieces:
            return []
        labels = cluster(
            np.stack(voices).astype(np.float64),
            np.array([seconds for _, _, seconds in pieces]),
            np.array([window for window, _, _ in pieces]),
        )
        total = round(len(heard) / RATE_HZ / frame_s) + 1
        votes = np.zeros((total, labels.max() + 1))
        for (window, speaker, _), label in zip(pieces, labels, strict=True):
            first = round((sliding.start + window * sliding.step) / frame_s)
            length = min(frames, total - first)
            votes[first : first + length, label] += active[window, :length, speaker]
        return _turns(votes, frame_s)


def _turns(votes: NDArray[np.float64], frame_s: float) -> list[SpeakerTurn]:
    """The speaker with most votes at each frame, as turns."""
    winner = np.where(votes.max(axis=1) > 0, votes.argmax(axis=1), -1)
    edges = np.flatnonzero(np.diff(winner)) + 1
    bounds = [0, *edges.tolist(), len(winner)]
    return [
        SpeakerTurn(round(a * frame_s, 3), round(b * frame_s, 3), f"speaker_{winner[a]}")
        for a, b in zip(bounds, bounds[1:], strict=False)
        if winner[a] >= 0
    ]

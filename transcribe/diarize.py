"""Who speaks when on one channel, with pyannote.audio's segmentation and CAM++ voices."""

import warnings
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from auricle.errors import ModelError
from transcribe.cluster import as_one, cluster, mean_voice
from transcribe.fbank import FRAME_HZ, fbank
from transcribe.lanes import Lanes
from transcribe.models import DiarizationModels
from transcribe.networks import WINDOW, Networks, load_networks
from transcribe.samples import RATE_HZ, Samples
from transcribe.taking_turns import chances, staying
from transcribe.torch_audio import make_importable

STEP_S = 5.0
"""Windows of 10 s start every 5 s: on telephone calls as accurate as pyannote's 1 s."""
BATCH = 8
SHORTEST_S = 0.4
"""Less speech says nothing about a voice."""
ONE_PERSON = 0.22
"""Two mean voices that differ by less (cosine distance) may be one person's: of nine people's
halves, some 7 s each, one person's were 0.07 to 0.21 apart, two people's 0.16 to 0.58."""
ACROSS, AS_WITHIN = 0.85, 0.97
"""Then they are, if the segmentation hears one voice in both: of moments of either, in the same
10 s, so many in one voice, and nearly as many as of moments of the same one
(docs/decisions/0034)."""
POWERSET = np.array(
    [[0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 1, 0], [1, 0, 1], [0, 1, 1]], bool
)
"""Who talks in each of the segmentation's classes."""


@dataclass(frozen=True)
class SpeakerTurn:
    start_s: float
    end_s: float
    speaker: str
    sure: float = 1.0
    """How likely it is this speaker, where that is known."""


@dataclass(frozen=True)
class Diarization:
    """Who speaks when on one channel, and where two do at once."""

    turns: list[SpeakerTurn]
    """Not overlapping, in order of time."""
    overlaps: list[tuple[float, float]]
    """Stretches (start_s, end_s), in order of time."""


class Diarizer:
    """Loaded diarization models."""

    def __init__(self, models: DiarizationModels, device: str, lanes: Lanes) -> None:
        self._lanes = lanes
        self._pipeline: Any = _pipeline(models.pipeline, device) if models.pipeline else None
        self._networks = None if models.pipeline else load_networks(models, lanes.threads)

    def listen(
        self,
        samples: Samples,
        without: Sequence[tuple[float, float]],
        *,
        beside: bool = False,
    ) -> NDArray[np.float32] | None:
        """The segmentation's scores, shape (windows, frames, 7); None of a pipeline: it has none.

        ``samples``: one channel, shape (samples,) at 16 kHz, of which the stretches ``without``
        (start_s, end_s) aren't listened to. ``beside``: something else has the lanes.
        """
        if self._networks is None:
            return None
        return segmented(
            self._networks, samples - only(samples, without), None if beside else self._lanes
        )

    def diarize(
        self,
        samples: Samples,
        phrases: Sequence[tuple[float, float]],
        questions_end_s: Collection[float],
        scores: NDArray[np.float32] | None,
    ) -> Diarization:
        """Who speaks when on one channel, shape (samples,) at 16 kHz.

        ``phrases``: stretches (start_s, end_s) of people's talk, cut where a speaker may change;
        nothing else is listened to, so that no announcement or music becomes a person.
        ``questions_end_s``: the ends of those that are questions. ``scores``: of ``listen``.
        """
        if not phrases:
            return Diarization([], [])
        if self._networks is None or scores is None:
            return _by_pipeline(self._pipeline, only(samples, phrases))
        active = talking(scores)
        overlaps = overlapping(active)
        pieces = cut(phrases, change_points(active))
        sounds = [samples[round(a * RATE_HZ) : round(b * RATE_HZ)] for a, b in pieces]
        spans = self._lanes.map(fbank, sounds)
        long = [index for index, span in enumerate(spans) if len(span) >= SHORTEST_S * FRAME_HZ]
        if not long:
            return Diarization([SpeakerTurn(a, b, "speaker_0") for a, b in pieces], overlaps)
        heard = self._lanes.map(partial(voice, self._networks), [spans[index] for index in long])
        voices = np.stack(heard).astype(np.float64)
        seconds = np.array([len(spans[index]) / FRAME_HZ for index in long])
        together = moments(scores, [pieces[index] for index in long])
        _, near = cluster(voices, seconds, together)
        if one_person(voices, seconds, near, together):
            near = voices @ mean_voice(voices, seconds)[:, None]
        similarity, spoken_s = np.zeros((len(pieces), near.shape[1])), np.zeros(len(pieces))
        similarity[long], spoken_s[long] = near, seconds
        beside = same_voices(scores, pieces, similarity)
        likely = chances(similarity, spoken_s, beside, staying(pieces, questions_end_s))
        turns = [
            SpeakerTurn(*piece, f"speaker_{one.argmax()}", float(one.max()))
            for piece, one in zip(pieces, likely, strict=True)
        ]
        return Diarization(turns, overlaps)


def _pipeline(name: str, device: str) -> Any:
    """A pipeline of pyannote.audio's, from the hub or a folder."""
    with warnings.catch_warnings():
        # pyannote warns of codecs and graphics settings that Auricle doesn't use.
        warnings.simplefilter("ignore")
        make_importable()
        import torch
        from pyannote.audio import Pipeline

        cudnn: Any = torch.backends.cudnn
        if device == "cuda" and not cudnn.is_available():
            raise ModelError(
                "There is a GPU, but torch can't load cuDNN.",
                "Install torch for CUDA again (it brings cuDNN along), or set "
                '[transcribe] device = "cpu".',
            )
        pipeline: Any = Pipeline.from_pretrained(name)
        if pipeline is None:
            raise ModelError(
                f"The diarization pipeline {name} can't be loaded.",
                "Accept its licence on the Hugging Face hub and set HF_TOKEN, or set "
                '[transcribe] diarization = "auto".',
            )
        return pipeline.to(torch.device(device))


def _by_pipeline(pipeline: Any, heard: Samples) -> Diarization:
    import torch

    file = {"waveform": torch.from_numpy(heard)[None], "sample_rate": RATE_HZ, "uri": "call"}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = pipeline(file, max_speakers=3)
    turns = [
        SpeakerTurn(segment.start, segment.end, str(label).lower())
        for segment, _, label in found.exclusive_speaker_diarization.itertracks(yield_label=True)
    ]
    overlaps = found.speaker_diarization.get_overlap()
    return Diarization(turns, [(segment.start, segment.end) for segment in overlaps])


def voice(networks: Networks, features: NDArray[np.float32]) -> NDArray[np.float32]:
    """What a voice sounds like: a unit vector, shape (192,), of mel features, (frames, 80)."""
    [vector] = networks.voices((features - features.mean(axis=0))[None])
    return np.asarray(vector / max(float(np.linalg.norm(vector)), 1e-9), np.float32)


def only(samples: Samples, stretches: Sequence[tuple[float, float]]) -> Samples:
    """A channel, shape (samples,), silent outside of ``stretches`` (start_s, end_s)."""
    heard = np.zeros_like(samples)
    for start_s, end_s in stretches:
        span = slice(round(start_s * RATE_HZ), round(end_s * RATE_HZ))
        heard[span] = samples[span]
    return heard


def segmented(networks: Networks, samples: Samples, lanes: Lanes | None) -> NDArray[np.float32]:
    """Log-probabilities of who of three local speakers talk, shape (windows, frames, 7).

    Windows of ``WINDOW`` samples begin every ``STEP_S``; a window's speakers are its own.
    Without ``lanes``: one piece after another.
    """
    step = round(STEP_S * RATE_HZ)
    count = max(1, -(-(len(samples) - WINDOW) // step) + 1)
    padded = np.zeros((count - 1) * step + WINDOW, np.float32)
    padded[: len(samples)] = samples
    windows = np.lib.stride_tricks.sliding_window_view(padded, WINDOW)[::step, None]

    def scored(first: int) -> NDArray[np.float32]:
        return networks.scores(np.ascontiguousarray(windows[first : first + BATCH]))

    pieces = range(0, count, BATCH)
    return np.concatenate(lanes.map(scored, pieces) if lanes else [*map(scored, pieces)])


def talking(scores: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Which of a window's three speakers talk, shape (windows, frames, 3), by ``segmented``."""
    return np.asarray(POWERSET[scores.argmax(axis=2)])


def alone(voices: NDArray[np.float64]) -> NDArray[np.float64]:
    """How likely each voice talks, shape (frames, 3), where hardly another does; else 0."""
    return np.asarray(voices * (voices.sum(axis=1, keepdims=True) < 1.5))


def frames_of(pieces: Sequence[tuple[float, float]], window: int, frames: int) -> NDArray[np.int64]:
    """Of each piece, the first and after the last of a window's frames, shape (pieces, 2)."""
    hz = frames * RATE_HZ / WINDOW
    return np.clip(np.rint((np.array(pieces) - window * STEP_S) * hz), 0, frames).astype(np.int64)


def moments(
    scores: NDArray[np.float32], pieces: Sequence[tuple[float, float]]
) -> NDArray[np.float64]:
    """Of each two pieces, how much of their moments in the same window are one voice, and how much
    there are (s²), shape (2, pieces, pieces).

    ``scores``: as ``segmented`` gives them.
    """
    found = np.zeros((2, len(pieces), len(pieces)))
    frame_s = WINDOW / RATE_HZ / scores.shape[1]
    for index, window in enumerate(scores):
        spans = frames_of(pieces, index, len(window))
        inside = np.flatnonzero(spans[:, 1] > spans[:, 0])
        single = alone(np.exp(window.astype(np.float64)) @ POWERSET) * frame_s
        talk = np.array([single[slice(*spans[one])].sum(axis=0) for one in inside]).reshape(-1, 3)
        own_s = talk.sum(axis=1)
        found[:, inside[:, None], inside] += [talk @ talk.T, np.outer(own_s, own_s)]
    return found


def one_person(
    voices: NDArray[np.float64],
    seconds: NDArray[np.float64],
    similarity: NDArray[np.float64],
    together: NDArray[np.float64],
) -> bool:
    """Whether the two speakers that pieces were given to are plainly one.

    ``voices``: unit vectors, shape (pieces, dimensions). ``seconds``: speech in each piece.
    ``similarity``: to each speaker's voice, shape (pieces, speakers). ``together``: by ``moments``.
    """
    if similarity.shape[1] != 2:
        return False
    labels = similarity.argmax(axis=1)
    first, second = (mean_voice(voices[labels == k], seconds[labels == k]) for k in range(2))
    if 1.0 - float(first @ second) >= ONE_PERSON:
        return False
    alike = as_one(labels, together)
    within = float(np.sqrt(alike[0, 0] * alike[1, 1]))
    return bool(alike[0, 1] >= max(ACROSS, AS_WITHIN * within))


def same_voices(
    scores: NDArray[np.float32],
    pieces: Sequence[tuple[float, float]],
    similarity: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Of each piece, how far the segmentation hears each speaker's voice in it, from 0 to 1.

    ``scores``: as ``segmented`` gives them. ``similarity``: of each piece's voice to each
    speaker's, shape (pieces, speakers), 0 where it says nothing. A window's voice is a speaker's as
    far as the other pieces are in which it is alone there. Returns shape (pieces, speakers).
    """
    frame_hz = scores.shape[1] * RATE_HZ / WINDOW
    placed = np.eye(similarity.shape[1])[similarity.argmax(axis=1)]
    placed[(similarity == 0).all(axis=1)] = 0.0
    found, windows = np.zeros(similarity.shape), np.zeros((len(pieces), 1))
    for index, window in enumerate(scores):
        spans = frames_of(pieces, index, len(window))
        inside = np.flatnonzero(spans[:, 1] > spans[:, 0])
        if not len(inside):
            continue
        talks = np.exp(window.astype(np.float64)) @ POWERSET
        single = alone(talks)
        mean = np.stack([talks[slice(*spans[one])].mean(axis=0) for one in inside])
        own = np.stack([single[slice(*spans[one])].sum(axis=0) for one in inside])
        shared = own[:, :, None] * placed[inside][:, None]
        others = shared.sum(axis=0) - shared
        total = others.sum(axis=2, keepdims=True)
        known = np.where(total > SHORTEST_S * frame_hz, others / np.maximum(total, 1e-9), 0.0)
        found[inside] += np.einsum("pv,pvs->ps", mean, known)
        windows[inside] += 1
    return np.asarray(found / np.maximum(windows, 1))


def change_points(active: NDArray[np.bool_]) -> list[float]:
    """Times (s) at which the segmentation hears one person follow another.

    ``active``: as ``talking`` gives it.
    """
    frame_s = WINDOW / RATE_HZ / active.shape[1]
    found: list[float] = []
    for window, frames in enumerate(active):
        alone = frames.sum(axis=1) == 1
        talking = np.flatnonzero(alone)
        who = frames[talking].argmax(axis=1)
        turns = np.flatnonzero(np.diff(who))
        middle = (talking[turns] + talking[turns + 1] + 1) / 2
        found += (window * STEP_S + middle * frame_s).tolist()
    return sorted(found)


def overlapping(active: NDArray[np.bool_]) -> list[tuple[float, float]]:
    """Stretches (start_s, end_s) where every window over them hears two people at once.

    ``active``: as ``talking`` gives it.
    """
    frame_s = WINDOW / RATE_HZ / active.shape[1]
    starts = [round(window * STEP_S / frame_s) for window in range(len(active))]
    alone = np.zeros(starts[-1] + active.shape[1], bool)
    for start, frames in zip(starts, active, strict=True):
        alone[start : start + len(frames)] |= frames.sum(axis=1) < 2
    edges = np.flatnonzero(np.diff(np.concatenate([[True], alone, [True]])))
    return [(a * frame_s, b * frame_s) for a, b in edges.reshape(-1, 2).tolist()]


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

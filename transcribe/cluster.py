"""Which pieces of speech are one person's, knowing that a call is mostly between two."""

from itertools import combinations, permutations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Labels = NDArray[np.int64]

ANCHOR_S = 1.0
"""Pieces this long decide what the clusters are; shorter ones only join them."""
TWO_PARTIES = 0.10
"""A call has two parties: the best split in two stands if the halves' mean voices differ by this
cosine distance at least. Seen: halves of one speaker 0.02-0.06, two speakers 0.15-0.60."""
THIRD_VOICE = 0.35
"""A third voice is one if all three differ by this at least."""
NEARER, BY_CHANCE = 0.19, 3.0
"""Or if pieces lie nearer to three mean voices than to two by this share of how far they lie from
two, and by what so many pieces have of it: with few, a third mean finds something to be near to
(docs/decisions/0038). The share is less the less the segmentation hears one voice in the two most
alike. Seen, divided by that: two people 0.13 at most, once 0.185; with somebody beside the patient
0.02 to 3 (docs/decisions/0042)."""
ENOUGH_S = 1.0
"""Of two speakers, so much talk of each must lie within 10 s of the other's to say whether the
segmentation hears one voice in both."""
COLLEAGUE = 0.15
OUT_OF_ORDER = 0.02
"""Or, after a transfer: one of the three is done before another begins, but for this share of
their speech, and they differ by this at least. Seen: 0.17-0.35 and 0-0.01 on most calls with a
transfer; between two, a third part of them 0.05 out of order at least, and mostly under 0.13 apart
(docs/decisions/0026)."""
TURNS = 3
"""Pieces of each of the three: of fewer nothing can be told."""
SMALLEST_SHARE = 0.06
"""Of all speech; a smaller cluster is noise, not a person."""
LONGEST, THIRD_LONGEST = 10, 60
"""So many of the longest pieces are tried as the two voices to begin with, and as the third."""
ROUNDS = 10


def cluster(voices: Array, seconds: Array, together: Array) -> tuple[Labels, Array]:
    """A speaker index, 0.., for each piece, and how sure that is.

    ``voices``: unit vectors, shape (pieces, dimensions), in order of time. ``seconds``: speech in
    each, shape (pieces,). ``together``: as for ``as_one``. Returns labels, shape (pieces,), and
    similarities to every speaker's mean voice, shape (pieces, speakers).
    """
    if len(voices) == 0:
        return np.zeros(0, np.int64), np.zeros((0, 0))
    anchors = np.flatnonzero(seconds >= min(ANCHOR_S, float(seconds.max())))
    means = _means(voices, seconds, anchors, together)
    similarity = voices @ means.T
    return np.asarray(similarity.argmax(axis=1), np.int64), similarity


def as_one(labels: Labels, together: Array) -> Array:
    """How likely two moments of two speakers, or of one, are one voice to the segmentation, shape
    (speakers, speakers); NaN where too little is known.

    ``labels``: the speaker of each piece, shape (pieces,). ``together``: of each two pieces, how
    much of their moments within 10 s are one voice to it, and how much there are (s²), shape
    (2, pieces, pieces).
    """
    own = np.eye(int(labels.max()) + 1)[labels]
    one, all_of_them = own.T @ together @ own
    known = all_of_them >= ENOUGH_S**2
    return np.where(known, one / np.where(known, all_of_them, 1.0), np.nan)


def _means(all_voices: Array, all_seconds: Array, anchors: Labels, together: Array) -> Array:
    """The mean voice of each speaker, shape (speakers, dimensions)."""
    voices, seconds = all_voices[anchors], all_seconds[anchors]
    one = mean_voice(voices, seconds)[None]
    if len(voices) == 1:
        return one
    two = _two(voices, seconds)
    if len(two) < 2 or 1.0 - float(two[0] @ two[1]) < TWO_PARTIES:
        return one
    three = _three(two, voices, seconds)
    if len(three) < 3:
        return two
    distance = 1.0 - three @ three.T
    apart = float(distance[np.triu_indices(3, 1)].min())
    if (
        apart >= THIRD_VOICE
        or _nearer(three, two, voices, seconds) >= NEARER * _one_voice(three, all_voices, together)
        or (apart >= COLLEAGUE and _transferred(three, all_voices, all_seconds))
    ):
        return three
    return two


def _two(voices: Array, seconds: Array) -> Array:
    """Mean voices of two people; of one where no split gives both enough of the talk.

    Every two of the longest pieces are tried as the centres to begin with, and the means that the
    speech lies nearest to stay: long pieces tell a voice best, and a tree of all pieces takes an
    odd one for a person.
    """
    longest = np.argsort(-seconds, kind="stable")[:LONGEST]
    best, nearest = mean_voice(voices, seconds)[None], -np.inf
    for pair in combinations(longest.tolist(), 2):
        means = _refined(voices[list(pair)], voices, seconds)
        similarity = voices @ means.T
        spoken = np.bincount(similarity.argmax(axis=1), seconds, len(means))
        near = float(seconds @ similarity.max(axis=1))
        enough = len(means) == 2 and spoken.min() >= SMALLEST_SHARE * seconds.sum()
        if enough and near > nearest:
            best, nearest = means, near
    return best


def _three(two: Array, voices: Array, seconds: Array) -> Array:
    """Mean voices of the two parties and a third; of two where no third has enough of the talk.

    Long pieces are tried one after another as the third's centre to begin with (Likas et al.
    2003), and the means that the speech lies nearest to stay.
    """
    best, nearest = two, -np.inf
    for piece in np.argsort(-seconds, kind="stable")[:THIRD_LONGEST].tolist():
        means = _refined(np.vstack([two, voices[piece]]), voices, seconds)
        similarity = voices @ means.T
        labels = similarity.argmax(axis=1)
        near = float(seconds @ similarity.max(axis=1))
        enough = (
            len(means) == 3
            and np.bincount(labels, minlength=3).min() >= TURNS
            and np.bincount(labels, seconds, 3).min() >= SMALLEST_SHARE * seconds.sum()
        )
        if enough and near > nearest:
            best, nearest = means, near
    return best


def _nearer(three: Array, two: Array, voices: Array, seconds: Array) -> float:
    """By what share speech lies nearer to three voices than to two, and more than by chance."""
    to_two, to_three = (
        float(seconds @ (1.0 - (voices @ means.T).max(axis=1))) for means in (two, three)
    )
    return 1.0 - to_three / max(to_two, 1e-9) - BY_CHANCE / len(voices)


def _one_voice(means: Array, voices: Array, together: Array) -> float:
    """How far the two of the voices that are most alike are one to the segmentation, 0 to 1: 1 if
    moments of either are as often one as of the same."""
    alike = means @ means.T
    first, second = max(combinations(range(len(means)), 2), key=lambda pair: float(alike[pair]))
    heard = as_one((voices @ means.T).argmax(axis=1), together)
    within = np.sqrt(heard[first, first] * heard[second, second])
    return float(np.nan_to_num(np.minimum(heard[first, second] / within, 1.0), nan=1.0))


def _transferred(means: Array, voices: Array, seconds: Array) -> bool:
    """Whether one speaker is done before another begins."""
    labels = (voices @ means.T).argmax(axis=1)
    for first, second in permutations(range(len(means)), 2):
        early, late = (seconds * (labels == one) for one in (first, second))
        begun = np.concatenate([[0.0], np.cumsum(late)])
        left = early.sum() - np.concatenate([[0.0], np.cumsum(early)])
        if (begun + left).min() <= OUT_OF_ORDER * (early.sum() + late.sum()):
            return True
    return False


def _refined(means: Array, voices: Array, seconds: Array) -> Array:
    """Spherical k-means from the given centres (Dhillon and Modha 2001)."""
    for _ in range(ROUNDS):
        labels = (voices @ means.T).argmax(axis=1)
        present = np.unique(labels)
        new = np.stack([mean_voice(voices[labels == k], seconds[labels == k]) for k in present])
        if new.shape == means.shape and np.allclose(new, means):
            break
        means = new
    return means


def mean_voice(voices: Array, seconds: Array) -> Array:
    """A unit vector, shape (dimensions,): the voices' mean, each by its seconds of speech."""
    total = (voices * seconds[:, None]).sum(axis=0)
    return np.asarray(total / max(float(np.linalg.norm(total)), 1e-9))

"""Which pieces of speech are one person's, knowing that a call is mostly between two."""

from itertools import combinations

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
"""A third voice must differ from both parties by this at least."""
SMALLEST_SHARE = 0.06
"""Of all speech; a smaller cluster is noise, not a person."""
SEEDS = {2: 10, 3: 6}
"""How many of the longest pieces are tried as centres, for so many people."""
ROUNDS = 10


def cluster(voices: Array, seconds: Array) -> tuple[Labels, Array]:
    """A speaker index, 0.., for each piece, and how sure that is.

    ``voices``: unit vectors, shape (pieces, dimensions). ``seconds``: speech in each, shape
    (pieces,). Returns labels, shape (pieces,), and similarities to every speaker's mean voice,
    shape (pieces, speakers).
    """
    if len(voices) == 0:
        return np.zeros(0, np.int64), np.zeros((0, 0))
    anchors = np.flatnonzero(seconds >= min(ANCHOR_S, float(seconds.max())))
    means = _means(voices[anchors], seconds[anchors])
    similarity = voices @ means.T
    return np.asarray(similarity.argmax(axis=1), np.int64), similarity


def _means(voices: Array, seconds: Array) -> Array:
    """The mean voice of each speaker, shape (speakers, dimensions)."""
    one = _mean(voices, seconds)[None]
    if len(voices) == 1:
        return one
    two = _best(2, voices, seconds)
    if len(two) < 2 or 1.0 - float(two[0] @ two[1]) < TWO_PARTIES:
        return one
    three = _best(3, voices, seconds)
    if len(three) == 3:
        distance = 1.0 - three @ three.T
        if min(distance[0, 1], distance[0, 2], distance[1, 2]) >= THIRD_VOICE:
            return three
    return two


def _best(count: int, voices: Array, seconds: Array) -> Array:
    """Mean voices of so many people; fewer where no split gives each enough of the talk.

    Every choice of that many of the longest pieces is tried as the centres to begin with, and the
    means that the speech lies nearest to stay: long pieces tell a voice best, and a tree of all
    pieces takes an odd one for a person.
    """
    longest = np.argsort(-seconds, kind="stable")[: SEEDS[count]]
    best, nearest = _mean(voices, seconds)[None], -np.inf
    for chosen in combinations(longest.tolist(), count):
        means = _refined(voices[list(chosen)], voices, seconds)
        similarity = voices @ means.T
        spoken = np.bincount(similarity.argmax(axis=1), seconds, len(means))
        near = float(seconds @ similarity.max(axis=1))
        enough = len(means) == count and spoken.min() >= SMALLEST_SHARE * seconds.sum()
        if enough and near > nearest:
            best, nearest = means, near
    return best


def _refined(means: Array, voices: Array, seconds: Array) -> Array:
    """Spherical k-means from the given centres (Dhillon and Modha 2001)."""
    for _ in range(ROUNDS):
        labels = (voices @ means.T).argmax(axis=1)
        present = np.unique(labels)
        new = np.stack([_mean(voices[labels == k], seconds[labels == k]) for k in present])
        if new.shape == means.shape and np.allclose(new, means):
            break
        means = new
    return means


def _mean(voices: Array, seconds: Array) -> Array:
    total = (voices * seconds[:, None]).sum(axis=0)
    return np.asarray(total / max(float(np.linalg.norm(total)), 1e-9))

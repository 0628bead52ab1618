"""Which pieces of speech are one person's, knowing that a call is mostly between two."""

import numpy as np
from numpy.typing import NDArray
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.optimize import linear_sum_assignment
from scipy.spatial.distance import squareform

Array = NDArray[np.float64]

SAME_VOICE = 0.60
"""Cosine distance up to which pieces are taken for one voice."""
TWO_PARTIES = 0.25
"""A call has two parties: the best split in two stands if the halves differ by this at least."""
MOST_SPEAKERS = 3
"""Administrator, patient, and an announcement or a colleague."""
SMALLEST_SHARE = 0.06
"""Of all speech; a smaller cluster is noise, not a person."""
ANCHOR_S = 1.0
"""Pieces this long decide what the clusters are; shorter ones only join them."""


def cluster(voices: Array, seconds: Array, windows: NDArray[np.int64]) -> NDArray[np.int64]:
    """A speaker index, 0.., for each piece.

    ``voices``: unit vectors, shape (pieces, dimensions). ``seconds``: speech in each, shape
    (pieces,). ``windows``: pieces of one window were heard as different people there, so they
    don't get the same speaker.
    """
    if len(voices) == 0:
        return np.zeros(0, np.int64)
    anchors = np.flatnonzero(seconds >= min(ANCHOR_S, float(seconds.max())))
    labels = _group(voices[anchors], seconds[anchors], windows[anchors])
    centroids = np.stack(
        [
            _unit((voices[anchors] * seconds[anchors, None])[labels == k].sum(axis=0))
            for k in range(labels.max() + 1)
        ]
    )
    similarity = voices @ centroids.T
    result = similarity.argmax(axis=1)
    for window in np.unique(windows):
        members = np.flatnonzero(windows == window)
        if 1 < len(members) <= len(centroids):
            rows, columns = linear_sum_assignment(-similarity[members])
            result[members[rows]] = columns
    return np.asarray(result, np.int64)


def _group(voices: Array, seconds: Array, windows: NDArray[np.int64]) -> NDArray[np.int64]:
    if len(voices) == 1:
        return np.zeros(1, np.int64)
    distance = 1.0 - voices @ voices.T
    distance[(windows[:, None] == windows) & ~np.eye(len(voices), dtype=bool)] = 2.0
    np.fill_diagonal(distance, 0.0)
    tree = linkage(squareform(np.clip(distance, 0, 2), checks=False), method="average")
    labels = _big(fcluster(tree, SAME_VOICE, criterion="distance"), voices, seconds)
    count = len(np.unique(labels))
    if count > MOST_SPEAKERS:
        labels = _big(fcluster(tree, MOST_SPEAKERS, criterion="maxclust"), voices, seconds)
    elif count == 1:
        halves = _big(fcluster(tree, 2, criterion="maxclust"), voices, seconds)
        if len(np.unique(halves)) == 2:
            first, second = (_unit(voices[halves == k].sum(axis=0)) for k in (0, 1))
            if 1.0 - float(first @ second) >= TWO_PARTIES:
                labels = halves
    return labels


def _big(labels: NDArray[np.int32], voices: Array, seconds: Array) -> NDArray[np.int64]:
    """Labels 0.., clusters with too little speech dissolved into their nearest neighbours."""
    names = np.unique(labels)
    spoken = np.array([seconds[labels == name].sum() for name in names])
    keep = names[spoken >= SMALLEST_SHARE * seconds.sum()]
    centroids = np.stack([_unit(voices[labels == name].sum(axis=0)) for name in keep])
    nearest = (voices @ centroids.T).argmax(axis=1)
    for index, name in enumerate(keep):
        nearest[labels == name] = index
    return np.asarray(nearest, np.int64)


def _unit(vector: Array) -> Array:
    return np.asarray(vector / max(float(np.linalg.norm(vector)), 1e-9))

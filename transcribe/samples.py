"""The form in which every model here takes sound."""

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float32]
"""-1..1 at ``RATE_HZ``; shape (samples,) or (channels, samples)."""

RATE_HZ = 16_000

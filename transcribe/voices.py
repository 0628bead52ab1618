"""What a voice sounds like: one CAM++ embedding per piece of speech."""

from importlib.util import module_from_spec, spec_from_file_location
from typing import Any

import numpy as np
from numpy.typing import NDArray

from auricle.errors import ModelError
from transcribe.models import DiarizationModels
from transcribe.samples import RATE_HZ, Samples

DIMENSION = 192
FRAME_HZ = 100
"""Feature frames a second."""
SHORTEST_S = 0.4
"""Less speech says nothing about a voice."""


class VoiceEmbedder:
    """CAM++ (Wang et al., Interspeech 2023), 80 mel bands, mean-normalised."""

    def __init__(self, models: DiarizationModels, device: str) -> None:
        import torch

        spec = spec_from_file_location("auricle_camplusplus", str(models.embedding_code))
        if spec is None or spec.loader is None:
            raise ModelError(f"{models.embedding_code} can't be imported.", "Reinstall the wheel.")
        # Only this file: the package around it imports far more than the network needs.
        code = module_from_spec(spec)
        spec.loader.exec_module(code)
        # Recomputing activations to save memory is for training.
        self._network: Any = code.CAMPPlus(
            feat_dim=80, embedding_size=DIMENSION, memory_efficient=False
        )
        self._network.load_state_dict(
            torch.load(str(models.embedding), map_location="cpu", weights_only=True)
        )
        self._network.eval().to(device)
        self._device = device

    def features(self, samples: Samples) -> NDArray[np.float32]:
        """Mel features, shape (frames, 80), ``FRAME_HZ`` a second, of (samples,) at 16 kHz."""
        import torch
        from torchaudio.compliance.kaldi import fbank

        if len(samples) < RATE_HZ // 40:
            return np.zeros((0, 80), np.float32)
        waveform = torch.from_numpy(samples)[None] * 32768
        found = fbank(waveform, num_mel_bins=80, sample_frequency=RATE_HZ)
        return np.asarray(found.numpy(), np.float32)

    def embed(self, features: NDArray[np.float32]) -> NDArray[np.float32]:
        """A voice as a unit vector, shape (192,), from its mel features, shape (frames, 80)."""
        import torch

        centred = torch.from_numpy(features - features.mean(axis=0, keepdims=True))
        with torch.inference_mode():
            vector = self._network(centred[None].to(self._device))[0].cpu().numpy()
        return np.asarray(vector / max(float(np.linalg.norm(vector)), 1e-9), np.float32)

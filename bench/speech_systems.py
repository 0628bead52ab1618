"""The two systems that ``bench.speech`` compares, each in a process of its own.

    python speech_systems.py auricle|baseline JOB.json

Reads a job, prints one JSON object: seconds to load, wall and CPU seconds for all files with models
loaded, peak memory, and per file the words, who said them, and who talks when. This file alone is
run by the baseline's interpreter too, so it imports nothing of Auricle at the top.
"""

import json
import logging
import sys
import threading
import time
import warnings
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

RATE_HZ = 16_000
MIN_CLUSTER_SIZE, THRESHOLD = 12, 0.7045654963945799
"""pyannote/speaker-diarization-3.1's own parameters."""


@dataclass(frozen=True)
class Job:
    files: list[str]
    config: str
    threads: int
    workers: int
    """Calls at a time; the baseline takes one after another, as its programs do."""
    speakers: int | None
    """Told to the baseline; None: it finds out."""
    batch_size: int = 8


def main() -> None:
    logging.disable(logging.WARNING)
    warnings.simplefilter("ignore")
    job = Job(**json.loads(Path(sys.argv[2]).read_text(encoding="utf-8")))
    begin = time.perf_counter()
    system: Any = Auricle(job) if sys.argv[1] == "auricle" else Baseline(job)
    load_s = time.perf_counter() - begin
    begin, cpu = time.perf_counter(), time.process_time()
    workers = job.workers if sys.argv[1] == "auricle" else 1
    with ThreadPoolExecutor(workers) as pool:
        found = list(pool.map(system.hear, job.files))
    result = {
        "load_s": load_s,
        "wall_s": time.perf_counter() - begin,
        "cpu_s": time.process_time() - cpu,
        "peak_mb": peak_mb(),
        "stages": system.stages,
        "calls": dict(zip([Path(file).stem for file in job.files], found, strict=True)),
    }
    print(json.dumps(result))


def peak_mb() -> float:
    """Most memory this process ever held: of itself alone, unlike getrusage after a fork."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


class Auricle:
    """What ``auricle run`` does with a recording up to its transcript."""

    def __init__(self, job: Job) -> None:
        import numpy as np

        from auricle.settings import load_settings
        from ingest.spectrum import spectrum
        from ingest.voices import find_voice
        from transcribe.engine import Engine, make_plan

        self._settings = load_settings(Path(job.config))
        self._engine = Engine(make_plan(self._settings.transcribe), self._settings, job.workers)
        self._engine.load()
        find_voice(np.zeros(RATE_HZ, np.float32))  # loads its model
        spectrum(np.zeros(RATE_HZ, np.float32))  # and this a library
        self._engine.timings_s.clear()
        self._lock, self._spent = threading.Lock(), Counter[str]()

    @property
    def stages(self) -> dict[str, float]:
        return {**self._engine.timings_s, **self._spent}

    def hear(self, file: str) -> dict[str, Any]:
        from auricle.models import Call
        from ingest.audio import decode
        from ingest.line import analyse, find_voices
        from ingest.places import Place
        from ingest.recordings import Source, recording_of

        begin = time.perf_counter()
        audio = decode(Path(file))
        decoded = time.perf_counter()
        voices = find_voices(audio)
        voiced = time.perf_counter()
        line = analyse(audio, voices, self._settings.ingest.tones)
        lined = time.perf_counter()
        source = Source(Place(file), "0" * 64, Path(file).stem, None)
        call = Call(call_id=Path(file).stem, recording=recording_of(source, audio), line=line)
        transcript = self._engine.transcribe(call, audio.samples)
        with self._lock:
            self._spent.update(decode=decoded - begin, voice=voiced - decoded, line=lined - voiced)
        return {
            "wall_s": time.perf_counter() - begin,
            "layout": audio.layout,
            "duration_s": audio.duration_s,
            "transcript": transcript.model_dump(mode="json", by_alias=True),
        }


class Baseline:
    """WhisperX, its own voice activity and batching, no alignment; pyannote.audio's pipeline."""

    def __init__(self, job: Job) -> None:
        from transcribe.torch_audio import make_importable

        make_importable()
        import torch
        import whisperx

        from auricle.settings import load_settings
        from transcribe.models import find_diarization, find_whisper, whisper_folder

        torch.set_num_threads(job.threads)
        self._job, self.stages = job, Counter[str]()
        settings = load_settings(Path(job.config))
        networks = find_diarization("auto", "cpu")
        languages = settings.clinic.languages
        self._whisperx: Any = whisperx
        self._asr = whisperx.load_model(
            whisper_folder(find_whisper("auto", "cpu")), "cpu", compute_type="int8",
            language=languages[0] if len(languages) == 1 else None, threads=job.threads,
        )  # fmt: skip
        self._pipeline: Any = speaker_pipeline(networks, campplus(networks))

    def hear(self, file: str) -> dict[str, Any]:
        import pandas as pd
        import torch

        begin = time.perf_counter()
        audio = self._whisperx.load_audio(file)
        result = self._asr.transcribe(audio, batch_size=self._job.batch_size)
        recognised = time.perf_counter()
        waveform = {"waveform": torch.from_numpy(audio)[None], "sample_rate": RATE_HZ}
        found = self._pipeline(waveform, num_speakers=self._job.speakers)
        talk = [
            (segment.start, segment.end, str(label))
            for segment, _, label in found.itertracks(yield_label=True)
        ]
        told = self._whisperx.assign_word_speakers(
            pd.DataFrame(talk, columns=["start", "end", "speaker"]), result
        )
        self.stages.update(recognise=recognised - begin, diarize=time.perf_counter() - recognised)
        return {
            "wall_s": time.perf_counter() - begin,
            "duration_s": len(audio) / RATE_HZ,
            "segments": [
                [s.get("speaker", "unknown"), s["start"], s["end"], s["text"]]
                for s in told["segments"]
            ],
            "talk": talk,
        }


def speaker_pipeline(networks: Any, voices: Any) -> Any:
    """pyannote.audio's SpeakerDiarization of these weights; ``voices`` as of ``campplus``."""
    from transcribe.torch_audio import make_importable

    make_importable()
    from pyannote.audio.pipelines import SpeakerDiarization, speaker_diarization

    # pyannote loads embeddings of its own zoo by name, and a PLDA that nothing here uses.
    module: Any = speaker_diarization
    module.PretrainedSpeakerEmbedding = lambda *_, **__: _embedding(voices)
    module.get_plda = lambda *_, **__: None
    pipeline: Any = SpeakerDiarization(
        legacy=True, segmentation=str(networks.segmentation), embedding="campplus", plda="none",
        clustering="AgglomerativeClustering", segmentation_batch_size=32,
        embedding_batch_size=32,
    )  # fmt: skip
    pipeline.instantiate(
        {
            "segmentation": {"min_duration_off": 0.0},
            "clustering": {"method": "centroid", "min_cluster_size": MIN_CLUSTER_SIZE,
                           "threshold": THRESHOLD},
        }
    )  # fmt: skip
    return pipeline


def campplus(networks: Any) -> Any:
    """Voices, shape (pieces, 192), of mel features, (pieces, frames, 80), by CAM++ in torch."""
    from importlib.util import module_from_spec, spec_from_file_location

    import torch

    spec = spec_from_file_location("camplusplus", str(networks.embedding_code))
    assert spec is not None and spec.loader is not None
    code = module_from_spec(spec)
    spec.loader.exec_module(code)
    network = code.CAMPPlus(feat_dim=80, embedding_size=192, memory_efficient=False)
    network.load_state_dict(
        torch.load(str(networks.embedding), map_location="cpu", weights_only=True)
    )
    network.eval()

    def voices(features: Any) -> Any:
        with torch.inference_mode():
            return network(torch.from_numpy(features)).numpy()

    return voices


def _embedding(voices: Any) -> Any:
    """CAM++ in the form of pyannote's embedding classes."""
    import numpy as np
    import torch
    from pyannote.audio.core.inference import BaseInference
    from torchaudio.compliance.kaldi import fbank

    class Embedding(BaseInference):  # type: ignore[misc]
        sample_rate, dimension, metric, min_num_samples = RATE_HZ, 192, "cosine", 6400

        def to(self, device: Any) -> Any:
            return self

        def __call__(self, waveforms: Any, masks: Any = None) -> Any:
            features = torch.stack(
                [fbank(w * 32768, num_mel_bins=80, sample_frequency=RATE_HZ) for w in waveforms]
            )
            if masks is None:
                return voices((features - features.mean(dim=1, keepdim=True)).numpy())
            kept = torch.nn.functional.interpolate(
                masks[:, None].float(), size=features.shape[1], mode="nearest"
            )[:, 0] > 0.5  # fmt: skip
            vectors = np.full((len(features), 192), np.nan, np.float32)
            for index, (frames, mask) in enumerate(zip(features, kept, strict=True)):
                own = frames[mask]
                if len(own) >= 40:
                    vectors[index] = voices((own - own.mean(dim=0))[None].numpy())[0]
            return vectors

    return Embedding()


if __name__ == "__main__":
    main()

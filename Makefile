# `make run` and `make test` need nothing but Python 3.11, Node and this checkout.
SHELL := /bin/bash
# Debian's own Python where it can make environments: it is built for speed, and others of the same version
# are up to twice as slow.
DEBIAN := /usr/bin/python3.11
PYTHON := $(shell $(DEBIAN) -c 'import ensurepip' 2>/dev/null && echo $(DEBIAN) || echo python3)
PY := .venv/bin/python
PIP := .venv/bin/pip --disable-pip-version-check -q
ASSETS := src/sipinter/foundation/web/static/build
# Compiled modules are kept: without, each process of the tests compiles all of them again.
export PYTHONDONTWRITEBYTECODE :=
SUDO := $(shell [ "$$(id -u)" = 0 ] || echo sudo)

.PHONY: run help setup assets messages test tests beside types check durations audit snapshot sbom release bench lock migrations docs pictures clean cluster deadline faults proofs

run: .venv/.base staticfiles/.done .venv/.messages  ## the demonstration on http://127.0.0.1:8000
	@SIPINTER_DEMO=1 .venv/bin/sipinter demo --serve

help:  ## what each target does
	@awk -F ':.*## *' '/^[a-z]+:.*##/ { printf "%-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: .venv/.dev $(ASSETS)/.done .venv/.messages  ## the environment that tests and development need

# What is costly and the same for all of them is shared in SIPINTER_TEST_RUN (tests/prepared.py).
TESTS := $(PY) -m pytest -n auto --dist worksteal
test:  ## every check and test; what needs one processor only runs beside the rest
	$(MAKE) --no-print-directory -j2 setup
	$(MAKE) --no-print-directory .venv/.system
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	$(MAKE) --no-print-directory -j2 tests beside

beside: types  # waits more than it works
	$(PY) -m pytest -m cluster tests/faults

types: setup  ## layers and types
	.venv/bin/lint-imports
	SIPINTER_DEMO=1 .venv/bin/mypy

tests: setup .venv/.system
	# As it runs without settings (SQLite, a local folder), then as a nation runs it; the browser apart, for
	# its driver keeps an event loop in its process, and signing starts one of its own.
	run=$$(mktemp -d) && trap 'rm -rf $$run' EXIT && export SIPINTER_TEST_RUN=$$run && \
	  $(TESTS) -m "not browser and not cluster" && \
	  $(TESTS) -m "not browser and not cluster" --engine postgres --storage s3 && \
	  $(TESTS) -m browser tests/browser

cluster: setup .venv/.system  ## two web nodes, PostgreSQL, S3 and two workers behind nginx, on loopback
	$(PY) -m deploy.cluster

deadline: setup .venv/.system  ## 640 agencies in ten minutes against that cluster
	$(PY) -m bench.deadline --agencies 640 --minutes 10

faults: setup .venv/.system  ## its parts killed 200 times while people work
	$(PY) -m pytest -s tests/faults --kills 200

proofs: setup .venv/.system  ## long proofs: every hostile file at every reader, every damage, 20,000 odd uploads
	$(TESTS) tests/hostile tests/cli/test_damage.py --proofs
	SIPINTER_FUZZ=20000 $(PY) -m pytest -s tests/fuzz

check: setup  ## the quick part of `make test`
	.venv/bin/ruff check . && .venv/bin/lint-imports && $(PY) -m pytest -q -m "not browser and not cluster"

durations: setup .venv/.system  ## measure which tests take long and begin first (tests/durations.json)
	$(TESTS) -m "not browser and not cluster" --store-durations
	$(TESTS) -m browser tests/browser --store-durations

audit: setup  ## known weaknesses of the libraries; fails for one, for silence and for an old snapshot
	$(PY) -m deploy.audit

snapshot: setup  ## renew the advisories that `make audit` reads; FROM="PyPI.zip npm.zip": archives of OSV
	$(PY) -m deploy.snapshot $(FROM)

sbom: setup  ## what the product is made of (CycloneDX) and under which licences, in dist/
	$(PY) -m deploy.sbom dist

release: setup  ## the wheel, its bill of materials and its licences, in dist/; only after the audit
	$(PY) -m deploy.audit
	rm -rf build dist
	$(PY) -m deploy.sbom dist
	$(PIP) wheel --no-deps --no-build-isolation --no-index -w dist .
	rm -rf build

bench: setup  ## measured figures
	$(PY) -m bench

messages: .venv/.base  ## collect new interface texts into every room's catalogue
	$(PY) -m sipinter.site.config.messages collect

migrations: setup  ## write the migrations that changed models need
	SIPINTER_DEMO=1 .venv/bin/sipinter manage makemigrations

docs: setup  ## the parts of docs/ that are drawn from the code
	SIPINTER_DEMO=1 .venv/bin/sipinter docs
	$(PY) -m tests.permissions

pictures: setup .venv/.system  ## the pictures of docs/, from the demonstration
	$(PY) -m tests.browser.pictures

lock:  ## pin requirements again; the files name no registry
	python3 -m venv .venv-lock && .venv-lock/bin/pip -q install pip-tools
	for f in base dev; do .venv-lock/bin/pip-compile -q --generate-hashes --allow-unsafe --strip-extras \
	  --no-emit-index-url --no-emit-find-links --no-emit-trusted-host -o requirements/$$f.txt requirements/$$f.in; done
	rm -r .venv-lock
	npm install --omit-lockfile-registry-resolved --ignore-scripts

clean:  ## remove all that was made or installed, and the data in var/
	rm -rf .venv node_modules var staticfiles dist $(ASSETS)

.venv/.base: requirements/base.txt pyproject.toml
	$(PYTHON) -m venv --clear .venv
	$(PIP) install --require-hashes -r requirements/base.txt
	$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

.venv/.dev: .venv/.base requirements/dev.txt
	$(PIP) install --no-compile --require-hashes -r requirements/dev.txt  # most of it is never imported
	@touch $@

# Chromium for the browser tests, poppler's pdfsig and openssl as independent readers of signatures, and
# the parts of production that tests start on loopback, Tesseract and a PKCS#11 token (SoftHSM) among them.
PROGRAMS := chromium-headless-shell pdfsig openssl postgres nginx clamd soffice tesseract softhsm2-util
SYSTEM := chromium-headless-shell poppler-utils openssl postgresql-15 nginx-light clamav-daemon \
  libreoffice-calc python3-uno tesseract-ocr tesseract-ocr-ind softhsm2
.venv/.system: Makefile
	@export PATH=$$PATH:/usr/sbin:/usr/lib/postgresql/15/bin; \
	  { [ $$(command -v $(PROGRAMS) | wc -l) = $(words $(PROGRAMS)) ] && /usr/bin/python3 -c "import uno" && \
	    tesseract --list-langs | grep -qx ind; } \
	  || { $(SUDO) apt-get update -q && $(SUDO) apt-get install -y -q --no-install-recommends $(SYSTEM); }
	@touch $@

node_modules/.done: package-lock.json
	npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

$(ASSETS)/.done: node_modules/.done $(wildcard assets/* assets/scss/*)
	npm run --silent build
	@touch $@

staticfiles/.done: $(ASSETS)/.done $(shell find src/sipinter -path '*/static/*' -type f -not -path '*/build/*')
	@SIPINTER_DEMO=1 .venv/bin/sipinter manage collectstatic --noinput --clear -v 0
	@touch $@

.venv/.messages: .venv/.base $(shell find src/sipinter -name '*.po')
	$(PY) -m sipinter.site.config.messages compile
	@touch $@

# Everything a newcomer, a developer or CI runs. `make demo` and `make test` set up what they need: Debian's packages are
# installed where we may (as root); elsewhere the target stops and says what to install. Nothing is skipped in silence.

CARGO ?= cargo

.PHONY: demo test oracle lint bench rust postgres

# $(call need,TEST,PACKAGE): PACKAGE, unless TEST says that it is here.
define need
	@{ $(1); } >/dev/null 2>&1 || if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then \
	  echo "Installing $(2), which is missing here."; \
	  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq $(2); \
	else echo "$(2) is missing here. Install it (Debian: sudo apt-get install $(2)) and try again." >&2; exit 1; fi
endef

## demo: the whole job on this machine, with stand-in platforms; Ctrl-C ends it
# A development build: it is there in two thirds of the time, keeps up with the demo's clock, and shares its libraries with `test`.
demo: rust
	$(CARGO) run --locked --bin majlis -- demo

## test: format, clippy and every test, on SQLite and on PostgreSQL
test: lint postgres python
	@set -e; started=$$(tests/postgres.sh start); eval "$$started"; \
	trap 'tests/postgres.sh stop' EXIT; trap 'exit 130' INT TERM; \
	if command -v cargo-nextest >/dev/null 2>&1; then $(CARGO) nextest run --locked --no-fail-fast --lib --bins --tests; \
	else echo "cargo-nextest is not here: cargo runs the same tests, somewhat slower."; \
	  $(CARGO) test --locked --no-fail-fast --lib --bins --tests; fi
	$(CARGO) test --locked --manifest-path tests/tlog-client/Cargo.toml --target-dir target/tlog-client
	@$(MAKE) --no-print-directory clients browser oidc fuzz-api
	@echo "Format, clippy and all tests passed, on SQLite and on PostgreSQL."
	@echo "Not run here: cargo deny (deny.toml), and anything against the real platforms, which needs their tokens."

## clients: the platforms' own Python clients, unpatched, against the sandbox; they are installed under target/clients
.PHONY: clients
clients: rust target/clients/installed
	$(CARGO) build --locked --bin majlis
	cd tests/clients && MAJLIS=../../target/debug/majlis ../../target/clients/bin/python -B -W error -m unittest

target/clients/installed: tests/clients/requirements.txt
	$(call need,$(PYTHON) -c 'import ensurepip',python3-venv)
	$(PYTHON) -m venv --clear target/clients
	target/clients/bin/pip install --quiet --disable-pip-version-check --requirement $<
	@touch $@

# Debian's Chromium, driven by Playwright from PyPI; axe-core from npm. Nothing of them is part of Majlis.
BROWSER = target/browser
$(BROWSER)/bin/python:
	$(call need,$(PYTHON) -c 'import ensurepip',python3-venv)
	$(PYTHON) -m venv $(BROWSER)
$(BROWSER)/playwright: $(BROWSER)/bin/python
	$(BROWSER)/bin/pip install -q playwright==1.65.2 && touch $@
$(BROWSER)/node_modules/axe-core/axe.min.js:
	$(call need,command -v npm,npm)
	npm install --silent --no-save --prefix $(BROWSER) axe-core@4.14.1

## browser: a shift in a real browser, by keyboard, by mouse and without JavaScript; every page before axe-core; pictures in target/screens
.PHONY: browser
browser: rust $(BROWSER)/playwright $(BROWSER)/node_modules/axe-core/axe.min.js
	$(call need,command -v chromium,chromium fonts-noto-core)
	MAJLIS_TEST_PYTHON=$(abspath $(BROWSER)/bin/python) MAJLIS_TEST_CHROMIUM=$$(command -v chromium) \
	  MAJLIS_TEST_AXE=$(abspath $(BROWSER)/node_modules/axe-core/axe.min.js) \
	  $(CARGO) test --locked --test suite -- --ignored --nocapture web::browser

OIDC = target/oidc
$(OIDC)/node_modules/oidc-provider/package.json:
	$(call need,command -v npm,npm)
	npm install --silent --no-save --prefix $(OIDC) oidc-provider@9.13.3

## oidc: signing in by OpenID Connect, against a real provider from npm
.PHONY: oidc
oidc: rust $(OIDC)/node_modules/oidc-provider/package.json
	MAJLIS_TEST_OIDC=$(abspath $(OIDC)) $(CARGO) test --locked --test suite -- --ignored --nocapture web::provider

FUZZ = target/fuzz-api
$(FUZZ)/installed:
	$(call need,$(PYTHON) -c 'import ensurepip',python3-venv)
	$(PYTHON) -m venv --clear $(FUZZ)
	$(FUZZ)/bin/pip install --quiet --disable-pip-version-check schemathesis==4.32.5
	@touch $@

## fuzz-api: the JSON API before schemathesis, by its own document; a fixed seed, 20 examples a call
.PHONY: fuzz-api
fuzz-api: rust $(FUZZ)/installed
	MAJLIS_TEST_SCHEMATHESIS=$(abspath $(FUZZ)/bin/schemathesis) \
	  $(CARGO) test --locked --test suite -- --ignored --nocapture web::fuzzed

## faults: every fault of the sandbox in every call of a platform, and a table of what came of each
.PHONY: faults
faults: rust
	@mkdir -p target/tmp
	@$(CARGO) test --locked --test suite -- --nocapture --test-threads 1 journeys::matrix > target/tmp/faults.txt; \
	  passed=$$?; grep -v '^test ' target/tmp/faults.txt; exit $$passed

## soak: 100,000 comments over four platforms under mixed faults, the daemon killed a hundred times; `make test` plays 2,000 and 5
.PHONY: soak
soak: rust
	MAJLIS_SOAK=$${MAJLIS_SOAK:-100000:100} $(CARGO) test --locked --test suite -- --nocapture crash::soak | tee -a /dev/stderr | grep -q "test result: ok. 1 passed"

## oracle: the calendar against a count by the minute, a million random cases
oracle: rust
	MAJLIS_ORACLE_CASES=1000000 $(CARGO) test --release --locked --lib -- --exact \
	  domain::calendar::tests::oracle::the_table_agrees_with_a_count_by_the_minute | tee -a /dev/stderr | grep -q "test result: ok. 1 passed"

## lint: format and clippy, warnings refused
lint: rust
	@$(CARGO) fmt --version >/dev/null 2>&1 && $(CARGO) clippy --version >/dev/null 2>&1 || \
	  rustup component add rustfmt clippy || \
	  { echo "rustfmt and clippy are missing here, and rustup could not add them." >&2; exit 1; }
	$(CARGO) fmt --check
	$(CARGO) clippy --locked --all-targets -- -D warnings

# $(call benched,BENCH): a bench on both databases, PostgreSQL as durable as in service.
define benched
	@set -e; export MAJLIS_TEST_POSTGRES_DIR="/tmp/majlis-bench-$$$$"; \
	started=$$(tests/postgres.sh start --durable); eval "$$started"; \
	trap 'tests/postgres.sh stop' EXIT; trap 'exit 130' INT TERM; \
	$(CARGO) bench --locked --bench $(1)
endef

## bench: what calendar, recount and judge cost; how long comments wait to be read; the pipeline's rate, the tick's and the audit log's cost on both databases; kept in benches/RESULTS*.md
bench: rust postgres bench-recount
	$(CARGO) bench --locked --features rustrict --bench judge
	$(CARGO) bench --locked --bench calendar
	$(CARGO) bench --locked --bench poll_plan
	$(call benched,pipeline)
	$(call benched,tick)
	$(call benched,audit)
	$(CARGO) bench --locked --bench isolation

## bench-isolation: of those, how long comments wait while another platform hangs, drips, throttles, breaks off or floods us
.PHONY: bench-isolation
bench-isolation: rust
	$(CARGO) bench --locked --bench isolation

## bench-tick: of those, what a look at a million open clocks costs, and ten thousand that pass a point together
.PHONY: bench-tick
bench-tick: rust postgres
	$(call benched,tick)

## bench-console: what the pages of the console cost with a million comments and fifty people at work, kept in benches/RESULTS-console.md
.PHONY: bench-console
bench-console: rust
	$(call need,command -v gzip,gzip)
	$(CARGO) bench --locked --bench console

## bench-audit: of those, a million audit entries appended and sealed, proofs of them, and ten million verified
.PHONY: bench-audit
bench-audit: rust postgres
	$(call benched,audit)

## bench-poll: how long comments wait by the poll plan, by simpler rules and by a bound, kept in benches/RESULTS-poll.md
.PHONY: bench-poll
bench-poll: rust
	$(CARGO) bench --locked --bench poll_plan

## bench-recount: of those, what a change of the calendar costs a million open clocks
.PHONY: bench-recount
bench-recount: rust
	$(CARGO) bench --locked --bench recount

## judge-report DATA=DIR: what the shipped judge shows on the labelled comments of DIR
.PHONY: judge-report
judge-report: rust
	@test -d "$(DATA)" || { echo "Say where the labelled comments are: make judge-report DATA=DIR" >&2; exit 1; }
	$(CARGO) run --profile bench --locked --features train --bin majlis -- policy train --data "$(DATA)" --measure

## model DATA=DIR: learn the judge's model anew, into config/model, with its card, and that of one from permissive licences alone
.PHONY: model
model: rust
	@test -d "$(DATA)" || { echo "Say where the labelled comments are: make model DATA=DIR" >&2; exit 1; }
# The shipped model last: the program holds it, and would have to be built again.
	$(CARGO) run --profile bench --locked --features train --bin majlis -- policy train --data "$(DATA)" --licences permissive --out target/permissive
	$(CARGO) run --profile bench --locked --features train --bin majlis -- policy train --data "$(DATA)" --out config/model
	cp target/permissive/CARD.md config/model/CARD-permissive.md

rust:
	@command -v $(CARGO) >/dev/null 2>&1 || \
	  { echo "Rust is missing here. Install it from https://rustup.rs and try again." >&2; exit 1; }
	$(call need,command -v cc,build-essential)

## audit-mutations: 100,000 random mutations of audit logs before majlis-verify's check, 5,000 before deploy/verify.py
.PHONY: audit-mutations
audit-mutations: rust python
	MAJLIS_AUDIT_MUTATIONS=100000 $(CARGO) test --locked --lib -- --exact \
	  domain::audit::tests::mutations::every_random_mutation_of_a_log_is_found | tee -a /dev/stderr | grep -q "test result: ok. 1 passed"
	$(PYTHON) tests/audit_mutations.py 5000

# Debian's Python, which finds Debian's packages, wherever another stands before it in the path.
PYTHON ?= $(firstword $(wildcard /usr/bin/python3) python3)
.PHONY: python
python:
	$(call need,$(PYTHON) -c 'import cryptography',python3-cryptography)

# Debian keeps the server's programs out of the path.
postgres:
	$(call need,ls /usr/lib/postgresql/*/bin/initdb || command -v initdb,postgresql)

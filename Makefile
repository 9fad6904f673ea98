# Everything a newcomer, a developer or CI runs. `make demo` and `make test` set up what they need.
# Debian's packages are installed where we may (as root); elsewhere the target says what to install.

CARGO ?= cargo
PACKAGES = postgresql

.PHONY: demo test lint postgres

## demo: the whole job on this machine, with stand-in platforms; Ctrl-C ends it
demo:
	$(CARGO) run --release --bin majlis -- demo

## test: format, clippy and every test, on SQLite and on PostgreSQL
test: lint postgres
	@eval "$$(tests/postgres.sh start)" && { \
	  if command -v cargo-nextest >/dev/null 2>&1; then $(CARGO) nextest run --all-targets; \
	  else $(CARGO) test --all-targets; fi; \
	  status=$$?; tests/postgres.sh stop; exit $$status; }

## lint: format and clippy, warnings refused
lint:
	$(CARGO) fmt --check
	$(CARGO) clippy --all-targets -- -D warnings

postgres:
	@if ! ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 && ! command -v initdb >/dev/null 2>&1; then \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then \
	    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq $(PACKAGES); \
	  else echo "The tests need a PostgreSQL server: install it (Debian: apt-get install $(PACKAGES)) and try again." >&2; exit 1; fi; fi

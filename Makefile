# `make demo` and `make test` set up what they need.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

CARGO ?= cargo
DENY_VERSION := 0.20.2
FUZZ_VERSION := 0.13.2
FUZZ_SECONDS ?= 60
FUZZ_TARGETS := entries call query token coerce multipart page frame

# A fresh build is neither rebuilt nor debugged.
ifdef CI
export CARGO_INCREMENTAL := 0
export CARGO_PROFILE_DEV_DEBUG := 0
endif

ALL := --locked --all-features
NONE := --locked --no-default-features

.PHONY: help demo page test bench docs fmt setup checks fmt-check msrv deny lint features unit \
	foreign counts client web sockets uploads websocket fuzz clean-tools

help:
	@echo 'make demo    the demo application, on http://127.0.0.1:8000'
	@echo 'make test    everything that CI runs'
	@echo 'make bench   measures; make sockets compares servers over loopback'
	@echo 'make uploads memory and throughput of large files'
	@echo 'make websocket  fan-out, calls, and memory of idle connections'
	@echo 'make docs    the documentation, in target/doc'
	@echo 'make fuzz    each fuzz target for FUZZ_SECONDS ($(FUZZ_SECONDS))'
	@echo 'Parts of the test: fmt-check msrv deny client lint unit foreign features web docs counts'

demo: page
	$(CARGO) run $(ALL) --example axum

# The React application that the demo serves, over the client that the demo's registry gives.
page:
	scripts/need.sh rust cc node
	scripts/npm.sh examples/web
	$(CARGO) run $(ALL) --example axum -- export
	cd examples/web && npm run --silent check && npm run --silent build

# The parts in an order that fails early and compiles once.
test:
	@scripts/tally.sh $(MAKE) --no-print-directory checks

checks:
	@for part in setup fmt-check msrv deny client lint unit foreign features web docs counts; do \
		echo "== $$part"; \
		began=$$SECONDS; \
		$(MAKE) --no-print-directory $$part; \
		echo "== $$part took $$((SECONDS - began)) s"; \
	done

setup:
	scripts/need.sh rust cc python3 venv valgrind node chromium redis-server
	scripts/npm.sh client examples/web tests/sockets
	scripts/venv.sh tests/sockets

fmt:
	$(CARGO) fmt
	cd client && npm run --silent fmt

fmt-check:
	$(CARGO) fmt --check

# Rust 1.89 itself is not run: clippy compares the standard library's items with the declared
# version, and this the declarations of the dependencies.
msrv:
	scripts/msrv.py

deny:
	scripts/tool.sh cargo-deny $(DENY_VERSION) --no-default-features
	scripts/deny.sh

lint:
	$(CARGO) clippy $(ALL) --all-targets -- -D warnings
	$(CARGO) clippy $(NONE) --all-targets -- -D warnings

unit:
	$(CARGO) test $(ALL) --no-fail-fast
	$(CARGO) test $(NONE) --no-fail-fast

# WebSocket clients that nobody here wrote, against the three stacks. Both run even if one fails.
foreign:
	scripts/need.sh rust cc python3 venv node
	scripts/npm.sh tests/sockets
	scripts/venv.sh tests/sockets
	$(CARGO) build $(ALL) --example conformance
	cd tests/sockets && failed=; \
		../../.tools/venv/sockets/bin/python -W error -m unittest discover -s python || failed=1; \
		npm run --silent test || failed=1; \
		[ -z "$$failed" ]

features:
	scripts/features.sh

# The kernel and its adapters, under both compilers that front ends use.
client:
	cd client && npm run --silent check && npm run --silent lint && npm test --silent

# The demo in a browser, on the three stacks.
web: page
	$(CARGO) build $(ALL) --examples
	cd examples/web && npm run --silent e2e

docs:
	RUSTDOCFLAGS='-D warnings' $(CARGO) doc $(ALL) --no-deps

# Instructions and allocations, which do not depend on the machine's load, and the memory that a
# large upload and idle WebSockets hold.
counts:
	scripts/need.sh valgrind
	$(CARGO) bench $(ALL) --bench dispatch -- --check
	$(CARGO) bench $(ALL) --bench uploads -- --check
	benches/websocket.sh --check

bench:
	scripts/need.sh rust cc valgrind
	$(CARGO) bench $(ALL) --bench dispatch

sockets:
	scripts/need.sh rust cc
	benches/sockets.sh

uploads:
	scripts/need.sh rust cc
	$(CARGO) bench $(ALL) --bench uploads

websocket:
	scripts/need.sh rust cc valgrind
	benches/websocket.sh

fuzz:
	scripts/need.sh rust nightly
	scripts/tool.sh cargo-fuzz $(FUZZ_VERSION)
	for target in $(FUZZ_TARGETS); do \
		mkdir -p fuzz/corpus/$$target; \
		PATH="$$PWD/.tools/bin:$$PATH" $(CARGO) +nightly fuzz run --sanitizer none $$target \
			fuzz/corpus/$$target fuzz/seeds/$$target \
			-- -max_total_time=$(FUZZ_SECONDS) -max_len=4096 -timeout=10 -print_final_stats=0; \
	done

clean-tools:
	rm -rf .tools

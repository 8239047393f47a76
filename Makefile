# `make serve` and `make test` each work as the first command on a fresh Debian machine with Rust and Node.
.DEFAULT_GOAL := help
.PHONY: help setup serve test ci bench lighthouse fmt build wasm package clean \
  test-rust test-wasm test-www test-package test-oracle test-targets test-gate test-edge check-fmt check-clippy check-generated check-budgets

export PATH := $(CURDIR)/.cache/bin:$(PATH)
step := @scripts/step.sh
# Two lanes at once: while one links the wasm module, which takes one core for minutes, the other runs the oracle.
lanes := @$(MAKE) --jobs=2 --output-sync=line --no-print-directory
tests := test-rust test-wasm test-www test-package test-oracle test-targets test-gate test-edge

help: ## Say what can be made
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 14

setup: ## Get this machine ready: Rust target, wasm tools, npm packages, psql, Chromium
	@scripts/setup.sh

serve: setup wasm ## Serve the page and the documentation on localhost
	$(step) 'page: build' npm run --silent --prefix www build
	@scripts/serve.sh

test: setup ## Run every test
	$(lanes) $(tests)
	@echo; echo 'all tests passed'

ci: setup ## Run every test, and check format, lints, size and speed
	$(lanes) $(tests) check-fmt check-clippy check-generated
	@$(MAKE) --no-print-directory check-budgets # alone: it measures
	@echo; echo 'all checks passed'

bench: setup wasm ## Measure speed and size
	$(step) 'native release build' cargo build --release
	$(step) 'build of the comparison with sqlparser' cargo build --release --quiet --manifest-path benches/throughput/Cargo.toml
	@node scripts/bench.mjs

lighthouse: setup wasm ## Measure the built page and documentation with Lighthouse
	$(step) 'page: build' npm run --silent --prefix www build
	$(step) 'Lighthouse' npm ci --prefix scripts/lighthouse --ignore-scripts --no-audit --no-fund
	@node scripts/lighthouse/run.mjs

fmt: ## Format the code
	@cargo fmt

build: ## Build the command (target/release/pgdry)
	$(step) 'native release build' cargo build --release

wasm: pkg/dist/pgdry_bg.wasm ## Build the npm package's module (pkg/dist)

package: wasm pkg/dist/pgdry-cli.wasm ## Build all of the npm package's code, the command for npx too

clean: ## Remove what was built (keeps the tools in .cache)
	@cargo clean
	@rm -rf pkg/dist www/dist tests/output tests/targets/output edge/dist

# --mode no-install: wasm-pack takes its tools from PATH and downloads nothing.
pkg/dist/pgdry_bg.wasm: Cargo.toml Cargo.lock .cargo/config.toml scripts/wasm/order.mjs scripts/wasm/pack.mjs scripts/wasm/unpack.wat scripts/wasm/instantiate.mjs $(shell find src docs/rules -type f 2>/dev/null) | setup
	@rm -f pkg/dist/pgdry-cli.wasm # wasm-pack would optimise it, and it would seem to be new
	$(step) 'wasm build' wasm-pack --log-level warn build --target web --no-pack --mode no-install \
	  --profile release-wasm --out-dir pkg/dist -- --no-default-features
	$(step) 'order of the functions' node scripts/wasm/order.mjs pkg/dist/pgdry_bg.wasm
	$(step) 'packing of the data' node scripts/wasm/pack.mjs pkg/dist/pgdry_bg.wasm
	@node scripts/rule-pages.mjs pkg/dist/rule-pages.js
	@node scripts/wasm/instantiate.mjs pkg/dist
	@touch $@

# Nothing makes it small: that would take minutes, and it is read from disk.
pkg/dist/pgdry-cli.wasm: Cargo.toml Cargo.lock $(shell find src docs/rules -type f 2>/dev/null) | setup pkg/dist/pgdry_bg.wasm
	$(step) 'build of the command for npx' cargo build --quiet --profile release-wasi --target wasm32-wasip1
	@mkdir -p pkg/dist
	@cp target/wasm32-wasip1/release-wasi/pgdry.wasm $@

test-rust: | setup
	$(step) 'Rust tests' cargo test --quiet
	$(step) 'debug build of the command' cargo build --quiet

test-wasm: test-rust wasm
	$(step) 'wasm package in Node' node --test --test-reporter=spec $(wildcard tests/wasm/*.test.mjs)

test-www: wasm
	$(step) 'page: types' npm run --silent --prefix www typecheck
	$(step) 'page: build' npm run --silent --prefix www build
	$(step) 'page: Chromium' npm run --silent --prefix www test

test-package: test-rust package
	$(step) 'npm package, installed' node --test --test-reporter=spec $(wildcard tests/package/*.test.mjs)

test-oracle: test-rust
	$(step) 'PostgreSQL oracle' node --test --test-reporter=spec $(wildcard tests/oracle/*.test.mjs scripts/*.test.mjs scripts/base/*.test.mjs)

test-targets: test-rust
	$(step) 'targets of the types' node --test --test-reporter=spec $(wildcard tests/targets/*.test.mjs)

test-gate: test-rust
	$(step) 'hooks, workflow and action' node --test --test-reporter=spec $(wildcard tests/gate/*.test.mjs)

test-edge: wasm
	$(step) 'edge: types' npm run --silent --prefix edge typecheck
	$(step) 'edge: Node, Deno, workerd' node --test --test-reporter=spec $(wildcard tests/edge/*.test.mjs)

check-fmt:
	$(step) 'format' cargo fmt --check

check-clippy: | setup
	$(step) 'clippy' cargo clippy --quiet --all-targets -- -D warnings
	$(step) 'clippy for wasm' cargo clippy --quiet --lib --no-default-features --target wasm32-unknown-unknown -- -D warnings

check-generated: | setup
	$(step) 'catalog data as generated' node scripts/base/generate.mjs --check

check-budgets: wasm
	$(step) 'budgets' node scripts/budgets.mjs
	@[ -d www/dist ] || npm run --silent --prefix www build
	$(step) 'page: first finding, long tasks' npm run --silent --prefix www budgets

# Every target sets up what it needs; run `make help` for the list.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

BIN := .build/release/tinyvmaf
PREFIX := /usr/local
# On Linux the Swift runtime goes into the binary, so that it runs where no Swift is installed.
STATIC := $(if $(filter Linux,$(shell uname -s)),--static-swift-stdlib)

.PHONY: help build demo install reference api test smoke cluster-test lint format bench gates \
  mutation fuzz changelog clean

help: ## Show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1|\2/' | column -t -s '|'

build: ## Build the release binary (.build/release/tinyvmaf)
	@scripts/setup.sh build
	swift build -c release $(STATIC) --product tinyvmaf

demo: build ## The whole way on an embedded corpus: make, extract, train, evaluate, score
	$(BIN) demo

install: build ## Install binary, man pages and shell completions below PREFIX (/usr/local)
	scripts/install.sh $(BIN) "$(DESTDIR)$(PREFIX)"

reference: build ## Write docs/reference, the reference of all commands
	scripts/reference.py $(BIN) markdown docs/reference

api: ## Build the API documentation of the libraries (.build/api)
	@scripts/setup.sh build
	scripts/api.sh

test: ## Unit, golden and interop tests
	@scripts/setup.sh test
	scripts/test.sh

smoke: build ## Score golden pairs through the MCP server, over stdio and HTTP
	scripts/smoke.sh $(BIN)

cluster-test: build ## The cluster tools on real Ray nodes, with faults (a few minutes)
	scripts/cluster-test.sh

lint: ## Formatting, warnings and shell scripts
	@scripts/setup.sh build
	scripts/lint.sh

format: ## Format all Swift files in place
	swift format -i -r Sources Tests Benchmarks Package.swift

bench: build ## This machine's speed; PEER=/path/to/vmaf adds a side-by-side comparison
	$(BIN) bench $(if $(PEER),--peer $(PEER))

fuzz: ## Every reader of untrusted files under libFuzzer, SECONDS=60 each; READER=onnx for one
	scripts/fuzz.sh $(or $(SECONDS),60) $(READER)

gates: build ## Golden figures and parity of all backends, into docs/gates.md; GOLDEN_DIR=, PEER=
	$(BIN) gate all --output docs/gates.md $(if $(GOLDEN_DIR),--golden-dir $(GOLDEN_DIR)) \
	  $(if $(PEER),--peer $(PEER))

mutation: ## Plant defects one by one; the gates have to find each
	@scripts/setup.sh build
	scripts/mutation.sh --output docs/mutations.md

changelog: ## Assemble CHANGELOG.md from changelog.d
	scripts/changelog.sh

clean: ## Remove everything that was built
	rm -rf .build runs

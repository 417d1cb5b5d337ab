# Every target explains itself in `make help`. Only npm and a Node are needed for run, build and test; what needs Go says so.
NODE = $$(bin/find-node)
NPM_INSTALL = npm install --ignore-scripts --no-audit --no-fund --loglevel=error
BIN = node_modules/.bin
ARGS ?=

.DEFAULT_GOAL := help

help: ## print this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/\1\t\2/' | awk -F'\t' '{printf "  make %-20s %s\n", $$1, $$2}'

node_modules/.installed: package.json package-lock.json
	$(NPM_INSTALL)
	@touch $@

install: node_modules/.installed ## install the packages, and a Node where the machine's is too old

dist/main.js: node_modules/.installed build.ts $(shell git ls-files 'server/*.ts' 'cli/*.ts' 'certs/*.ts' 'client/*.ts' 'controllers/*.ts' 'quota/*.ts' 'apimachinery/*.ts' 'openapi/*' 2>/dev/null)
	$(NODE) build.ts

build: dist/main.js ## bundle the launchers into dist/

run: build ## start a server on .dinghy/ and say how to point kubectl at it (ARGS='--port 7000')
	bin/dinghy up $(ARGS)

# The test runner's plug-ins are put together once; a first run without them would fail.
.tap/plugins: node_modules/.installed
	PATH="$$(dirname $(NODE)):$$PATH" $(BIN)/tap build > /dev/null

test: .tap/plugins ## run the tests
	PATH="$$(dirname $(NODE)):$$PATH" $(BIN)/tap run

lint: node_modules/.installed ## formatter, linter, types, dead code
	$(BIN)/biome check
	PATH="$$(dirname $(NODE)):$$PATH" $(BIN)/tsc -p .
	PATH="$$(dirname $(NODE)):$$PATH" $(BIN)/knip

tidy: node_modules/.installed ## layers, sizes, clocks, loose ends
	$(NODE) tidy.test.ts > /dev/null

update: ## make the tables of openapi/v1.36 anew (needs Go)
	cd openapi/facts && go run . -out ../v1.36 -kubernetes "$$(go mod download -json k8s.io/kubernetes@v1.36.3 | sed -n 's/.*"Dir": "\(.*\)",*/\1/p')"

verify: ## show that fresh tables equal the committed ones (needs Go)
	@fresh=$$(mktemp -d) && (cd openapi/facts && go run . -out "$$fresh" -kubernetes "$$(go mod download -json k8s.io/kubernetes@v1.36.3 | sed -n 's/.*"Dir": "\(.*\)",*/\1/p')") \
		&& diff -r "$$fresh" openapi/v1.36 && echo 'the tables are what upstream says' && rm -r "$$fresh"

golden: ## upstream's published test data through the codec (needs Go)
	@data=$$(go mod download -json k8s.io/api@v0.36.3 | sed -n 's/.*"Dir": "\(.*\)",*/\1/p')/testdata \
		&& $(NODE) --disable-warning=ExperimentalWarning server/testing/golden-files.ts "$$data/HEAD" "$$data/v1.35.0" "$$data/v1.34.0"

reference: ## build the real kube-apiserver, etcd, kubectl and controller manager to compare with (needs Go)
	conformance/reference/reference.sh build etcd kube-apiserver kubectl kubectl-convert kube-controller-manager

conformance-kubectl: build reference ## upstream's kubectl suite against ours (needs Go)
	$(NODE) conformance/kubectl/main.ts $(ARGS)

first-session: build reference ## a first session with stock kubectl, checked (needs Go)
	conformance/kubectl/first-session.sh "$${DINGHY_REFERENCE:-$$HOME/.cache/kubernetes-reference}/bin/kubectl"

differential: build reference ## the same requests to ours and to the real one (needs Go)
	$(NODE) conformance/differential/main.ts $(ARGS)

wire: build reference ## the resourceVersion tables of KEP-2340, row by row, on ours and on the real one (needs Go)
	$(NODE) --disable-warning=ExperimentalWarning conformance/wire/main.ts

rbac: build reference ## RBAC: bootstrap objects, thousands of questions, attempts to hand out rights, on ours and on the real one (needs Go)
	$(NODE) --disable-warning=ExperimentalWarning conformance/rbac/main.ts $(ARGS)

controllers: build reference ## our controllers beside upstream's: namespaces, collection, accounts, quotas; ours on the real server too (needs Go)
	$(NODE) --disable-warning=ExperimentalWarning conformance/components/main.ts $(ARGS)

commands: build reference ## hundreds of kubectl command lines typed at ours and at the real one, with upstream's components on both (needs Go)
	conformance/reference/reference.sh build kube-scheduler kwok
	$(NODE) --disable-warning=ExperimentalWarning conformance/commands/main.ts $(ARGS)

durability: node_modules/.installed ## kill -9 under load, and the proof that a missing fsync would show (needs cc)
	$(NODE) conformance/durability/main.ts $(ARGS)

bench: build reference ## the same load on ours and on the real one, in one run (needs Go)
	$(NODE) bench/main.ts $(ARGS)

fuzz: node_modules/.installed ## random input to all that reads bytes from clients, 20 minutes (ARGS='--seconds 60 --seed 1 --only json')
	$(NODE) --disable-warning=ExperimentalWarning server/testing/fuzz/main.ts $(ARGS)

clean: ## remove what builds and runs made, not the data
	rm -rf dist .tap

.PHONY: help install build run test lint tidy update verify golden reference conformance-kubectl first-session differential wire rbac controllers durability bench fuzz clean commands

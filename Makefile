SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: help rehearse bench test soak delivery newcomer conformance check toolchain doctor clean node-here rehearsal-can-run tests-can-run soak-can-run

# With what the machine lacks and the cache has.
export PATH := $(shell sh rehearsal/toolchain/prerequisites.sh path)

# npm writes this file last and reads it itself: it is the record of what was installed.
INSTALLED := node_modules/.package-lock.json

help: ## show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

rehearse: rehearsal-can-run $(INSTALLED) ## run a whole release on this machine, on a real control plane and mesh
	@node bin/rehearsal.js rehearse $(if $(APP),--app $(APP)) $(if $(STACK),--stack $(STACK))
	@node bin/toolchain.js ensure test

bench: rehearsal-can-run $(INSTALLED) ## measure a weight step beside an empty program, kubectl, Helm and cdk8s: about 6 minutes
	@node bin/toolchain.js ensure
	@node bin/rehearsal.js bench

test: tests-can-run $(INSTALLED) ## run every check and every test
	@node bin/toolchain.js ensure test
	@sh test/support/run-all.sh

soak: soak-can-run $(INSTALLED) ## play every way a release can go wrong, and what else takes long: about 30 minutes, figures in out/soak.json
	@node bin/toolchain.js ensure test
	@rm -rf out/soak.json out/soak.json.turn
	@npm run --silent test:soak

delivery: soak-can-run $(INSTALLED) ## run the pipeline's jobs and every command of the documentation on a rehearsal
	@node bin/toolchain.js ensure test
	@npm run --silent test:delivery

newcomer: tests-can-run $(INSTALLED) ## what a newcomer does, in a clean clone: the README's two commands and the tutorial's, about 40 minutes
	@npm run --silent test:newcomer

conformance: rehearsal-can-run $(INSTALLED) ## try a Kubernetes provider plugin, of the folder PROVIDER: what any of them has to do
	@node bin/toolchain.js ensure test
	@PROVIDER=$(PROVIDER) npm run --silent test:conformance

check: node-here $(INSTALLED) ## format, lint, types and unit tests: needs nothing but Node.js
	@npm run --silent check

toolchain: rehearsal-can-run $(INSTALLED) ## make the tools of a rehearsal, once
	@node bin/toolchain.js ensure

doctor: node-here $(INSTALLED) ## tell what this machine has, what will be made and how long that takes
	@node bin/toolchain.js doctor

clean: ## remove what was made in this folder; the tools stay in their cache
	@if [ -d .rehearsal ] && [ -f $(INSTALLED) ]; then node bin/rehearsal.js down; fi
	rm -rf out coverage .rehearsal node_modules/.cache/bookinfo-canary

node-here:
	@sh rehearsal/toolchain/prerequisites.sh node

rehearsal-can-run:
	@sh rehearsal/toolchain/prerequisites.sh rehearsal

tests-can-run:
	@sh rehearsal/toolchain/prerequisites.sh test

soak-can-run:
	@sh rehearsal/toolchain/prerequisites.sh soak

$(INSTALLED): package-lock.json | node-here
	npm ci --ignore-scripts --no-audit --no-fund
	@touch $@

SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: help rehearse test check toolchain doctor clean node-here rehearsal-can-run tests-can-run

# npm writes this file last and reads it itself: it is the record of what was installed.
INSTALLED := node_modules/.package-lock.json
COUNTS := out/test-counts
REPORTERS := --reporters=default --reporters=./test/support/closing-line-reporter.js

help: ## show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

rehearse: rehearsal-can-run $(INSTALLED) ## run a whole release on this machine, on a real control plane and mesh
	@node bin/toolchain.js ensure
	@node bin/rehearsal.js rehearse

# The static checks count as tests, so that one run shows everything that is wrong and the last line counts all of it. What
# measures traffic runs alone; the rest mostly waits, and runs two at a time. A run that ends without counting is a failure.
test: tests-can-run $(INSTALLED) ## run every check and every test
	@node bin/toolchain.js ensure
	@failed=0; \
	for check in format:check lint types; do \
		npm run --silent $$check || { echo "FAILED $$check"; failed=$$((failed + 1)); }; \
	done; \
	mkdir -p out; echo "$$((3 - failed)) $$((failed + 1)) 0" > $(COUNTS); \
	COUNTED="$$((3 - failed)) $$failed 0" COUNTS_FILE=$(COUNTS) npm run --silent test:side-by-side -- $(REPORTERS) || failed=1; \
	COUNTED="$$(cat $(COUNTS))" npm run --silent test:alone -- $(REPORTERS) || failed=1; \
	[ $$failed -eq 0 ]

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

$(INSTALLED): package-lock.json | node-here
	npm ci --ignore-scripts --no-audit --no-fund
	@touch $@

#!/bin/sh
# Jest with less work for its garbage collector: most of what a file of tests makes is garbage when the file ends, and a
# worker has half a processor. Workers take the options over from the process that starts them.
#
# V8_FLAGS: more of them. Unit tests run nothing often enough for what the optimising compiler takes (`--no-opt`).
# shellcheck disable=SC2086
exec node --min-semi-space-size=32 --max-semi-space-size=32 --initial-old-space-size=800 --single-threaded-gc ${V8_FLAGS:-} \
  node_modules/jest/bin/jest.js "$@"

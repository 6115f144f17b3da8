#!/bin/sh
# Jest with less work for its garbage collector: most of what a file of tests makes is garbage when the file ends, and a
# worker has half a processor. Workers take the options over from the process that starts them.
exec node --max-semi-space-size=32 --single-threaded-gc node_modules/jest/bin/jest.js "$@"

#!/usr/bin/env node
'use strict';
// What the pipeline's jobs call; the command itself is ci/cli.ts.
const path = require('node:path');
/** @type {{ main: (root: string, argv: string[]) => Promise<number> }} */
const { main } = require('../bin/fresh').run('ci/cli.ts');

// The one place where the process ends: sockets that are kept open for reuse must not keep it.
void main(path.resolve(__dirname, '..'), process.argv.slice(2)).then((code) => process.exit(code));

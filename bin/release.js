#!/usr/bin/env node
'use strict';
require('./requirements').check();
// Takes a release one step at a time; the command itself is release/cli.ts.
const path = require('node:path');
/** @type {{ main: (root: string, argv: string[]) => Promise<number> }} */
const { main } = require('./fresh').run('release/cli.ts');

// The one place where the process ends: sockets that are kept open for reuse must not keep it.
void main(path.resolve(__dirname, '..'), process.argv.slice(2)).then((code) => process.exit(code));

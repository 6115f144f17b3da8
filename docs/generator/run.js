'use strict';
require('../../bin/requirements').check();
// Makes what is generated of the documentation; the command itself is cli.ts.
const path = require('node:path');
/** @type {{ main: (root: string, argv: string[]) => Promise<number> }} */
const { main } = require('../../bin/fresh').run('docs/generator/cli.ts');

void main(path.resolve(__dirname, '../..'), process.argv.slice(2)).then((code) => (process.exitCode = code));

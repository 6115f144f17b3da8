'use strict';
// Prints the tables of the gates' simulations; what is played is in release/gates.
const path = require('node:path');
/** @type {{ main: (root: string, argv: string[]) => void }} */
const { main } = require('../../bin/fresh').run('test/simulation/print.ts');

main(path.resolve(__dirname, '../..'), process.argv.slice(2));

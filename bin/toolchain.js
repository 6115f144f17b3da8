#!/usr/bin/env node
'use strict';
require('./requirements').check();
/** @type {{ main: (args: string[]) => Promise<number> }} */
const { main } = require('./fresh').run('rehearsal/toolchain/main.ts');
void main(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
});

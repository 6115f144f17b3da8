#!/usr/bin/env node
'use strict';
const requirements = require('./requirements');

requirements.check();
requirements.endWithReader();
// Prints the objects of a stack; the command itself is infra/render/cli.ts.
const path = require('node:path');
const { main } = require('./fresh').run('infra/render/cli.ts');

main(path.resolve(__dirname, '..'), process.argv.slice(2));

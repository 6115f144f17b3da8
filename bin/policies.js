#!/usr/bin/env node
'use strict';
const requirements = require('./requirements');

requirements.check();
requirements.endWithReader();
// Asks the policies about objects; the command itself is policies/cli.ts.
const path = require('node:path');
const { main } = require('./fresh').run('policies/cli.ts');

void main(path.resolve(__dirname, '..'), process.argv.slice(2));

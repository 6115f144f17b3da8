#!/usr/bin/env node
'use strict';
// Says which workloads of a set of manifests can be released as they are; the command itself is infra/survey/cli.ts.
const { main } = require('./fresh').run('infra/survey/cli.ts');

process.exitCode = main(process.argv.slice(2));

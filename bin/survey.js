#!/usr/bin/env node
'use strict';
const requirements = require('./requirements');

requirements.check();
requirements.endWithReader();
// Says which workloads of a set of manifests can be released as they are; the command itself is infra/survey/cli.ts.
const { main } = require('./fresh').run('infra/survey/cli.ts');

process.exitCode = main(process.argv.slice(2));

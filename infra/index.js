'use strict';
// The engine starts the program here; the program itself is program.ts.
module.exports = require('../bin/fresh').run('infra/program.ts');

'use strict';
// The engine calls what this file exports; the program itself is program.ts.
require('./lean-sdk');
const { program } = require('../bin/fresh').run('infra/program.ts');

module.exports = () => program();

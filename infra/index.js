'use strict';
// The engine calls what this file exports; the program itself is program.ts.
require('./lazy-modules');
const { headStart } = require('./head-start');

module.exports = async () => {
  const remembered = await headStart();
  const { program } = require('../bin/fresh').start('infra/program.ts');
  return program({ remembered });
};

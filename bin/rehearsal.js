#!/usr/bin/env node
'use strict';
require('./requirements').check();
require('./fresh').run('rehearsal/cli.ts');

#!/usr/bin/env node
'use strict';
require('./fresh').run('rehearsal/cli.ts');

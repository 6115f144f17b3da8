'use strict';
// The engine's runner loads this file; the pack itself is pack.ts, compiled from what is in the tree.
const path = require('node:path');
const { serve } = require('../bin/fresh').run('policies/pack.ts');

serve(path.resolve(__dirname, '..'));

'use strict';
// The engine's runner loads this file; the pack itself is pack.ts, compiled from what is in the tree.
const path = require('node:path');
const v8 = require('node:v8');
const { compile } = require('../bin/fresh');
const { load } = require('../bin/code-cache');

// A pack lives for a second or two. V8 would spend a fifth of its processor time on optimising code that is about to end,
// on the cores that the engine and the program are waiting for; with twenty times the budget only what runs often is optimised.
v8.setFlagsFromString('--interrupt-budget=1500000');
const pack = load(compile('policies/pack.ts'));
pack.exports.serve(path.resolve(__dirname, '..'), pack.keepCode);

'use strict';
// What the SDK converts properties with, as lean as the program has it (infra/lean-sdk.js): for every resource of every test
// the library's own makes three objects of each value.
const path = require('node:path');
const { makeLean } = require('../../plugin/lean-struct');

// By its place, since the name is what leads here.
const structs = require(
  path.join(__dirname, '../../node_modules/google-protobuf/google/protobuf/struct_pb.js'),
);

makeLean(structs);
module.exports = structs;

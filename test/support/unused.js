'use strict';
// In place of what the SDK's entry loads and unit tests never touch: its Automation API, and npm's dependency resolver for
// functions that are serialised. Four hundred modules would be read for every test file that declares a resource.
module.exports = {};

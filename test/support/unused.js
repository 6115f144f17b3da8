'use strict';
// In place of what the SDK's entry loads and unit tests never touch: its Automation API, and for functions that are serialised
// npm's dependency resolver and a debugger of the own process, with which every promise takes longer. Four hundred modules would be read for every test file that declares a resource.
module.exports = {};

'use strict';
// The tests of all workers find the same platform.
module.exports = () => require('./environments').use(1);

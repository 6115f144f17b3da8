'use strict';
// The platform that all suites but the unit tests share. Jest runs this once for all projects that name it.
module.exports = () => require('./environments').begin(1);

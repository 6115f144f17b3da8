'use strict';
module.exports = () => require('./environments').end();

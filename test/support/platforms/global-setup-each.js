'use strict';
/**
 * A platform for every worker: what measures traffic has one load, one gateway and one set of routes, and two such tests on
 * one platform would count each other's requests.
 * @param {{ readonly maxWorkers: number }} config
 */
module.exports = ({ maxWorkers }) => require('./environments').begin(maxWorkers);

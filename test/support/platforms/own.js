'use strict';
// Each worker's tests find the platform that was started for it.
module.exports = () => require('./environments').use(Number(process.env['JEST_WORKER_ID'] ?? 1));

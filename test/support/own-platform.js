'use strict';
// Each worker's tests find the platform that was started for it.
const environments = JSON.parse(process.env.REHEARSALS ?? '[]');
Object.assign(process.env, environments[Number(process.env.JEST_WORKER_ID ?? 1) - 1]);

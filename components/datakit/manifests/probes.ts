const ping = { httpGet: { path: '/v1/ping', port: 'http-port' } };

/**
 * DataKit's own manifest has no probes. All three ask `GET :9529/v1/ping`, which DataKit answers to everyone.
 *
 * - startup: five minutes, for a node on which it has much to look at.
 * - readiness: takes it out of the Service in half a minute, so that spans go to a node where they are taken in.
 * - liveness: restarts it after three minutes only, since a restart loses what is in memory, and a busy DataKit is better
 *   than none.
 */
export const probes = {
  startupProbe: { ...ping, periodSeconds: 5, timeoutSeconds: 3, failureThreshold: 60 },
  readinessProbe: { ...ping, periodSeconds: 10, timeoutSeconds: 3, failureThreshold: 3 },
  livenessProbe: { ...ping, periodSeconds: 30, timeoutSeconds: 5, failureThreshold: 6 },
};

import type { TableService } from './application';

const STARTUP_PERIOD_SECONDS = 2;

/**
 * Three probes with three meanings.
 *
 * - startup: nothing else counts until the first answer, so that a slow JVM is not killed while it starts.
 * - readiness: quick, because callers get errors until an unwell pod has left the endpoints.
 * - liveness: slow, because a restart is worse than waiting through a pause of a few seconds.
 */
export function probesOf({ health: path, port, startSeconds }: TableService) {
  const httpGet = { path, port };
  return {
    startupProbe: {
      httpGet,
      periodSeconds: STARTUP_PERIOD_SECONDS,
      timeoutSeconds: 2,
      failureThreshold: Math.ceil(startSeconds / STARTUP_PERIOD_SECONDS),
    },
    readinessProbe: { httpGet, periodSeconds: 5, timeoutSeconds: 2, failureThreshold: 2 },
    livenessProbe: { httpGet, periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 6 },
  };
}

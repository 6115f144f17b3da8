import type { ResolvedLoadTest } from './resolve';

export const files = { script: 'script.js', settings: 'settings.json' } as const;

/** Waited for requests in flight when the time is up. */
const graceSeconds = ({ requestTimeoutSeconds }: ResolvedLoadTest): number => requestTimeoutSeconds;

/** What the Job may take at most: the test, its last requests, and a slow pull of the image. */
export const deadlineSeconds = (settings: ResolvedLoadTest): number =>
  settings.durationSeconds + graceSeconds(settings) + 180;

/** As k6 reads numbers in a threshold: without an exponent. */
const plain = (value: number): string => value.toFixed(6).replace(/\.?0+$/, '');

/** k6's own options; the exit code tells whether the thresholds held. */
function options(settings: ResolvedLoadTest) {
  const { concurrency, durationSeconds, maxErrorRate, maxP95Milliseconds } = settings;
  return {
    scenarios: {
      load: {
        executor: 'constant-vus',
        vus: concurrency,
        duration: `${durationSeconds}s`,
        gracefulStop: `${graceSeconds(settings)}s`,
      },
    },
    thresholds: {
      http_req_failed: [`rate<=${plain(maxErrorRate)}`],
      ...(maxP95Milliseconds === undefined
        ? {}
        : { http_req_duration: [`p(95)<=${plain(maxP95Milliseconds)}`] }),
    },
    summaryTrendStats: ['avg', 'min', 'med', 'p(90)', 'p(95)', 'p(99)', 'max'],
    discardResponseBodies: true,
    userAgent: 'bookinfo-loadtest',
  };
}

/** The script never changes; what the config says is data beside it, so that no value of it can become code. */
const script = `import http from 'k6/http';

const settings = JSON.parse(open('./${files.settings}'));

export const options = settings.options;

export default function () {
  http.get(settings.target, { timeout: settings.timeout });
}
`;

/** The data of the ConfigMap. */
export const configData = (settings: ResolvedLoadTest): Readonly<Record<string, string>> => ({
  [files.script]: script,
  [files.settings]: JSON.stringify(
    { target: settings.target, timeout: `${settings.requestTimeoutSeconds}s`, options: options(settings) },
    null,
    2,
  ),
});

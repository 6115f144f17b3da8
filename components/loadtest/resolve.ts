import { ProblemsError } from '../validation';
import { seconds } from './duration';
import { DEFAULT_IMAGE, DEFAULT_TARGET, type LoadTestSettings } from './settings';
import { loadTestProblems } from './settingsSchema';

/** Settings that have been checked, with every default filled in. */
export interface ResolvedLoadTest extends Required<
  Omit<LoadTestSettings, 'maxP95Milliseconds' | 'allowProduction' | 'duration' | 'requestTimeout'>
> {
  readonly durationSeconds: number;
  readonly requestTimeoutSeconds: number;
  readonly maxP95Milliseconds?: number;
}

/**
 * Checks settings and fills in the defaults.
 * @throws ProblemsError naming everything that is wrong, a test on production that is not allowed among it
 */
export function resolveLoadTestSettings(
  settings: LoadTestSettings,
  { environment }: { readonly environment: string },
  path = 'loadtest',
): ResolvedLoadTest {
  const problems = loadTestProblems(settings, path, environment);
  if (problems.length > 0) throw new ProblemsError(path, problems);
  const { maxP95Milliseconds } = settings;
  return {
    target: settings.target ?? DEFAULT_TARGET,
    concurrency: settings.concurrency ?? 200,
    durationSeconds: seconds(settings.duration ?? '60s')!,
    requestTimeoutSeconds: seconds(settings.requestTimeout ?? '10s')!,
    maxErrorRate: settings.maxErrorRate ?? 0.01,
    ...(maxP95Milliseconds === undefined ? {} : { maxP95Milliseconds }),
    run: settings.run ?? 1,
    wait: settings.wait ?? false,
    image: settings.image ?? DEFAULT_IMAGE,
    requests: settings.requests ?? { cpu: '500m', memory: '256Mi' },
    limits: settings.limits ?? { cpu: '2', memory: '1Gi' },
  };
}

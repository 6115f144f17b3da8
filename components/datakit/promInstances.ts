import { stringify } from 'smol-toml';
import { ProblemsError, type Problem } from '../validation';
import { durationSeconds } from './duration';
import { promKeys, type PromSettings } from './promSettings';

/** The annotation of a pod template from which DataKit starts `prom` collectors on the pod's own node. */
export const PROM_ANNOTATION = 'datakit/prom.instances';

function durationProblem(path: string, text: string): Problem | undefined {
  const seconds = durationSeconds(text);
  if (seconds === undefined) {
    return {
      path,
      problem: `is ${JSON.stringify(text)}, not a duration`,
      remedy: 'write a Go duration such as 10s',
    };
  }
  // Outside of these limits DataKit takes the nearer limit without saying so.
  if (seconds < 1 || seconds > 300) {
    return { path, problem: `is ${text}, outside of 1s to 5m`, remedy: 'write a duration from 1s to 5m' };
  }
  return undefined;
}

function regexProblems(path: string, patterns: readonly string[] = []): Problem[] {
  return patterns.flatMap((pattern, index) => {
    try {
      new RegExp(pattern);
      return [];
    } catch {
      return [
        { path: `${path}[${index}]`, problem: 'is not a regular expression', remedy: 'mend the expression' },
      ];
    }
  });
}

function problemsOf(settings: PromSettings, path: string): Problem[] {
  const filled = (key: 'source' | 'url' | 'measurementName'): Problem[] =>
    settings[key]?.trim() === ''
      ? [{ path: `${path}.${key}`, problem: 'is empty', remedy: `write a ${key} or leave it out` }]
      : [];
  return [
    ...filled('source'),
    ...filled('url'),
    ...filled('measurementName'),
    ...(/^https?:\/\/\S+$/.test(settings.url)
      ? []
      : [
          {
            path: `${path}.url`,
            problem: 'is not an http or https address',
            remedy: 'write the exporter as http://$IP:<port>/<path>',
          },
        ]),
    ...(settings.metricTypes.length === 0
      ? [{ path: `${path}.metricTypes`, problem: 'is empty', remedy: 'name at least one metric type' }]
      : []),
    ...[durationProblem(`${path}.interval`, settings.interval)],
    ...[settings.timeout === undefined ? undefined : durationProblem(`${path}.timeout`, settings.timeout)],
    ...regexProblems(`${path}.metricNameFilter`, settings.metricNameFilter),
    ...regexProblems(`${path}.metricNameFilterIgnore`, settings.metricNameFilterIgnore),
  ].filter((problem): problem is Problem => problem !== undefined);
}

/**
 * The annotation's value: one TOML document with a `[[inputs.prom]]` table per collector.
 *
 * One table that DataKit cannot read makes it drop them all, so everything is checked here.
 * @throws ProblemsError naming every setting out of range.
 */
export function promInstances(collectors: readonly PromSettings[]): string {
  const problems = collectors.flatMap((settings, index) => problemsOf(settings, `prom[${index}]`));
  if (problems.length > 0) throw new ProblemsError(`annotation ${PROM_ANNOTATION}`, problems);
  const tables = collectors.map((settings) =>
    Object.fromEntries(
      (Object.keys(promKeys) as (keyof PromSettings)[])
        .filter((key) => settings[key] !== undefined)
        .map((key) => [promKeys[key], settings[key]]),
    ),
  );
  return stringify({ inputs: { prom: tables } });
}

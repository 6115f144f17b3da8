import { stringify } from 'yaml';
import { sourceKinds } from '../../release';
import { page, table } from './markdown';

/** docs/reference/metric-sources.md. */
export function metricSourcesPage(): string {
  return page('Metric sources', 'release/metrics/registry.ts', [
    [
      'What `bookinfo:metrics` can name, one of them a stack. Their settings are in the',
      '[configuration](configuration.md#bookinfometrics), and [how to name one](../how-to/metrics-source.md) is a page of its own.',
      '',
      'A source with one secret has it in `metricsKey`. Several are one JSON map in there, by their names:',
      '`pulumi config set --secret metricsKey \'{"name": "…"}\'`. An environment variable that the settings name does as well.',
      '',
      ...sourceKinds.flatMap(({ name, about, example, secretNames, languages, emptyHint }) => [
        `## ${name}`,
        '',
        about,
        '',
        '```yaml stack-keys',
        ...stringify({ 'bookinfo:metrics': { [name]: example } })
          .trimEnd()
          .split('\n'),
        '```',
        '',
        ...(Object.keys(secretNames).length === 0
          ? ['It needs no secret.', '']
          : table(
              ['secret', 'what it is'],
              Object.entries(secretNames).map(([key, what]) => [`\`${key}\``, what]),
            )),
        languages.length === 0
          ? 'Queries of your own (`gates.queries`) cannot be asked.'
          : `Queries of your own (\`gates.queries\`): ${languages.join(', ')}.`,
        '',
        `Without series: ${emptyHint}.`,
        '',
      ]),
    ],
  ]);
}

import { z } from 'zod';
import { examine, ProblemsError, rule, type Examples, type Problem } from '../../components/validation';
import type { SourceKind, SourceSurroundings } from './kind';
import { errorsSchema, type ErrorSettings } from './meaning/outcome';
import type { MetricSource } from './model';
import { sourceKinds } from './registry';
import { type SecretPlaces, secretsFor } from './secrets';

type Kind = (typeof sourceKinds)[number];

/** The settings of each source, under its name. */
type Sources = { readonly [K in Kind as K['name']]?: z.output<K['schema']> };
type Shape = { [K in Kind as K['name']]: z.ZodOptional<K['schema']> };

const shape = Object.fromEntries(
  sourceKinds.map(({ name, schema }) => [name, schema.optional()]),
) as unknown as Shape;
const names: readonly string[] = sourceKinds.map(({ name }) => name);

/** The shape of what a stack says of its metrics: exactly one source, and what an error is. */
export const metricsSchema = rule(
  z.strictObject({
    ...shape,
    errors: errorsSchema.optional().describe('Which requests count as errors, whatever the source.'),
  }),
  (value) => {
    const given = Object.keys(value).filter((key) => names.includes(key)).length;
    return given === 1
      ? undefined
      : [
          given === 0 ? 'names no source' : 'names more than one source',
          `name one of ${names.slice(0, -1).join(', ')} and ${names.at(-1)!}`,
        ];
  },
).meta({ oneOf: names.map((name) => ({ required: [name] })) });

/** Where a stack's gates read; exactly one of the sources. */
export type MetricSettings = Sources & { readonly errors?: ErrorSettings };

const examples: Examples = Object.assign(
  {},
  ...sourceKinds.map((kind: SourceKind) => kind.examples ?? {}),
  ...sourceKinds.map(({ name, example }) => ({ [name]: JSON.stringify(example) })),
) as Examples;

/** Everything that is wrong with what a stack says of its metrics. */
export const metricProblems = (raw: unknown, path: string): readonly Problem[] =>
  examine(metricsSchema, raw, path, examples).problems;

/** The typed settings. @throws ProblemsError with everything that is wrong */
export function resolveMetricSettings(raw: unknown, path: string): MetricSettings {
  const { value, problems } = examine(metricsSchema, raw, path, examples);
  if (value === undefined) throw new ProblemsError('metrics', problems);
  return value;
}

/** What a source is brought together with. */
export type Surroundings = SecretPlaces & Pick<SourceSurroundings, 'proxies'>;

/** The kind of source that settings name. */
export function kindOf(settings: MetricSettings): SourceKind {
  const kind = sourceKinds.find(({ name }) => settings[name] !== undefined);
  if (kind === undefined) throw new Error('settings without a source have not been examined');
  return kind;
}

/** Makes the source that settings name. @throws ReleaseError (usage) when a secret of it is missing */
export function sourceOf(settings: MetricSettings, { proxies, ...places }: Surroundings): MetricSource {
  const kind = kindOf(settings);
  const own = settings[kind.name as Kind['name']];
  const secrets = secretsFor(kind.secrets(own), places);
  return kind.create(own, { secrets, proxies, errors: settings.errors });
}

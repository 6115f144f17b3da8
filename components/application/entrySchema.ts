import { egressSchema } from './egressSchema';
import { z } from 'zod';
import {
  didYouMean,
  isMap,
  label,
  quantity,
  rule,
  serviceNameFinding,
  wholeNumber,
  type Finding,
} from '../validation';
import { autoscalingSchema, disruptionSchema } from './scaling';
import { manifestsSchema, manifestsSchemaOf, type ManifestSource } from './sources/schema';
import { versionSchema, type VersionSpec } from './version';

const serviceName = rule(z.string(), (value) => serviceNameFinding(value, 'catalogue'));

const path = rule(z.string(), (value): Finding | undefined =>
  /^\/[^\s?#]*$/.test(value)
    ? undefined
    : [`is ${JSON.stringify(value)}, not a path`, 'write a path that begins with /, such as /healthz'],
).meta({ pattern: '^/[^\\s?#]*$' });

const quantities = z.strictObject({ cpu: quantity, memory: quantity });

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;
const method = rule(z.string(), (word): Finding | undefined =>
  (METHODS as readonly string[]).includes(word)
    ? undefined
    : [
        `is ${JSON.stringify(word)}, not an HTTP method`,
        didYouMean(word.toUpperCase(), METHODS, `write one of ${METHODS.join(', ')}`),
      ],
).meta({ enum: METHODS });

/** A list with something in it and nothing twice. */
export const filled = <S extends z.ZodType>(item: S, example: string) =>
  rule(z.array(item), (list): Finding | undefined => {
    if (list.length === 0) return ['is empty', `write at least one entry, such as ${example}`];
    const again = list.find((entry, index) => list.indexOf(entry) < index);
    return again === undefined
      ? undefined
      : [`names ${JSON.stringify(again)} twice`, `remove the second ${JSON.stringify(again)}`];
  }).meta({ minItems: 1 });

const duration = rule(z.string(), (value): Finding | undefined =>
  /^\d+(\.\d+)?(ms|s|m|h)$/.test(value)
    ? undefined
    : [`is ${JSON.stringify(value)}, not a duration`, 'write a number and a unit, such as 2.5s'],
).meta({ pattern: '^\\d+(\\.\\d+)?(ms|s|m|h)$' });

const entryPath = rule(
  z.strictObject({ exact: path.optional(), prefix: path.optional() }),
  ({ exact, prefix }): Finding | undefined =>
    (exact === undefined) === (prefix === undefined)
      ? ['needs either exact or prefix', 'write one of them, such as { exact: /shop }']
      : undefined,
).meta({ minProperties: 1, maxProperties: 1 });

const versionList = filled(label('v1'), '[v1]');
const versionMap = rule(z.record(label('v1'), versionSchema.nullable()), (map): Finding | undefined =>
  Object.keys(map).length === 0
    ? ['is empty', 'write at least one version, such as { v1: { image: "registry.example.com/cart:1.0.0" } }']
    : undefined,
).meta({ minProperties: 1 });

/** An entry of each kind, its versions and its manifests in one of the forms that they may have. */
function entrySchemas(versions: z.ZodType, manifests: z.ZodType) {
  const shape = {
    name: serviceName,
    calls: z
      .array(
        z.strictObject({
          service: serviceName,
          versions: filled(label('v1'), '[v1]').optional(),
          clientTimeout: duration.optional(),
          methods: filled(method, '[GET]').optional(),
        }),
      )
      .optional(),
    egress: z.array(egressSchema).optional(),
    entry: z
      .strictObject({
        methods: filled(method, '[GET, HEAD]'),
        paths: filled(entryPath, '[{ exact: /shop }]').optional(),
      })
      .optional(),
  };
  const own = {
    ...shape,
    versions: versions.describe('The versions: names alone, or a map of what each has of its own.'),
    autoscaling: autoscalingSchema.optional(),
    disruption: disruptionSchema.optional(),
  };
  return {
    /** A service whose workload the table describes. */
    table: z.strictObject({
      ...own,
      port: wholeNumber(1024, 65_535, 'a port that a user without privileges may listen on'),
      health: path,
      startSeconds: wholeNumber(1, 3_600, 'seconds'),
      resources: z.strictObject({ requests: quantities, limits: quantities }),
      env: z.record(z.string(), z.string()).optional(),
      scratch: z.record(z.string(), path).optional(),
      logs: z
        .strictObject({ pipeline: z.string().optional(), multilineMatch: z.string().optional() })
        .optional(),
    }),
    /** A service whose workload its own manifests describe. */
    manifests: z.strictObject({
      ...own,
      manifests: manifests.describe(
        'Where its manifests are: a folder, file or glob relative to this file, a chart, a kustomization, or a list of these.',
      ),
      deployment: z
        .string()
        .optional()
        .describe(
          "Which of their Deployments is meant. Default: the one of the service's name, else the only one.",
        ),
      container: z
        .string()
        .optional()
        .describe(
          "Which container runs the versions' images. Default: the only one, else the one with that image.",
        ),
    }),
    /** A service whose versions somebody else runs. */
    existing: z.strictObject({
      ...shape,
      existing: z.strictObject({
        deployments: z
          .record(label('v1'), z.string())
          .meta({ minProperties: 1 })
          .describe('The Deployment of each version, by version.'),
        ports: z
          .array(
            z.strictObject({
              name: z.string().optional(),
              port: wholeNumber(1, 65_535),
              targetPort: wholeNumber(1, 65_535).optional(),
              protocol: z.string().optional(),
              appProtocol: z.string().optional(),
            }),
          )
          .optional()
          .describe('The ports of its Service, as Kubernetes has them. Needed for the entry only.'),
      }),
    }),
  };
}

export const whole = entrySchemas(z.union([versionList, versionMap]), manifestsSchema);

type RawBase = z.output<(typeof whole)[keyof typeof whole]>;
/** What the forms of versions and manifests have in common is not typed by the schema, which is made of them. */
export type RawService = RawBase & {
  readonly versions?: readonly string[] | Readonly<Record<string, VersionSpec | null>>;
  readonly manifests?: ManifestSource | readonly ManifestSource[];
};

/** Which of the three an entry is: its keys say it, so that what is wrong with it is said in terms of its own kind. */
export const kindOf = (raw: unknown): keyof typeof whole =>
  isMap(raw) && 'existing' in raw ? 'existing' : isMap(raw) && 'manifests' in raw ? 'manifests' : 'table';

/** The schema of one entry as it is written, so that a problem is told of the form that was meant. */
export function schemaOf(raw: unknown): z.ZodType<RawService> {
  const { versions, manifests } = isMap(raw) ? raw : {};
  const schemas = entrySchemas(isMap(versions) ? versionMap : versionList, manifestsSchemaOf(manifests));
  return schemas[kindOf(raw)] as unknown as z.ZodType<RawService>;
}

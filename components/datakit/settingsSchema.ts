import { z } from 'zod';
import {
  didYouMean,
  examine,
  imageFinding,
  isMap,
  joinPath,
  label,
  labelFinding,
  quantity,
  rule,
  type Examples,
  type Problem,
  wholeNumber,
} from '../validation';
import { collectorProblems, type Checked } from './collectors/collector';
import {
  container,
  ddtrace,
  kubernetesPrometheus,
  opentelemetry,
  profile,
  prom,
  rum,
  statsd,
  zipkin,
} from './collectors';
import { containerOptionsKind, optionsKind, tagList } from './env';
import { pipelineProblems, type Pipeline } from './pipelines';
import type { CollectorSettings, DataKitSettings } from './settings';
import { list, oneOf, text, url } from './table';

const inputName = text('cpu', (value) =>
  /^[a-z][a-z0-9_]*$/.test(value)
    ? undefined
    : [`is ${JSON.stringify(value)}, not a collector`, 'write a name such as hostobject'],
);

const quantities = z.strictObject({ cpu: quantity, memory: quantity });

/** What a stack may say of DataKit; collectors and scripts are read by their own tables. */
const settingsSchema = z.strictObject({
  clusterName: label('shop'),
  namespace: label('datakit').optional(),
  image: rule(z.string(), imageFinding).optional(),
  datawayUrl: rule(url.schema, (value) =>
    /[?#]/.test(value)
      ? ['has a query', 'write the address alone; the token is given as a secret']
      : undefined,
  ).optional(),
  hostTags: tagList.schema.optional(),
  electionTags: tagList.schema.optional(),
  inputs: list(inputName).schema.optional(),
  collectors: z.unknown().optional(),
  sidecarScraping: oneOf('annotation', 'kubernetesprometheus').schema.optional(),
  sidecarNamespaces: z.array(label('prod')).optional(),
  pipelines: z.unknown().optional(),
  options: optionsKind.schema.optional(),
  containerOptions: containerOptionsKind.schema.optional(),
  permissions: z
    .strictObject({ clusterRoles: z.boolean().optional(), podsExec: z.boolean().optional() })
    .optional(),
  requests: quantities.optional(),
  limits: quantities.optional(),
  tolerations: z
    .array(
      z.strictObject({
        key: z.string().optional(),
        operator: oneOf('Exists', 'Equal').schema.optional(),
        value: z.string().optional(),
        effect: oneOf('NoSchedule', 'PreferNoSchedule', 'NoExecute').schema.optional(),
      }),
    )
    .optional(),
  maxUnavailable: rule(z.unknown(), (value) =>
    (typeof value === 'number' && Number.isInteger(value) && value >= 1) ||
    (typeof value === 'string' && /^([1-9]\d?|100)%$/.test(value))
      ? undefined
      : ['is neither a number of nodes nor a percentage', 'write 1 or more, or a percentage such as 10%'],
  )
    .meta({
      anyOf: [
        { type: 'integer', minimum: 1 },
        { type: 'string', pattern: '^([1-9]\\d?|100)%$' },
      ],
    })
    .optional(),
  tokenGeneration: wholeNumber(0, Infinity, 'one more with each new token').optional(),
});

const examples: Examples = {
  ...optionsKind.examples,
  ...containerOptionsKind.examples,
  clusterName: 'shop',
  namespace: 'datakit',
  hostTags: '{ region: "eu-1" }',
  cpu: '200m',
  memory: '128Mi',
};

/** The collectors with one file each, by the name of their setting. */
const single: Readonly<Record<Exclude<keyof CollectorSettings, 'prom'>, Checked>> = {
  zipkin: zipkin.kind,
  kubernetesPrometheus: kubernetesPrometheus.kind,
  container: container.kind,
  profile: profile.kind,
  opentelemetry: opentelemetry.kind,
  ddtrace: ddtrace.kind,
  statsd: statsd.kind,
  rum: rum.kind,
};

const known = [...Object.keys(single), 'prom'];
/** The shapes of the settings, and of the collectors by the names of their settings; `prom` has one for each exporter. */
export const datakitSchemas = {
  settings: settingsSchema,
  collectors: { ...single, prom: prom.kind } as Readonly<Record<keyof CollectorSettings, Checked>>,
};

/** On by default, so that off has to be said. */
export const removable = ['zipkin', 'container'];

const entriesOf = (value: unknown): [string, unknown][] | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.entries(value) : undefined;

const notAMap = (path: string): Problem => ({
  path,
  problem: 'is not a map',
  remedy: 'write a map of keys and values',
});

function collectorsProblems(raw: unknown, path: string): readonly Problem[] {
  const entries = entriesOf(raw);
  if (entries === undefined) return [notAMap(path)];
  return entries.flatMap(([name, value]): readonly Problem[] => {
    const place = joinPath(path, [name]);
    if (value === undefined || (value === false && removable.includes(name))) return [];
    if (name === 'prom') {
      const exporters = entriesOf(value);
      if (exporters === undefined) return [notAMap(place)];
      return exporters.flatMap(([exporter, settings]) => [
        ...nameProblems(exporter, joinPath(place, [exporter])),
        ...collectorProblems(prom.kind, settings, joinPath(place, [exporter])),
      ]);
    }
    const kind: Checked | undefined = (single as Readonly<Record<string, Checked>>)[name];
    return kind === undefined
      ? [
          {
            path: place,
            problem: 'is not a known collector',
            remedy: didYouMean(name, known, `remove it; the collectors are ${known.join(', ')}`),
          },
        ]
      : collectorProblems(kind, value, place);
  });
}

/** Names become parts of file names and of keys of a ConfigMap. */
function nameProblems(name: string, path: string): Problem[] {
  const finding = labelFinding(name.replaceAll('_', '-'), 'istiod');
  return finding === undefined
    ? []
    : [{ path, problem: `has a name that ${finding[0]}`, remedy: finding[1] }];
}

function scriptProblems(raw: unknown, path: string): readonly Problem[] {
  const entries = entriesOf(raw);
  if (entries === undefined) return [notAMap(path)];
  return entries.flatMap(([name, pipeline]) => {
    const place = joinPath(path, [name]);
    const steps = isMap(pipeline) ? pipeline['steps'] : undefined;
    return [
      ...nameProblems(name, place),
      ...(Array.isArray(steps)
        ? pipelineProblems(pipeline as Pipeline, place)
        : [{ path: place, problem: 'has no steps', remedy: 'write a map with a list of steps' }]),
    ];
  });
}

/** Everything that is wrong with settings, those of collectors and scripts among them. */
export function settingsProblems(settings: DataKitSettings, path: string): readonly Problem[] {
  const raw: unknown = settings;
  const { collectors, pipelines } = isMap(raw) ? raw : {};
  return [
    ...examine(settingsSchema, raw, path, examples).problems,
    ...(collectors === undefined ? [] : collectorsProblems(collectors, `${path}.collectors`)),
    ...(pipelines === undefined ? [] : scriptProblems(pipelines, `${path}.pipelines`)),
  ];
}

import { join } from 'node:path';
import { accessSchema } from '../../components/access/pure';
import { applicationSchema, bookinfo } from '../../components/application/pure';
import {
  commandSecretKeys,
  overrideSchema,
  releaseSchema,
  routePoliciesSchema,
} from '../../components/canary/pure';
import { datakitSchemas, removableCollectors } from '../../components/datakit/pure';
import { edgeSchema } from '../../components/edge/pure';
import { gatewayApiSchema } from '../../components/gatewayApi/pure';
import { istioSchema, removableParts } from '../../components/istio/pure';
import { loadTestSchema } from '../../components/loadtest/pure';
import { securitySchema } from '../../components/security/pure';
import { KEY_PREFIX, layerRules, layers, schemaFor, secretKeys } from '../../infra/config';
import {
  convergenceSchema,
  gatesSchema,
  lockSchema,
  metricsSchema,
  notifySchema,
  optionalChecks,
} from '../../release';
import { describe, withDefaults } from './describe';
import { readTypes } from './docstrings';
import { orOff, propertyOf, replace, shapeOf, type JsonSchema } from './jsonSchema';

const DRAFT = 'http://json-schema.org/draft-07/schema#';

/** A value that the engine keeps encrypted. */
const secret: JsonSchema = {
  type: 'object',
  properties: { secure: { type: 'string' } },
  required: ['secure'],
  additionalProperties: false,
};

const oneStep: JsonSchema = {
  anyOf: [
    { enum: ['baseline', 'finished'] },
    { type: 'integer', minimum: 0, maximum: 100 },
    { type: 'string', pattern: '^(0|[1-9]\\d?|100)$' },
  ],
};

const secretDescriptions: Readonly<Record<string, string>> = {
  datakitToken: "DataKit's token of the workspace.",
  metricsKey: 'The key of the source that `metrics` names.',
  webhookSecret: 'Signs what the webhook of `notify` is sent.',
  gitlabToken: 'Lets `notify.gitlab` write notes on merge requests.',
};

function datakit(types: ReturnType<typeof readTypes>): JsonSchema {
  const schema = shapeOf(datakitSchemas.settings);
  const collectors = Object.entries(datakitSchemas.collectors).map(([name, { schema: one }]) => {
    const shape = shapeOf(one);
    const placed: JsonSchema = name === 'prom' ? { type: 'object', additionalProperties: shape } : shape;
    return [name, removableCollectors.includes(name) ? orOff(placed) : placed] as const;
  });
  replace(schema, 'collectors', {
    type: 'object',
    properties: Object.fromEntries(collectors),
    additionalProperties: false,
  });
  replace(schema, 'pipelines', { type: 'object' });
  return describe(schema, 'DataKitSettings', types);
}

/** The schemas of the keys that parts of the program and the release command read, by key. */
function partSchemas(root: string): Readonly<Record<string, JsonSchema>> {
  const typesOf = (component: string) => readTypes(join(root, 'components', component));
  const canary = typesOf('canary');
  const release: JsonSchema = { $ref: '#/definitions/release' };
  const istio = shapeOf(istioSchema);
  for (const part of removableParts) replace(istio, part, orOff(propertyOf(istio, part)));
  const gates = shapeOf(gatesSchema);
  for (const check of optionalChecks) replace(gates, check, orOff(propertyOf(gates, check)));
  const services = bookinfo.services.map(({ name }) => name);
  return {
    application: { type: 'string', pattern: '\\S' },
    release: { anyOf: [release, { type: 'array', items: release }] },
    step: { anyOf: [...oneStep.anyOf!, { type: 'object', additionalProperties: oneStep }] },
    override: describe(shapeOf(overrideSchema), 'StepOverride', canary),
    routePolicies: routePolicies(canary),
    istio: describe(istio, 'IstioSettings', typesOf('istio')),
    gatewayApi: describe(shapeOf(gatewayApiSchema), 'GatewayApiSettings', typesOf('gatewayApi')),
    datakit: datakit(typesOf('datakit')),
    security: describe(shapeOf(securitySchema(services)), 'SecuritySettings', typesOf('security')),
    edge: describe(shapeOf(edgeSchema), 'EdgeSettings', typesOf('edge')),
    loadtest: describe(shapeOf(loadTestSchema), 'LoadTestSettings', typesOf('loadtest')),
    access: describe(shapeOf(accessSchema), 'AccessSettings', typesOf('access')),
    gates: { description: 'What a step is judged by, and how long it is watched.', ...gates },
    metrics: {
      description:
        'Where the gates read: one of Prometheus, Guance and the proxies. Default: nowhere, and no step passes.',
      ...shapeOf(metricsSchema),
    },
    notify: { description: 'Who is told of a release. Default: nobody.', ...shapeOf(notifySchema) },
    releaseLock: { description: "Where a release's lock lies. Default: a Lease.", ...shapeOf(lockSchema) },
    convergence: {
      description: 'How the release command sees that the proxies route by a step.',
      ...shapeOf(convergenceSchema),
    },
  };
}

function routePolicies(canary: ReturnType<typeof readTypes>): JsonSchema {
  const schema = shapeOf(routePoliciesSchema);
  if (typeof schema.additionalProperties !== 'object') throw new Error('route policies are no map any more');
  describe(schema.additionalProperties, 'RoutePolicy', canary);
  return schema;
}

const key = (name: string): string => `${KEY_PREFIX}${name}`;

/** A config whose layers have none of these. */
const withoutLayers = (readers: readonly string[]): JsonSchema => ({
  properties: { [key('layers')]: { not: { contains: { enum: readers } } } },
  required: [key('layers')],
});

/** What the layers that a stack lists make of its other keys. */
function layerConditions(): JsonSchema[] {
  const readers = [...new Set(layerRules.map(({ readBy }) => [...readBy].sort().join()))];
  return readers.flatMap((names): JsonSchema[] => {
    const rules = layerRules.filter(({ readBy }) => [...readBy].sort().join() === names);
    const needed = rules.filter((rule) => rule.needed).map((rule) => key(rule.key));
    const unread: JsonSchema = {
      if: withoutLayers(names.split(',')),
      then: { properties: Object.fromEntries(rules.map((rule) => [key(rule.key), false as const])) },
    };
    return needed.length === 0
      ? [unread]
      : [unread, { if: withLayers(names.split(',')), then: { required: needed } }];
  });
}

const withLayers = (readers: readonly string[]): JsonSchema => ({
  properties: { [key('layers')]: { contains: { enum: readers } } },
  required: [key('layers')],
});

/** A release needs its step; an empty list of releases has none. */
const releaseConditions: readonly JsonSchema[] = [
  { if: withLayers(['release']), then: { required: [key('release')] } },
  {
    if: {
      allOf: [
        withLayers(['release']),
        {
          properties: { [key('release')]: { anyOf: [{ type: 'object' }, { type: 'array', minItems: 1 }] } },
          required: [key('release')],
        },
      ],
    },
    then: { required: [key('step')] },
  },
];

/**
 * The schema of stacks/Pulumi.<stack>.yaml: what the validators ask of the shape of a config, with the docstrings of the types
 * that they read into.
 * @param root The folder of Pulumi.yaml.
 */
export function stackSchema(root: string): JsonSchema {
  const config = shapeOf(schemaFor(bookinfo));
  for (const [name, schema] of Object.entries(partSchemas(root))) {
    if (config.properties?.[name] === undefined) config.properties![name] = schema;
    else replace(config, name, schema);
  }
  for (const name of [...secretKeys, ...commandSecretKeys]) {
    config.properties![name] = {
      description: `${secretDescriptions[name] ?? ''} Only ever set with pulumi config set --secret.`.trim(),
      ...secret,
    };
  }
  const release = describe(shapeOf(releaseSchema), 'Release', readTypes(join(root, 'components', 'canary')));
  const properties = Object.fromEntries(
    Object.entries(config.properties!).map(([name, schema]) => [key(name), schema]),
  );
  return withDefaults({
    $schema: DRAFT,
    title: "A stack's config",
    description: `Made by npm run schema from the validators of the program (layers ${layers.join(', ')}) and of the release command.`,
    type: 'object',
    properties: {
      config: {
        type: 'object',
        properties,
        // Keys of providers, such as kubernetes:context, are theirs to check.
        patternProperties: { [`^(?!${KEY_PREFIX})[^:]+:`]: {} },
        additionalProperties: false,
        required: (config.required ?? []).map(key),
        allOf: [...layerConditions(), ...releaseConditions],
      },
      encryptionsalt: { type: 'string', description: 'The salt of the passphrase; the engine writes it.' },
      secretsprovider: { type: 'string', description: 'What encrypts the secrets, such as a cloud key.' },
      encryptedkey: { type: 'string', description: 'The key of the secrets, encrypted by the provider.' },
      environment: { description: 'Pulumi ESC environments.' },
    },
    required: ['config'],
    additionalProperties: false,
    definitions: { release },
  });
}

/**
 * The schema of an application's table.
 * @param root The folder of Pulumi.yaml.
 */
export function tableSchema(root: string): JsonSchema {
  const types = readTypes(join(root, 'components', 'application'));
  return withDefaults({
    $schema: DRAFT,
    title: "An application's table",
    description: 'Made by npm run schema from the validator of components/application.',
    ...describe(shapeOf(applicationSchema), 'Application', types),
  });
}

import { z } from 'zod';
import {
  closest,
  didYouMean,
  examine,
  failure,
  imageFinding,
  isMap,
  joinPath,
  label,
  success,
  type Examples,
  type Finding,
  type Problem,
  type Result,
} from '../validation';
import { imageOf, type Application, type ServiceSpec } from './application';
import { filled, kindOf, schemaOf, whole, type RawService } from './entrySchema';
import { loadServices, type ApplicationPlace } from './loadServices';
import { entryPort } from './ports';

const applicationShape = {
  name: label('shop'),
  image: z.string().optional(),
  imageTag: z.string().optional(),
  clusterScoped: z
    .array(z.string())
    .optional()
    .describe(
      'Cluster-scoped kinds of the manifests as `group/Kind`, such as `cert-manager.io/ClusterIssuer`. Default: those of Kubernetes, and those that the manifests define.',
    ),
};

/** The shape of an application's table. The rules between its services are `parseApplication`'s. */
export const applicationSchema = z.strictObject({
  ...applicationShape,
  services: filled(z.union([whole.table, whole.manifests, whole.existing]), '{ name: web, … }'),
});

/** The same with entries that are read one by one. */
const headSchema = z.strictObject({ ...applicationShape, services: filled(z.unknown(), '{ name: web, … }') });

interface Raw {
  readonly name?: string;
  readonly image?: string;
  readonly imageTag?: string;
  readonly services?: readonly Partial<RawService>[];
}

const examples: Examples = {
  name: 'shop',
  image: 'registry.example.com/shop/{service}:{version}',
  port: '8080',
  versions: '[v1]',
  health: '/healthz',
  startSeconds: '30',
  resources: '{ requests: { cpu: 50m, memory: 64Mi }, limits: { cpu: 500m, memory: 256Mi } }',
  requests: '{ cpu: 50m, memory: 64Mi }',
  limits: '{ cpu: 500m, memory: 256Mi }',
  cpu: '50m',
  memory: '64Mi',
  service: 'catalogue',
  methods: '[GET]',
  clientTimeout: '2.5s',
  egress: '[{ host: api.example.com, ports: [443] }]',
  host: 'api.example.com',
  cidrs: '[10.20.0.0/16]',
  ports: '[443]',
  protocol: 'TLS',
  manifests: 'k8s/cart',
  existing: '{ deployments: { v1: cart-v1, v2: cart-v2 } }',
  deployments: '{ v1: cart-v1, v2: cart-v2 }',
  maxReplicas: '10',
};

/** What only shows when the services are seen together. */
function betweenServices({ name, services = [] }: Raw, path: string): Problem[] {
  const problems: Problem[] = [];
  const add = (place: readonly PropertyKey[], problem: string, remedy: string) =>
    problems.push({ path: joinPath(path, place), problem, remedy });
  const names = services.map((one) => one?.name);
  const entries = services.flatMap((one, index) => (one?.entry === undefined ? [] : [index]));
  for (const [index, one] of services.entries()) {
    if (one?.name === undefined) continue;
    if (names.indexOf(one.name) < index) {
      add(['services', index, 'name'], `is ${one.name} again`, 'give each service a name of its own');
    }
    if (one.name === name) {
      add(
        ['services', index, 'name'],
        `is ${name}, the application's own name, which its routes from the gateway bear`,
        'name one of the two otherwise',
      );
    }
    for (const [at, call] of (one.calls ?? []).entries()) {
      const callee = call?.service;
      if (callee === undefined || (names.includes(callee) && callee !== one.name)) continue;
      const others = names.filter((other): other is string => other !== undefined && other !== one.name);
      // Beside what the table lists, manifests have databases and queues, and others run what exists already.
      const outside = kindOf(one) !== 'table' && callee !== one.name && closest(callee, others) === undefined;
      if (outside) continue;
      add(
        ['services', index, 'calls', at, 'service'],
        `is ${callee}, which is ${callee === one.name ? 'the caller itself' : 'no service of this table'}`,
        didYouMean(callee, others, `name one of ${others.join(', ')}`),
      );
    }
  }
  const needed = services.every((one) => kindOf(one) === 'table');
  if (services.length > 0 && (entries.length > 1 || (needed && entries.length === 0))) {
    add(
      ['services'],
      entries.length === 0 ? 'have no entry: nothing could call them' : 'have more than one entry',
      'give entry to the one service that the ingress gateway leads to',
    );
  }
  return problems;
}

function imageProblems(raw: Raw, path: string): Problem[] {
  const { image, imageTag } = raw;
  if (image === undefined) return [];
  const [unknown] = [...image.matchAll(/\{(\w*)\}/g)].filter(
    ([, word]) => !['service', 'version', 'tag'].includes(word!),
  );
  const finding: Finding | undefined =
    unknown !== undefined
      ? [`has ${unknown[0]} in it, which stands for nothing`, 'use {service}, {version} and {tag}']
      : image.includes('{tag}') && imageTag === undefined
        ? ['has {tag} in it, and there is no imageTag', 'add imageTag, such as "1.0.0"']
        : imageFinding(imageOf({ image, imageTag }, 'web', 'v1')!);
  return finding === undefined
    ? []
    : [{ path: joinPath(path, ['image']), problem: finding[0], remedy: finding[1] }];
}

/** Requests from outside enter by a port. */
const entryProblems = (services: readonly ServiceSpec[], path: string): readonly Problem[] =>
  services.flatMap((spec, index) =>
    spec.entry === undefined || entryPort(spec) !== undefined
      ? []
      : [
          {
            path: joinPath(path, ['services', index, 'entry']),
            problem: `is set, and no Service of ${spec.name} is known: no port leads to its pods`,
            remedy:
              'existing' in spec
                ? 'add existing.ports, such as [{ name: http, port: 80 }]'
                : 'add the Service to its manifests, or leave entry out',
          },
        ],
  );

/** Every entry, read by the schema of its kind. */
function readServices(raw: readonly unknown[], path: string) {
  const read = raw.map((one, index) =>
    examine(schemaOf(one), one, joinPath(path, ['services', index]), examples),
  );
  return {
    problems: read.flatMap(({ problems }) => problems),
    sound: read.map(({ sound }) => (isMap(sound) ? (sound as Partial<RawService>) : {})),
    values: read.map(({ value }) => value),
  };
}

/**
 * Reads an application's table and the manifests that it names.
 * @param path How the place is called in problems, such as the file's name.
 * @param place Default: the working folder.
 */
export function parseApplication(
  raw: unknown,
  path: string,
  place: ApplicationPlace = { folder: process.cwd() },
): Result<Application> {
  const head = examine(headSchema, raw, path, examples);
  const rest = isMap(head.sound) ? head.sound : {};
  const listed = Array.isArray(rest['services']) ? (rest['services'] as readonly unknown[]) : [];
  const read = readServices(listed, path);
  const sound: Raw = { ...rest, services: read.sound };
  const loaded = loadServices(read.values, path, place);
  const problems = [
    ...head.problems,
    ...read.problems,
    ...betweenServices(sound, path),
    ...imageProblems(sound, path),
    ...loaded.problems,
  ];
  if (head.value === undefined || problems.length > 0) return failure(problems);
  const { services: _services, ...common } = head.value;
  const closed = entryProblems(loaded.services, path);
  if (closed.length > 0) return failure(closed);
  const { objects } = loaded;
  return success({
    ...common,
    services: loaded.services,
    ...(objects.length === 0 ? {} : { objects }),
  });
}

import { z } from 'zod';
import {
  didYouMean,
  examine,
  failure,
  imageFinding,
  isMap,
  joinPath,
  label,
  quantity,
  rule,
  serviceNameFinding,
  success,
  type Examples,
  type Finding,
  type Problem,
  type Result,
  wholeNumber,
} from '../validation';
import { imageOf, type Application } from './application';

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
const filled = <S extends z.ZodType>(item: S, example: string) =>
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

const service = z.strictObject({
  name: serviceName,
  port: wholeNumber(1024, 65_535, 'a port that a user without privileges may listen on'),
  versions: filled(label('v1'), '[v1]'),
  health: path,
  startSeconds: wholeNumber(1, 3_600, 'seconds'),
  resources: z.strictObject({ requests: quantities, limits: quantities }),
  env: z.record(z.string(), z.string()).optional(),
  scratch: z.record(z.string(), path).optional(),
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
  entry: z
    .strictObject({
      methods: filled(method, '[GET, HEAD]'),
      paths: filled(entryPath, '[{ exact: /shop }]').optional(),
    })
    .optional(),
  logs: z.strictObject({ pipeline: z.string().optional(), multilineMatch: z.string().optional() }).optional(),
});

/** The shape of an application's table. The rules between its services are `parseApplication`'s. */
export const applicationSchema = z.strictObject({
  name: label('shop'),
  image: z.string().optional(),
  imageTag: z.string().optional(),
  services: filled(service, '{ name: web, … }'),
});

type Raw = Partial<z.output<typeof applicationSchema>>;

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
      add(
        ['services', index, 'calls', at, 'service'],
        `is ${callee}, which is ${callee === one.name ? 'the caller itself' : 'no service of this table'}`,
        didYouMean(callee, others, `name one of ${others.join(', ')}`),
      );
    }
  }
  if (services.length > 0 && entries.length !== 1) {
    add(
      ['services'],
      entries.length === 0 ? 'have no entry: nothing could call them' : 'have more than one entry',
      'give entry to the one service that the ingress gateway leads to',
    );
  }
  return problems;
}

function imageProblems(raw: Raw, path: string): Problem[] {
  const { name = 'shop', image, imageTag } = raw;
  if (image === undefined) return [];
  const [unknown] = [...image.matchAll(/\{(\w*)\}/g)].filter(
    ([, word]) => !['service', 'version', 'tag'].includes(word!),
  );
  const finding: Finding | undefined =
    unknown !== undefined
      ? [`has ${unknown[0]} in it, which stands for nothing`, 'use {service}, {version} and {tag}']
      : image.includes('{tag}') && imageTag === undefined
        ? ['has {tag} in it, and there is no imageTag', 'add imageTag, such as "1.0.0"']
        : imageFinding(imageOf({ name, image, imageTag, services: [] }, 'web', 'v1')!);
  return finding === undefined
    ? []
    : [{ path: joinPath(path, ['image']), problem: finding[0], remedy: finding[1] }];
}

/**
 * Reads an application's table.
 * @param path How the place is called in problems, such as the file's name.
 */
export function parseApplication(raw: unknown, path: string): Result<Application> {
  const { problems, value, sound } = examine(applicationSchema, raw, path, examples);
  const rest: Raw = isMap(sound) ? sound : {};
  const all = [...problems, ...betweenServices(rest, path), ...imageProblems(rest, path)];
  // The rule of a path leaves exactly the two shapes of EntryPath; the schema's type is wider.
  return value === undefined || all.length > 0 ? failure(all) : success(value as Application);
}

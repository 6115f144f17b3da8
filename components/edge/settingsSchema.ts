import { z } from 'zod';
import {
  examine,
  imageFinding,
  quantityFinding,
  rule,
  rules,
  type Examples,
  type Finding,
  type Located,
  type Problem,
  wholeNumber,
} from '../validation';
import { directives, serviceTypes, traceTypes } from './settings';

/** Any text that says something: it only ever gets into JSON, so no character of it can do harm. */
const text = rule(z.string(), (value) =>
  value.trim() === '' ? ['is empty', 'write a text, or leave the key out'] : undefined,
);

/**
 * Addresses do get into nginx's configuration and into a header, so they are held to characters that mean nothing in
 * either. A query or a login in them would have no meaning here.
 */
function urlFinding(value: string, schemes: string, path: boolean, example: string): Finding | undefined {
  const shape = new RegExp(`^(${schemes})://([A-Za-z0-9.-]+|\\[[0-9a-f:]+\\])(:\\d{1,5})?(/[\\w.~/-]*)?$`);
  const remedy = `write an address such as ${example}`;
  if (!shape.test(value) || !URL.canParse(value)) return ['is not an address of that kind', remedy];
  return !path && new URL(value).pathname !== '/'
    ? ['has a path, which would not be used', remedy]
    : undefined;
}
const url = (example: string, { schemes = 'https?', path = true } = {}) =>
  rule(z.string(), (value) => urlFinding(value, schemes, path, example));

const percentage = rule(z.number(), (value) =>
  value >= 0 && value <= 100
    ? undefined
    : [`is ${value}, not a percentage`, 'write a number from 0 to 100, such as 100'],
).meta({ minimum: 0, maximum: 100 });

function oneOf<const T extends readonly string[]>(words: T) {
  return rule(z.string(), (value) =>
    words.includes(value)
      ? undefined
      : [`is ${JSON.stringify(value)}, which is unknown`, `write one of ${words.join(', ')}`],
  ).meta({ enum: words });
}

const quantity = rule(z.string(), (value) => quantityFinding(value, '50m or 32Mi'));
const quantities = z.strictObject({ cpu: quantity, memory: quantity });

/** Everything a source of the policy may be; a semicolon, a comma or a space would begin something else. */
const source = rule(z.string(), (value) =>
  /^('(self|none|unsafe-inline|unsafe-eval|wasm-unsafe-eval|strict-dynamic|unsafe-hashes)'|'sha(256|384|512)-[A-Za-z0-9+/]+={0,2}'|(data|blob|https?|wss?):|((https?|wss?):\/\/)?(\*\.)?[A-Za-z0-9.-]+(:(\d{1,5}|\*))?(\/[\w.~/-]*)?)$/.test(
    value,
  )
    ? undefined
    : [
        'is not a source of a content security policy',
        `write an origin such as https://cdn.example.com, or a keyword in quotes such as "'self'"`,
      ],
);

function destination(rum: Readonly<Record<string, unknown>>): readonly Located[] {
  const has = (key: string) => rum[key] !== undefined;
  if (has('datakitOrigin')) {
    return ['site', 'clientToken'].filter(has).map((key) => ({
      key,
      finding: ['is there beside datakitOrigin', 'name either datakitOrigin or site with clientToken'],
    }));
  }
  if (!has('site') && !has('clientToken')) {
    return [
      {
        finding: [
          'does not say where data go',
          'add datakitOrigin, such as https://rum.example.com, or site and clientToken',
        ],
      },
    ];
  }
  return (
    [
      ['site', 'the address of the public intake, such as https://rum-openway.guance.com'],
      ['clientToken', "the application's client token"],
    ] as const
  )
    .filter(([key]) => !has(key))
    .map(([key, what]) => ({ key, finding: ['is missing', `add ${key}, ${what}`] }));
}

const rum = rules(
  z.strictObject({
    applicationId: text,
    datakitOrigin: url('https://rum.example.com').optional(),
    site: url('https://rum-openway.guance.com').optional(),
    clientToken: text.optional(),
    env: text.optional(),
    version: text.optional(),
    service: text.optional(),
    sessionSampleRate: percentage.optional(),
    sessionReplaySampleRate: percentage.optional(),
    trackUserInteractions: z.boolean().optional(),
    tracingSampleRate: percentage.optional(),
    traceType: oneOf(traceTypes).optional(),
    traceId128Bit: z.boolean().optional(),
    allowedTracingUrls: z.array(url('https://api.example.com')).optional(),
    sdkUrl: url('https://cdn.example.com/dataflux-rum.js').optional(),
  }),
  destination,
);

const service = rules(
  z.strictObject({ type: oneOf(serviceTypes).optional(), nodePort: wholeNumber(1, 65_535).optional() }),
  ({ type = 'ClusterIP', nodePort }) =>
    nodePort !== undefined && type === 'ClusterIP'
      ? [{ key: 'nodePort', finding: ['is there without a port of nodes', 'set type to NodePort'] }]
      : [],
);

/** The shape of the settings. */
export const edgeSchema = z.strictObject({
  rum,
  upstream: url('http://192.168.49.2:32156', { schemes: 'http', path: false }).optional(),
  image: rule(z.string(), imageFinding).optional(),
  replicas: wholeNumber(1, 100).optional(),
  service: service.optional(),
  contentSecurityPolicy: z
    .strictObject({
      allow: z
        .strictObject(Object.fromEntries(directives.map((name) => [name, z.array(source).optional()])))
        .optional(),
      reportOnly: z.boolean().optional(),
    })
    .optional(),
  requests: quantities.optional(),
  limits: quantities.optional(),
});

const examples: Examples = {
  rum: '{ applicationId: bookinfo, datakitOrigin: "https://rum.example.com" }',
  applicationId: 'bookinfo',
  datakitOrigin: 'https://rum.example.com',
  site: 'https://rum-openway.guance.com',
  upstream: 'http://192.168.49.2:32156',
  allowedTracingUrls: '["https://api.example.com"]',
  replicas: '2',
  cpu: '50m',
  memory: '32Mi',
};

/** Everything that is wrong with the settings. Values of `rum` are not repeated in it. */
export function edgeProblems(raw: unknown, path: string): readonly Problem[] {
  return examine(edgeSchema, raw, path, examples).problems;
}

import { z } from 'zod';
import { bookinfo } from '../../components/bookinfo';
import type { SidecarScraping } from '../../components/datakit/pure';
import {
  didYouMean,
  imageFinding,
  labelFinding,
  rule,
  type Examples,
  type Finding,
} from '../../components/validation';
import { layers } from './settings';

const serviceNames = bookinfo.services.map(({ name }) => name);

const scrapingWays: readonly SidecarScraping[] = ['annotation', 'kubernetesprometheus'];

const oneOf = (word: string, known: readonly string[]): Finding | undefined =>
  known.includes(word)
    ? undefined
    : [
        `is ${JSON.stringify(word)}, which there is not`,
        didYouMean(word, known, `write one of ${known.join(', ')}`),
      ];

const twice = (words: readonly string[]): Finding | undefined => {
  const word = words.find((entry, index) => words.indexOf(entry) < index);
  return word === undefined ? undefined : [`names ${word} twice`, `remove the second ${word}`];
};

function knownServices(map: Readonly<Record<string, unknown>>): Finding | undefined {
  const unknown = Object.keys(map).find((service) => !serviceNames.includes(service));
  return unknown === undefined
    ? undefined
    : [
        `has an entry for ${unknown}, which is no service`,
        didYouMean(unknown, serviceNames, `write one of ${serviceNames.join(', ')}`),
      ];
}

function knownDeployments(map: Readonly<Record<string, unknown>>): Finding | undefined {
  const unknown = Object.keys(map).find((key) => !serviceNames.some((name) => key.startsWith(`${name}-`)));
  return unknown === undefined
    ? undefined
    : [
        `has an entry for ${unknown}, which is no Deployment`,
        'name entries <service>-<version>, such as productpage-v1',
      ];
}

const hostFinding = (host: string): Finding | undefined =>
  host === '*' || (host.length <= 253 && /^([a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/.test(host))
    ? undefined
    : [`is ${JSON.stringify(host)}, not a host name`, 'write a name such as bookinfo.example.com, or "*"'];

const label = (example: string) => rule(z.string(), (value) => labelFinding(value, example));

/** The keys of a stack's config. What belongs to a release or to a part is read by the model of that. */
export const schema = z.strictObject({
  layers: rule(z.array(rule(z.string(), (layer) => oneOf(layer, layers))), (list) =>
    list.length === 0 ? ['is empty', `list at least one of ${layers.join(', ')}`] : twice(list),
  ),
  namespaces: rule(z.array(label('prod')), twice).optional(),
  outsideNamespaces: rule(z.array(label('prod-edge')), twice).optional(),
  namespace: label('prod').optional(),
  edgeNamespace: label('prod-edge').optional(),
  project: label('bookinfo').optional(),
  environment: label('prod').optional(),
  hosts: rule(z.array(rule(z.string(), hostFinding)), (list) =>
    list.length === 0 ? ['is empty', 'list a host name, or leave the key out for every one'] : twice(list),
  ).optional(),
  imageTag: rule(z.string(), (tag) =>
    /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/.test(tag)
      ? undefined
      : [`is ${JSON.stringify(tag)}, not an image tag`, 'write a tag such as 1.20.3'],
  ).optional(),
  images: rule(z.record(z.string(), rule(z.string(), imageFinding)), knownDeployments).optional(),
  replicas: rule(
    z.record(
      z.string(),
      rule(z.number(), (count) =>
        Number.isInteger(count) && count >= 1 && count <= 1000
          ? undefined
          : [`is ${count}, not a whole number from 1 to 1000`, 'write a whole number of pods from 1 to 1000'],
      ),
    ),
    knownServices,
  ).optional(),
  release: z.unknown().optional(),
  step: z.unknown().optional(),
  override: z.unknown().optional(),
  routePolicies: z.unknown().optional(),
  sidecarScraping: rule(z.string(), (way) => oneOf(way, scrapingWays)).optional(),
  istio: z.unknown().optional(),
  datakit: z.unknown().optional(),
  security: z.unknown().optional(),
  edge: z.unknown().optional(),
  loadtest: z.unknown().optional(),
});

export type RawSettings = z.output<typeof schema>;

export const examples: Examples = {
  layers: '[application, release]',
  namespaces: '[test, prod]',
  outsideNamespaces: '[prod-edge]',
  namespace: 'prod',
  edgeNamespace: 'prod-edge',
  project: 'bookinfo',
  environment: 'prod',
  hosts: '["*"]',
  imageTag: '"1.20.3"',
  images: '{ productpage-v1: "registry.example.com/productpage:1.0.0" }',
  replicas: '{ productpage: 2 }',
};

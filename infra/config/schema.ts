import { z } from 'zod';
import type { Application } from '../../components/application/pure';
import type { SidecarScraping } from '../../components/datakit/pure';
import {
  didYouMean,
  imageFinding,
  label,
  rule,
  wholeNumber,
  type Examples,
  type Finding,
} from '../../components/validation';
import { layers } from './settings';

/** An image's tag, as registries take it. */
const IMAGE_TAG = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/;

/** More pods of one version than this are a slip of the finger. */
const MOST_PODS = 1000;

const scrapingWays: readonly (SidecarScraping | 'none')[] = ['annotation', 'kubernetesprometheus', 'none'];

const podSecurityLevels = ['restricted', 'baseline', 'privileged'];

const oneOf = (word: string, known: readonly string[]): Finding | undefined =>
  known.includes(word)
    ? undefined
    : [
        `is ${JSON.stringify(word)}, which is unknown`,
        didYouMean(word, known, `write one of ${known.join(', ')}`),
      ];

const twice = (words: readonly string[]): Finding | undefined => {
  const word = words.find((entry, index) => words.indexOf(entry) < index);
  return word === undefined ? undefined : [`names ${word} twice`, `remove the second ${word}`];
};

function knownServices(
  map: Readonly<Record<string, unknown>>,
  serviceNames: readonly string[],
): Finding | undefined {
  const unknown = Object.keys(map).find((service) => !serviceNames.includes(service));
  return unknown === undefined
    ? undefined
    : [
        `has an entry for ${unknown}, which is no service`,
        didYouMean(unknown, serviceNames, `write one of ${serviceNames.join(', ')}`),
      ];
}

function knownDeployments(
  map: Readonly<Record<string, unknown>>,
  serviceNames: readonly string[],
): Finding | undefined {
  const unknown = Object.keys(map).find((key) => !serviceNames.some((name) => key.startsWith(`${name}-`)));
  return unknown === undefined
    ? undefined
    : [
        `has an entry for ${unknown}, which is no Deployment`,
        `name entries <service>-<version>, such as ${serviceNames.at(-1)}-v1`,
      ];
}

const hostFinding = (host: string): Finding | undefined =>
  host === '*' || (host.length <= 253 && /^([a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/.test(host))
    ? undefined
    : [`is ${JSON.stringify(host)}, not a host name`, 'write a name such as bookinfo.example.com, or "*"'];

/** The keys of a stack's config. What belongs to a release or to a part is read by the model of that. */
export function schemaFor(application: Application) {
  const names = application.services.map(({ name }) => name);
  return z.strictObject({
    application: z
      .unknown()
      .optional()
      .describe(
        "The YAML file with the application's table, relative to the folder of Pulumi.yaml. Default: Istio's Bookinfo.",
      ),
    layers: rule(z.array(rule(z.string(), (layer) => oneOf(layer, layers)).meta({ enum: layers })), (list) =>
      list.length === 0 ? ['is empty', `list at least one of ${layers.join(', ')}`] : twice(list),
    )
      .meta({ minItems: 1, uniqueItems: true })
      .describe('The layers that this stack owns. What is not listed is never touched.'),
    namespaces: rule(z.array(label('prod')), twice)
      .meta({ uniqueItems: true })
      .optional()
      .describe('Namespaces of applications, in the mesh and at the Pod Security level `podSecurity`.'),
    podSecurity: rule(z.string(), (level) => oneOf(level, podSecurityLevels))
      .meta({ enum: podSecurityLevels })
      .optional()
      .describe(
        'The Pod Security level of `namespaces`. Manifests of your own may need `baseline` or `privileged`. Default `restricted`.',
      ),
    outsideNamespaces: rule(z.array(label('prod-edge')), twice)
      .meta({ uniqueItems: true })
      .optional()
      .describe('Namespaces outside of the mesh, for edges and load tests. Default: none.'),
    namespace: label('prod').optional().describe('Where application and release live.'),
    edgeNamespace: label('prod-edge')
      .optional()
      .describe('Where edge and load test live, outside of the mesh. Default: `namespace` with `-edge`.'),
    project: label('bookinfo')
      .optional()
      .describe("The project on metrics, spans and logs. Default: the application's name."),
    environment: label('prod')
      .optional()
      .describe("The environment on metrics, spans and logs. Default: the stack's name."),
    hosts: rule(z.array(rule(z.string(), hostFinding)), (list) =>
      list.length === 0 ? ['is empty', 'list a host name, or leave the key out for every one'] : twice(list),
    )
      .meta({ minItems: 1, uniqueItems: true })
      .optional()
      .describe('Host names that the gateway serves. Default: every one, `["*"]`.'),
    imageTag: rule(z.string(), (tag) =>
      IMAGE_TAG.test(tag)
        ? undefined
        : [`is ${JSON.stringify(tag)}, not an image tag`, 'write a tag such as 1.20.3'],
    )
      .meta({ pattern: IMAGE_TAG.source })
      .optional()
      .describe("The tag of the application's images. Default: the table's, 1.20.3 for Bookinfo."),
    images: rule(z.record(z.string(), rule(z.string(), imageFinding)), (map) => knownDeployments(map, names))
      .optional()
      .describe('Images of versions, by `<service>-<version>`, with tag or digest. Default: by the table.'),
    replicas: rule(z.record(z.string(), wholeNumber(1, MOST_PODS)), (map) => knownServices(map, names))
      .optional()
      .describe('Pods of each version, by service. Default: 1.'),
    release: z.unknown().optional().describe('The release, or a list of them, one for each service.'),
    step: z
      .unknown()
      .optional()
      .describe(
        'Where the release stands: `baseline`, one of its steps, or `finished`. With several releases one for all, or a map by service.',
      ),
    override: z
      .unknown()
      .optional()
      .describe('Allows one move that the state machine refuses. It is kept in the outputs.'),
    routePolicies: z
      .unknown()
      .optional()
      .describe(
        'Time-outs, retries, connection pools, outlier detection and drills of services that are not under release, by service.',
      ),
    sidecarScraping: rule(z.string(), (way) => oneOf(way, scrapingWays))
      .meta({ enum: scrapingWays })
      .optional()
      .describe(
        "Who tells DataKit to scrape the sidecars: the pods' annotation, or DataKit's own config; `none` where there is no DataKit. Default `annotation`; pods of manifests get annotations only where this is set.",
      ),
    istio: z.unknown().optional().describe('Istio, by its charts. Default: it is left alone.'),
    gatewayApi: z
      .unknown()
      .optional()
      .describe(
        'The definitions of the Gateway API, for releases by `httpRoute` and its kin. Default: they are left alone.',
      ),
    datakit: z.unknown().optional().describe('DataKit. Needs `datakitToken`. Default: it is left alone.'),
    access: z
      .unknown()
      .optional()
      .describe('The accounts of a pipeline: one that previews, one that takes steps. Default: none.'),
    security: z
      .unknown()
      .optional()
      .describe('Mutual TLS, who may call whom, network policies. Default: everything on.'),
    edge: z
      .unknown()
      .optional()
      .describe('nginx in front of the gateway, which starts the monitoring of browsers. Default: none.'),
    loadtest: z.unknown().optional().describe('A Job that puts load on the application once. Default: none.'),
  });
}

export type RawSettings = z.output<ReturnType<typeof schemaFor>>;

export const examples: Examples = {
  podSecurity: 'baseline',
  application: 'examples/shop.yaml',
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

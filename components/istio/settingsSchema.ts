import { z } from 'zod';
import {
  examine,
  label,
  labelFinding,
  MAX_LABEL_LENGTH,
  quantity,
  rule,
  rules,
  serviceNameFinding,
  type Examples,
  type Finding,
  type Located,
  type Problem,
  number,
  wholeNumber,
} from '../validation';
import { acrossSettings } from './acrossSettings';
import { addressFinding } from './address';
import { directory, flag, matching, oneOf, replicas } from './kinds';
import type { GatewaySettings, IstioSettings } from './settings';

const version = matching(
  /^\d+\.\d+\.\d+(-[0-9A-Za-z][0-9A-Za-z.-]*)?$/,
  'a version of Istio',
  'all three numbers, such as 1.31.1',
);

const hub = matching(
  /^[a-z0-9][a-z0-9.-]*(:\d+)?(\/[a-z0-9][a-z0-9._-]*)*$/,
  'a registry and folder',
  'them without https:// and without a slash at the end, such as docker.io/istio',
);

const folder = rule(z.string(), (value) =>
  value.trim() === '' ? ['is empty', 'name a folder, or leave the key out'] : undefined,
);

const repository = rule(z.string(), (value) => {
  if (/^(https|oci):\/\/[^\s?#@]+$/.test(value)) return undefined;
  // Whoever writes a name and password into the address does not want to see them printed.
  return value.includes('@')
    ? [
        'holds credentials',
        'write the address alone and give the credentials to helm, by `helm registry login`',
      ]
    : [
        `is ${JSON.stringify(value)}, not the address of a chart repository`,
        'write an address that begins with https:// or oci://',
      ];
});

const webhookUrl = matching(
  /^https:\/\/[^\s/?#@]+\/[^\s?#]*$/,
  'a webhook address the API server accepts',
  'an https:// address with a path and no query, such as https://127.0.0.2:15017/inject',
);

const quantities = z.strictObject({ cpu: quantity.optional(), memory: quantity.optional() });
const resources = z.strictObject({ requests: quantities.optional(), limits: quantities.optional() });

const webhooks = z.strictObject({ injectionUrl: webhookUrl, validationUrl: webhookUrl });

const revision = z.strictObject({
  version: version.optional(),
  charts: folder.optional(),
  webhooks: webhooks.optional(),
});

/** Longest prefix that charts put before a revision in a Service's name, `istiod-revision-tag-`. */
const LONGEST_PREFIX = 20;

function revisionNameFinding(name: string): Finding | undefined {
  const longest = MAX_LABEL_LENGTH - LONGEST_PREFIX;
  return (
    labelFinding(name, '1-31-1') ??
    (name.length > longest
      ? [
          `has ${name.length} characters, more than ${longest}`,
          `shorten it to ${longest} characters or fewer`,
        ]
      : undefined)
  );
}

const named = (names: readonly string[]): Located[] =>
  names.flatMap((key) => {
    const finding = revisionNameFinding(key);
    return finding === undefined ? [] : [{ key, finding: [`has a name that ${finding[0]}`, finding[1]] }];
  });

const revisions = rules(z.record(z.string(), revision), (value): Located[] =>
  Object.keys(value).length === 0
    ? [{ finding: ['is empty', 'name a revision, or leave the key out'] }]
    : named(Object.keys(value)),
);

/** @param byItself the type of the Service where nothing is said */
const gateway = (byItself: NonNullable<GatewaySettings['serviceType']>) =>
  rules(
    z.strictObject({
      serviceType: oneOf('LoadBalancer', 'NodePort', 'ClusterIP').optional(),
      httpNodePort: wholeNumber(30000, 32767).optional(),
      externalTrafficPolicy: oneOf('Cluster', 'Local').optional(),
      serviceAnnotations: z.record(z.string(), z.string()).optional(),
      replicas: replicas.optional(),
      resources: resources.optional(),
    }),
    ({ serviceType = byItself, ...others }): Located[] =>
      serviceType !== 'ClusterIP'
        ? []
        : (['httpNodePort', 'externalTrafficPolicy'] as const)
            .filter((key) => others[key] !== undefined)
            .map((key) => ({
              key,
              finding: ['is no setting of a ClusterIP Service', 'remove it, or choose another serviceType'],
            })),
  );

const tags = rules(z.record(z.string(), z.string()), (value): Located[] =>
  Object.entries(value).flatMap(([key, text]): Located[] => {
    if (key === 'version') {
      return [{ key, finding: ["is told by each pod's own annotation, not by the mesh", 'remove it'] }];
    }
    if (!/^[A-Za-z_][\w.-]*$/.test(key)) {
      return [{ key, finding: ['is not a name for a tag', 'use letters, digits, _, - and . only'] }];
    }
    return text.trim() === '' ? [{ key, finding: ['is empty', 'write a text, or remove the tag'] }] : [];
  }),
);

/** The shape of the settings. `false` in place of `cni`, `gateway` and `egressGateway` leaves the part out. */
export const istioSchema = z.strictObject({
  version: version.optional(),
  hub: hub.optional(),
  charts: folder.optional(),
  repository: repository.optional(),
  revisions: revisions.optional(),
  tag: z
    .strictObject({
      name: rule(z.string(), revisionNameFinding).optional(),
      revision: z.string(),
    })
    .optional(),
  istiod: z.strictObject({ replicas: replicas.optional(), resources: resources.optional() }).optional(),
  sidecar: z.strictObject({ resources: resources.optional(), holdApplication: flag.optional() }).optional(),
  cni: z.strictObject({ binDir: directory.optional(), confDir: directory.optional() }).optional(),
  gateway: gateway('LoadBalancer').optional(),
  egressGateway: gateway('ClusterIP').optional(),
  tracing: z
    .strictObject({
      enabled: flag.optional(),
      sampling: number(0, 100).optional(),
      address: rule(z.string(), addressFinding).optional(),
      provider: rule(z.string(), (value) => serviceNameFinding(value, 'datakit')).optional(),
      tags: tags.optional(),
    })
    .optional(),
  legacyZipkin: flag.optional(),
  accessLog: flag.optional(),
  autoMtls: flag.optional(),
  metrics: flag.optional(),
  webhooks: webhooks.optional(),
  discovery: oneOf('mesh', 'cluster').optional(),
  discoveredNamespaces: z.array(label('shop')).optional(),
});

const examples: Examples = {
  version: '1.31.1',
  hub: 'docker.io/istio',
  revision: '1-31-1',
  injectionUrl: 'https://127.0.0.2:15017/inject',
  validationUrl: 'https://127.0.0.2:15017/validate',
  cpu: '200m',
  memory: '128Mi',
  sampling: '1',
  httpNodePort: '32156',
};

/** Parts that `false` leaves out. */
export const removableParts = ['cni', 'gateway', 'egressGateway'];

const withoutLeftOut = (raw: unknown): unknown =>
  typeof raw !== 'object' || raw === null || Array.isArray(raw)
    ? raw
    : Object.fromEntries(
        Object.entries(raw).filter(([key, value]) => !(value === false && removableParts.includes(key))),
      );

/** Everything that is wrong with settings as they were written. */
export function istioProblems(raw: unknown, path: string): readonly Problem[] {
  const { problems, sound } = examine(istioSchema, withoutLeftOut(raw), path, examples);
  return typeof sound === 'object' && sound !== null
    ? [...problems, ...acrossSettings(sound, raw as IstioSettings, path)]
    : problems;
}

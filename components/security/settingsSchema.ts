import { z } from 'zod';
import { bookinfo, isTableService, type Application } from '../application/pure';
import {
  cidrFinding,
  didYouMean,
  examine,
  joinPath,
  labelFinding,
  rule,
  type Examples,
  type Finding,
  type Problem,
} from '../validation';

/** YAML in quotes is a text, and every text but the empty one would count as yes. */
const flag = rule(z.unknown(), (value): Finding | undefined =>
  typeof value === 'boolean'
    ? undefined
    : [
        `is ${JSON.stringify(value).slice(0, 40)}, neither true nor false`,
        'write true or false, without quotes',
      ],
).meta({ type: 'boolean' });

const namespace = rule(z.string(), (name) => labelFinding(name, 'istio-system'));

/** A service account's name is a DNS subdomain (RFC 1123): labels joined by dots. */
const account = rule(z.string(), (name): Finding | undefined => {
  const part = name.split('.').find((label) => labelFinding(label, 'x') !== undefined);
  return part === undefined && name.length <= 253
    ? undefined
    : [
        `is ${JSON.stringify(name.slice(0, 80))}, not a service account's name`,
        'write it as in kubectl get serviceaccounts, such as shop-cart',
      ];
});

const cidrs = z.array(rule(z.string(), (cidr) => cidrFinding(cidr, 'the nodes')));

const labelPart = /^[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;
const labelKey = /^([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?\/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;

const labels = rule(z.record(z.string(), z.string()), (map): Finding | undefined => {
  const entries = Object.entries(map);
  if (entries.length === 0) return ['is empty', 'name a label, or leave the key out'];
  const bad = entries.find(([key, value]) => !labelKey.test(key) || (value !== '' && !labelPart.test(value)));
  return bad === undefined
    ? undefined
    : [
        `holds ${JSON.stringify(bad.join(': ').slice(0, 80))}, not a label`,
        'write labels as the pods bear them, such as { app: cart }',
      ];
});

const method = rule(z.string(), (word): Finding | undefined =>
  /^[A-Z]+$/.test(word)
    ? undefined
    : [`is ${JSON.stringify(word)}, not an HTTP method`, 'write it in upper case, such as GET'],
);

const trustDomain = rule(z.string(), (name): Finding | undefined =>
  name.length <= 255 && /^[a-z0-9]([-a-z0-9_.]*[a-z0-9])?$/.test(name)
    ? undefined
    : [
        `is ${JSON.stringify(name.slice(0, 80))}, not a trust domain`,
        'write it as in the mesh config, such as cluster.local',
      ],
);

/** The shape of the settings for an application of these services. */
export function securitySchema(services: readonly string[]) {
  const service = rule(z.string(), (name): Finding | undefined =>
    services.includes(name)
      ? undefined
      : [
          `is ${JSON.stringify(name)}, no service of the application`,
          didYouMean(name, services, `name one of ${services.join(', ')}`),
        ],
  );
  return z.strictObject({
    scope: rule(z.string(), (word): Finding | undefined =>
      word === 'pods' || word === 'namespace'
        ? undefined
        : [`is ${JSON.stringify(word)}`, didYouMean(word, ['pods', 'namespace'], 'write pods or namespace')],
    )
      .meta({ enum: ['pods', 'namespace'] })
      .optional(),
    mtls: rule(z.string(), (mode): Finding | undefined =>
      mode === 'STRICT' || mode === 'PERMISSIVE'
        ? undefined
        : [
            `is ${JSON.stringify(mode)}, which is unknown`,
            didYouMean(mode, ['STRICT', 'PERMISSIVE'], 'write STRICT or PERMISSIVE'),
          ],
    )
      .meta({ enum: ['STRICT', 'PERMISSIVE'] })
      .optional(),
    authorization: flag.optional(),
    networkPolicies: flag.optional(),
    nodeCidrs: rule(cidrs, (list): Finding | undefined =>
      list.length === 0
        ? ['is empty, and DataKit is on the nodes', 'name the range of the nodes, or leave the key out']
        : undefined,
    ).optional(),
    trustDomain: trustDomain.optional(),
    istiodNamespace: namespace.optional(),
    gateway: z
      .strictObject({
        namespace: namespace.optional(),
        account: account.optional(),
        labels: labels.optional(),
      })
      .optional(),
    dnsCidrs: cidrs.optional(),
    extraCallers: z
      .array(
        z.strictObject({
          service,
          namespace,
          account,
          labels: labels.optional(),
          methods: rule(z.array(method), (list): Finding | undefined =>
            list.length === 0 ? ['is empty', 'name a method, or leave the key out for GET'] : undefined,
          ).optional(),
        }),
      )
      .optional(),
  });
}

const examples: Examples = {
  scope: 'pods',
  mtls: 'STRICT',
  authorization: 'true',
  networkPolicies: 'true',
  nodeCidrs: '["10.0.0.0/16"]',
  dnsCidrs: '["169.254.20.10/32"]',
  trustDomain: 'cluster.local',
  istiodNamespace: 'istio-system',
  gateway: '{ namespace: istio-system, account: istio-ingressgateway }',
  namespace: 'shop',
  account: 'shop-cart',
  labels: '{ app: cart }',
  service: 'ratings',
  methods: '[GET]',
  extraCallers: '[{ service: ratings, namespace: shop, account: shop-cart }]',
};

type Raw = z.output<ReturnType<typeof securitySchema>>;

/** Everything is let in, then refused for want of a name: a contradiction that shows as 403s of callers without a sidecar. */
function contradictions({ mtls, authorization }: Partial<Raw>, path: string): Problem[] {
  if (mtls !== 'PERMISSIVE' || authorization === false) return [];
  return [
    {
      path: joinPath(path, ['mtls']),
      problem: 'is PERMISSIVE, but authorization is on and refuses every caller without a certificate',
      remedy: 'set authorization: false until every caller has its sidecar, or mtls: STRICT',
    },
  ];
}

/** A closed namespace refuses every caller that nothing lets in, so all of them have to be known. */
function unknownCallers({ scope }: Partial<Raw>, { services }: Application, path: string): Problem[] {
  const unknown = services.filter((spec) => !isTableService(spec) && spec.calls === undefined);
  if (scope !== 'namespace' || unknown.length === 0) return [];
  return [
    {
      path: joinPath(path, ['scope']),
      problem: `is namespace, and nothing says whom ${unknown.map(({ name }) => name).join(', ')} calls`,
      remedy: 'add calls to these services, an empty list where they call none, or leave scope out',
    },
  ];
}

/**
 * Everything that is wrong with settings.
 * @param raw What the user wrote; undefined for all defaults.
 * @param application The table that `extraCallers` are held against.
 */
export function securityProblems(
  raw: unknown,
  path: string,
  application: Application = bookinfo,
): readonly Problem[] {
  const schema = securitySchema(application.services.map(({ name }) => name));
  const { problems, sound } = examine(schema, raw ?? {}, path, examples);
  const rest = typeof sound === 'object' && sound !== null ? (sound as Partial<Raw>) : {};
  return [...problems, ...contradictions(rest, path), ...unknownCallers(rest, application, path)];
}

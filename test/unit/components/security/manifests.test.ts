import { stringify } from 'yaml';
import { bookinfo } from '../../../../components/application/pure';
import {
  authorizationManifests,
  networkManifests,
  peerAuthenticationManifest,
  resolveSecuritySettings,
  type SecuritySettings,
} from '../../../../components/security/pure';

const prod = { application: bookinfo, namespace: 'prod' };
const authorization = (settings: SecuritySettings = {}) =>
  authorizationManifests(prod, resolveSecuritySettings(settings));
const network = (settings: SecuritySettings = {}) =>
  networkManifests(prod, resolveSecuritySettings(settings));

const inside = (account: string) => `cluster.local/ns/prod/sa/bookinfo-${account}`;
const gateway = 'cluster.local/ns/istio-system/sa/istio-ingressgateway';
const policy = (name: string, rules: object[]) => ({
  apiVersion: 'security.istio.io/v1',
  kind: 'AuthorizationPolicy',
  metadata: { name, namespace: 'prod', labels: { app: name } },
  spec: { selector: { matchLabels: { app: name } }, action: 'ALLOW', rules },
});
const rule = (methods: string[], ...principals: string[]) => ({
  from: [{ source: { principals } }],
  to: [{ operation: { methods, ports: ['9080'] } }],
});

describe('authorization', () => {
  it('asks for a certificate', () => {
    expect(peerAuthenticationManifest('prod', resolveSecuritySettings())).toEqual({
      apiVersion: 'security.istio.io/v1',
      kind: 'PeerAuthentication',
      metadata: { name: 'default', namespace: 'prod' },
      spec: { mtls: { mode: 'STRICT' } },
    });
  });

  it('lets in whom the call graph names, and nobody else', () => {
    expect(authorization()).toEqual({
      open: [
        policy('details', [rule(['GET'], inside('productpage'))]),
        policy('ratings', [rule(['GET'], inside('reviews'), inside('productpage'))]),
        policy('reviews', [rule(['GET'], inside('productpage'))]),
        policy('productpage', [rule(['GET', 'HEAD', 'POST'], gateway)]),
      ],
      close: {
        apiVersion: 'security.istio.io/v1',
        kind: 'AuthorizationPolicy',
        metadata: { name: 'allow-nothing', namespace: 'prod' },
        spec: {},
      },
    });
  });

  it('names callers as the settings do', () => {
    const { open } = authorization({
      trustDomain: 'example.org',
      gateway: { namespace: 'edge', account: 'gate' },
      extraCallers: [
        { service: 'details', namespace: 'shop', account: 'cart' },
        { service: 'details', namespace: 'shop', account: 'stock', methods: ['GET', 'PUT'] },
      ],
    });
    const principals = (name: string) =>
      open
        .find(({ metadata }) => metadata.name === name)!
        .spec.rules.map(({ from, to }) => [...to[0]!.operation.methods, ...from[0]!.source.principals]);
    expect(principals('details')).toEqual([
      ['GET', 'example.org/ns/prod/sa/bookinfo-productpage', 'example.org/ns/shop/sa/cart'],
      ['GET', 'PUT', 'example.org/ns/shop/sa/stock'],
    ]);
    expect(principals('productpage')).toEqual([['GET', 'HEAD', 'POST', 'example.org/ns/edge/sa/gate']]);
  });
});

const from = (app: string) => ({ podSelector: { matchLabels: { app } } });
const port = (number: number, protocol = 'TCP') => ({ port: number, protocol });
const namespace = (name: string) => ({ matchLabels: { 'kubernetes.io/metadata.name': name } });
const dns = {
  to: [
    { namespaceSelector: namespace('kube-system'), podSelector: { matchLabels: { 'k8s-app': 'kube-dns' } } },
  ],
  ports: [port(53, 'UDP'), port(53), port(5353, 'UDP'), port(5353)],
};
const istiod = {
  to: [{ namespaceSelector: namespace('istio-system'), podSelector: { matchLabels: { app: 'istiod' } } }],
  ports: [port(15012)],
};

describe('network policies', () => {
  it('give each service its callers, its callees, names and istiod', () => {
    const calls = (...apps: string[]) => apps.map((app) => ({ to: [from(app)], ports: [port(9080)] }));
    const service = (name: string, peers: object[], callees: object[]) => ({
      metadata: { name, namespace: 'prod', labels: { app: name } },
      spec: {
        podSelector: { matchLabels: { app: name } },
        policyTypes: ['Ingress', 'Egress'],
        ingress: [{ from: peers, ports: [port(9080)] }],
        egress: [...callees, dns, istiod],
      },
    });
    const outside = {
      namespaceSelector: namespace('istio-system'),
      podSelector: { matchLabels: { istio: 'ingressgateway' } },
    };
    expect(network().services).toEqual([
      service('details', [from('productpage')], []),
      service('ratings', [from('reviews'), from('productpage')], []),
      service('reviews', [from('productpage')], calls('ratings')),
      service('productpage', [outside], calls('details', 'ratings', 'reviews')),
    ]);
  });

  it('let every pod of the namespace reach names, istiod and DataKit, and be scraped', () => {
    const { common, close } = network({ nodeCidrs: ['10.9.0.0/16'] });
    const nodes = [{ ipBlock: { cidr: '10.9.0.0/16' } }];
    expect(common).toEqual([
      {
        metadata: { name: 'allow-dns-and-istiod', namespace: 'prod' },
        spec: { podSelector: {}, policyTypes: ['Egress'], egress: [dns, istiod] },
      },
      {
        metadata: { name: 'allow-datakit-scraping', namespace: 'prod' },
        spec: {
          podSelector: {},
          policyTypes: ['Ingress'],
          ingress: [{ from: nodes, ports: [port(15020), port(15090)] }],
        },
      },
      {
        metadata: { name: 'allow-datakit-intake', namespace: 'prod' },
        spec: {
          podSelector: {},
          policyTypes: ['Egress'],
          egress: [{ to: nodes, ports: [port(9529), port(8125, 'UDP'), port(4317), port(9533)] }],
        },
      },
    ]);
    expect(close).toEqual({
      metadata: { name: 'default-deny', namespace: 'prod' },
      spec: { podSelector: {}, policyTypes: ['Ingress', 'Egress'] },
    });
  });

  it('know a resolver that is no pod', () => {
    const { services } = network({ dnsCidrs: ['169.254.20.10/32'] });
    expect(services[0]!.spec.egress[0]!.to).toContainEqual({ ipBlock: { cidr: '169.254.20.10/32' } });
  });

  it('take a caller of another namespace by its pods, or by all of them', () => {
    const cart = { service: 'details', account: 'cart' };
    const { services } = network({
      extraCallers: [
        { ...cart, namespace: 'shop', labels: { app: 'cart' } },
        { ...cart, namespace: 'stock' },
        { ...cart, namespace: 'prod' },
      ],
    });
    expect(services[0]!.spec).toMatchObject({
      ingress: [
        {
          from: [
            from('productpage'),
            { namespaceSelector: namespace('shop'), podSelector: { matchLabels: { app: 'cart' } } },
            { namespaceSelector: namespace('stock') },
            { podSelector: {} },
          ],
        },
      ],
    });
  });

  it('share no object, so that YAML has no anchors', () => {
    const { open, close } = authorization();
    const { services, common } = network();
    for (const manifest of [...open, close, ...services, ...common]) {
      expect(stringify(manifest)).not.toMatch(/[&*]a\d/);
    }
  });
});

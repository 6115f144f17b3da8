import { parseApplication } from '../../../../components/application/pure';
import { serviceEntries } from '../../../../components/security/egress';
import { servicePolicyManifest } from '../../../../components/security/network';
import { resolveSecuritySettings } from '../../../../components/security/resolve';

const resources = { cpu: '10m', memory: '16Mi' };
const service = (name: string, more: object) => ({
  ...{ name, port: 8080, health: '/healthz', startSeconds: 10, versions: ['v1'] },
  resources: { requests: resources, limits: resources },
  ...more,
});

function read(...services: object[]) {
  return parseApplication({ name: 'shop', services }, 'app.yaml');
}

function application(...services: object[]) {
  const result = read(...services);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.value;
}

const entry = { entry: { methods: ['GET'] } };
const payments = { host: 'api.example.com', ports: [443] };

test('a host is one entry of the mesh, whoever calls it, with the protocol that its port has by custom', () => {
  const shop = application(
    service('web', { ...entry, egress: [payments] }),
    service('cart', {
      egress: [
        { host: 'api.example.com', ports: [80, 8443], protocol: 'HTTP' },
        { host: '*.example.org', ports: [5432] },
      ],
    }),
  );
  expect(serviceEntries(shop, 'prod').map(({ metadata, spec }) => [metadata.name, spec])).toEqual([
    [
      'any.example.org',
      {
        ...{ hosts: ['*.example.org'], location: 'MESH_EXTERNAL', resolution: 'NONE', exportTo: ['.'] },
        ports: [{ number: 5432, name: 'tcp-5432', protocol: 'TCP' }],
      },
    ],
    [
      'api.example.com',
      {
        ...{ hosts: ['api.example.com'], location: 'MESH_EXTERNAL', resolution: 'DNS', exportTo: ['.'] },
        ports: [
          { number: 443, name: 'tls-443', protocol: 'TLS' },
          { number: 80, name: 'http-80', protocol: 'HTTP' },
          { number: 8443, name: 'http-8443', protocol: 'HTTP' },
        ],
      },
    ],
  ]);
});

test('the network policy of the caller lets these connections out, and of nobody else', () => {
  const shop = application(
    service('web', { ...entry, egress: [payments, { cidrs: ['10.20.0.0/16'], ports: [5432] }] }),
    service('cart', {}),
  );
  const settings = resolveSecuritySettings({}, 'security', shop);
  const [web, cart] = shop.services.map((spec) => servicePolicyManifest(spec, [], [], 'prod', settings));
  const ports = (policy: typeof web) => policy?.spec.egress.map((rule) => rule.ports.map(({ port }) => port));
  expect(ports(web)).toEqual([[443], [5432], [53, 53, 5353, 5353], [15012]]);
  expect(ports(cart)).toEqual([[53, 53, 5353, 5353], [15012]]);
  expect(web?.spec.egress[1]).toMatchObject({ to: [{ ipBlock: { cidr: '10.20.0.0/16' } }] });
  expect(JSON.stringify(web?.spec.egress[0])).toContain('"except":["10.0.0.0/8"');
});

test.each([
  [{ ports: [443] }, /names neither a host nor cidrs/],
  [{ host: '10.0.0.1', ports: [443] }, /not a host name of the internet/],
  [{ host: 'api.example.com', ports: [] }, /is empty/],
  [{ host: 'api.example.com', ports: [0] }, /0/],
  [{ host: 'api.example.com', ports: [443], protocol: 'tls' }, /"tls"/],
  [{ cidrs: ['0.0.0.0/0'], ports: [443] }, /every address there is/],
  [{ cidrs: ['10.0.0.0/40'], ports: [443] }, /not a range of addresses/],
])('%o is refused', (egress, expected) => {
  const result = read(service('web', { ...entry, egress: [egress] }));
  const [problem] = result.ok ? [] : result.problems;
  expect(problem?.problem).toMatch(expected);
  expect(problem?.path).toContain('services[0].egress[0]');
});

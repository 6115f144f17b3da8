import { roadsTo, type Manifest } from '../../../../components/routing/pure';

const virtualService = (spec: object, namespace = 'prod'): Manifest => ({
  apiVersion: 'networking.istio.io/v1',
  kind: 'VirtualService',
  metadata: { name: 'other', namespace },
  spec,
});
const route = (kind: string, spec: object, namespace = 'prod'): Manifest => ({
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind,
  metadata: { name: 'other', namespace },
  spec,
});
const rules = (...backendRefs: object[]) => ({ rules: [{ backendRefs }] });
const mirror = { type: 'RequestMirror', requestMirror: { backendRef: { name: 'reviews', port: 9080 } } };
const to = (host: string) => ({ route: [{ destination: { host } }] });

test.each<[string, Manifest, boolean]>([
  ['by its short name', virtualService({ http: [to('reviews')] }), true],
  [
    'by its short name in another namespace, where it is another service',
    virtualService({ http: [to('reviews')] }, 'test'),
    false,
  ],
  [
    'by its full name, from anywhere',
    virtualService({ http: [to('reviews.prod.svc.cluster.local')] }, 'test'),
    true,
  ],
  ['in another domain', virtualService({ http: [to('reviews.prod.svc.example')] }), true],
  ['with its namespace', virtualService({ http: [to('reviews.prod')] }), true],
  ['a service of another namespace', virtualService({ http: [to('reviews.test.svc.cluster.local')] }), false],
  ['a service whose name begins the same', virtualService({ http: [to('reviews.prod.svcs')] }), false],
  ['in a later rule', virtualService({ http: [to('details'), to('reviews')] }), true],
  [
    'among several destinations',
    virtualService({ http: [{ route: [...to('a').route, ...to('reviews').route] }] }),
    true,
  ],
  ['by a mirror', virtualService({ http: [{ ...to('details'), mirror: { host: 'reviews' } }] }), true],
  [
    'by one of several mirrors',
    virtualService({ http: [{ ...to('a'), mirrors: [{ destination: { host: 'reviews' } }] }] }),
    true,
  ],
  ['by TCP', virtualService({ tcp: [to('reviews')] }), true],
  ['by TLS', virtualService({ tls: [to('reviews')] }), true],
  [
    'to a subset',
    virtualService({ http: [{ route: [{ destination: { host: 'reviews', subset: 'v1' } }] }] }),
    true,
  ],
  [
    'by a delegate, which is looked at itself',
    virtualService({ http: [{ delegate: { name: 'reviews' } }] }),
    false,
  ],
  ['nowhere', virtualService({}), false],
  ['by what is no list', virtualService({ http: 'reviews' }), false],
  ['in an object of another kind', { ...virtualService({ http: [to('reviews')] }), kind: 'Sidecar' }, false],
  [
    'by a VirtualService that takes its requests',
    virtualService({ hosts: ['reviews'], http: [to('a')] }),
    true,
  ],
  [
    'by one that takes them at a gateway only',
    virtualService({ hosts: ['reviews'], gateways: ['g'] }),
    false,
  ],
  ['by an HTTPRoute', route('HTTPRoute', rules({ name: 'reviews', port: 9080 })), true],
  ['by a GRPCRoute', route('GRPCRoute', rules({ name: 'reviews', port: 9080 })), true],
  ['by a TCPRoute', route('TCPRoute', rules({ name: 'reviews', port: 9080 })), true],
  ['by a TLSRoute', route('TLSRoute', rules({ name: 'reviews', port: 9080 })), true],
  ['by an HTTPRoute of another namespace', route('HTTPRoute', rules({ name: 'reviews' }), 'test'), false],
  [
    'by one that names its namespace',
    route('HTTPRoute', rules({ name: 'reviews', namespace: 'prod' }), 'test'),
    true,
  ],
  ['by the mirror of one', route('HTTPRoute', { rules: [{ filters: [mirror], backendRefs: [] }] }), true],
  [
    'by one that takes its requests',
    route('HTTPRoute', { parentRefs: [{ group: '', kind: 'Service', name: 'reviews' }] }),
    true,
  ],
  ['by one whose gateway has its name', route('HTTPRoute', { parentRefs: [{ name: 'reviews' }] }), false],
  [
    'by one to something else of its name',
    route('HTTPRoute', rules({ name: 'reviews', kind: 'Bucket', group: 'x' })),
    false,
  ],
])('a road to reviews in prod %s', (_how, object, found) => {
  expect(roadsTo([object], { service: 'reviews', namespace: 'prod' })).toEqual(found ? [object] : []);
});

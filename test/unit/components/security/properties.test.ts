import * as fc from 'fast-check';
import { accountName, type Application, type ServiceSpec } from '../../../../components/bookinfo/pure';
import {
  authorizationManifests,
  networkManifests,
  resolveSecuritySettings,
} from '../../../../components/security/pure';
import { mayConnect, mayRequest, type Pod } from './reach';

const names = ['a', 'b', 'c', 'd', 'e'];
const methods = ['GET', 'HEAD', 'POST', 'PUT'];
const method = fc.uniqueArray(fc.constantFrom(...methods), { minLength: 1 });
const resources = { requests: { cpu: '1m', memory: '1Mi' }, limits: { cpu: '1m', memory: '1Mi' } };

/** Any graph of up to five services, circles and calls to oneself among them. */
const anyApplication: fc.Arbitrary<Application> = fc
  .uniqueArray(fc.constantFrom(...names), { minLength: 1 })
  .chain((present) =>
    fc.tuple(
      ...present.map((name) =>
        fc
          .record({
            port: fc.constantFrom(8080, 9080),
            calls: fc.array(
              fc.record({
                service: fc.constantFrom(...present),
                versions: fc.option(fc.constant(['v1']), { nil: undefined }),
                methods: fc.option(method, { nil: undefined }),
              }),
              { maxLength: 4 },
            ),
            entry: fc.option(fc.record({ methods: method }), { nil: undefined }),
          })
          .map((spec): ServiceSpec => ({
            name,
            versions: ['v1', 'v2'],
            health: '/health',
            startSeconds: 1,
            resources,
            ...spec,
          })),
      ),
    ),
  )
  .map((services) => ({ name: 'app', services }));

const pod = (application: string, service: string): Pod => ({
  namespace: 'prod',
  labels: { app: service, version: 'v2' },
  principal: `cluster.local/ns/prod/sa/${accountName(application, service)}`,
});
const gateway: Pod = {
  namespace: 'istio-system',
  labels: { istio: 'ingressgateway' },
  principal: 'cluster.local/ns/istio-system/sa/istio-ingressgateway',
};
const strangers: readonly Pod[] = [
  { namespace: 'prod', labels: {}, principal: 'cluster.local/ns/prod/sa/default' },
  { namespace: 'other', labels: { app: 'a' }, principal: 'cluster.local/ns/other/sa/app-a' },
  { namespace: 'other', labels: { istio: 'ingressgateway' }, principal: 'other/ns/prod/sa/app-a' },
  {
    namespace: 'istio-system',
    labels: { app: 'istiod' },
    principal: 'cluster.local/ns/istio-system/sa/istiod',
  },
  { namespace: 'prod', labels: { app: 'a' } },
];

test('every edge of the call graph is allowed, and nothing else is', () => {
  const settings = resolveSecuritySettings();
  let [allowed, refused] = [0, 0];
  fc.assert(
    fc.property(anyApplication, (application) => {
      const where = { application, namespace: 'prod' };
      const authorization = authorizationManifests(where, settings);
      const network = networkManifests(where, settings);
      for (const callee of application.services) {
        const target = pod(application.name, callee.name);
        for (const caller of application.services) {
          const source = pod(application.name, caller.name);
          const calls = (caller.calls ?? []).filter(({ service }) => service === callee.name);
          const wanted = calls.flatMap((call) => call.methods ?? ['GET']);
          for (const each of methods) {
            expect(mayRequest(authorization, source, target, each, callee.port)).toBe(wanted.includes(each));
            if (wanted.includes(each)) allowed += 1;
            else refused += 1;
          }
          expect(mayConnect(network, 'prod', source, target, callee.port)).toBe(calls.length > 0);
          expect(mayConnect(network, 'prod', source, target, 15000)).toBe(false);
          expect(mayRequest(authorization, source, target, 'GET', 15000)).toBe(false);
        }
        for (const each of methods) {
          const open = callee.entry?.methods.includes(each) === true;
          expect(mayRequest(authorization, gateway, target, each, callee.port)).toBe(open);
        }
        expect(mayConnect(network, 'prod', gateway, target, callee.port)).toBe(callee.entry !== undefined);
        for (const stranger of strangers) {
          expect(mayRequest(authorization, stranger, target, 'GET', callee.port)).toBe(false);
        }
        for (const stranger of strangers.slice(0, 4)) {
          expect(mayConnect(network, 'prod', stranger, target, callee.port)).toBe(false);
        }
      }
    }),
    { numRuns: 200 },
  );
  expect(allowed).toBeGreaterThan(200);
  expect(refused).toBeGreaterThan(200);
});

test('what opens refuses no caller of its own while nothing closes yet', () => {
  const settings = resolveSecuritySettings();
  fc.assert(
    fc.property(anyApplication, fc.nat(), (application, count) => {
      const { open } = authorizationManifests({ application, namespace: 'prod' }, settings);
      const some = { open: open.slice(0, count % (open.length + 1)) };
      for (const caller of application.services) {
        for (const { service, methods: made = ['GET'] } of caller.calls ?? []) {
          const callee = application.services.find(({ name }) => name === service)!;
          const [source, target] = [pod('app', caller.name), pod('app', service)];
          for (const each of made) {
            expect(mayRequest(some, source, target, each, callee.port)).toBe(true);
          }
        }
      }
    }),
  );
});

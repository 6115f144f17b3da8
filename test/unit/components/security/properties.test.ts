import * as fc from 'fast-check';
import {
  accountName,
  type TableApplication,
  type TableService,
} from '../../../../components/application/pure';
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
const anyApplication: fc.Arbitrary<TableApplication> = fc
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
          .map((spec): TableService => ({
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
      const wrong: string[] = [];
      // `expect` is slow for each of a hundred thousand: what is not as wanted is listed.
      const decide = (what: () => string, wanted: boolean, is: boolean) => {
        if (is !== wanted) wrong.push(`${what()}: ${is}`);
      };
      for (const callee of application.services) {
        const target = pod(application.name, callee.name);
        const request = (from: Pod, method: string, port: number, wanted: boolean) =>
          decide(
            () => `${method} ${callee.name}:${port} from ${JSON.stringify(from)}`,
            wanted,
            mayRequest(authorization, from, target, method, port),
          );
        const connect = (from: Pod, port: number, wanted: boolean) =>
          decide(
            () => `${callee.name}:${port} from ${JSON.stringify(from)}`,
            wanted,
            mayConnect(network, 'prod', from, target, port),
          );
        for (const caller of application.services) {
          const source = pod(application.name, caller.name);
          const calls = (caller.calls ?? []).filter(({ service }) => service === callee.name);
          const methodsOfCalls = calls.flatMap((call) => call.methods ?? ['GET']);
          for (const each of methods) {
            const wanted = methodsOfCalls.includes(each);
            request(source, each, callee.port, wanted);
            if (wanted) allowed += 1;
            else refused += 1;
          }
          connect(source, callee.port, calls.length > 0);
          connect(source, 15000, false);
          request(source, 'GET', 15000, false);
        }
        for (const each of methods)
          request(gateway, each, callee.port, callee.entry?.methods.includes(each) === true);
        connect(gateway, callee.port, callee.entry !== undefined);
        for (const stranger of strangers) request(stranger, 'GET', callee.port, false);
        for (const stranger of strangers.slice(0, 4)) connect(stranger, callee.port, false);
      }
      expect(wrong).toEqual([]);
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

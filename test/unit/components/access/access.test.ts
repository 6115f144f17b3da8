import { reviews } from '../canary/fixtures';
import { Access, previewRules, releaseRules, resolveAccess } from '../../../../components/access';
import { routings } from '../../../../components/canary/pure';
import { ProblemsError } from '../../../../components/validation';
import { neededRights } from '../../../../release/commands/doctorRights';
import { countByType, record, settled } from '../../recorder';

const args = { settings: {}, namespaces: ['test', 'prod'], outsideNamespaces: ['prod-edge'] };

describe('Access', () => {
  it('registers both accounts, what limits them, and their rights in each namespace', async () => {
    const registered = await record();
    new Access('access', args);
    await settled();
    expect(countByType(registered)).toEqual({
      'bookinfo:access:Access': 1,
      'kubernetes:core/v1:Namespace': 1,
      'kubernetes:core/v1:ServiceAccount': 2,
      'kubernetes:admissionregistration.k8s.io/v1:ValidatingAdmissionPolicy': 2,
      'kubernetes:admissionregistration.k8s.io/v1:ValidatingAdmissionPolicyBinding': 2,
      'kubernetes:rbac.authorization.k8s.io/v1:ClusterRole': 2,
      'kubernetes:rbac.authorization.k8s.io/v1:RoleBinding': 5,
    });
    const bound = registered
      .filter(({ type }) => type.endsWith(':RoleBinding'))
      .map(({ inputs }) => inputs['metadata'] as { name: string; namespace: string })
      .map(({ name, namespace }) => `${name} in ${namespace}`);
    expect(bound.sort()).toEqual([
      'bookinfo-preview in prod',
      'bookinfo-preview in prod-edge',
      'bookinfo-preview in test',
      'bookinfo-release in prod',
      'bookinfo-release in test',
    ]);
  });

  it('gives rights last: what limits them is registered before', async () => {
    const registered = await record();
    new Access('access', args);
    await settled();
    const types = registered.map(({ type }) => type.slice(type.lastIndexOf(':') + 1));
    expect(types.lastIndexOf('ValidatingAdmissionPolicyBinding')).toBeLessThan(types.indexOf('RoleBinding'));
  });

  it('refuses wrong settings before anything is registered', async () => {
    const registered = await record();
    const settings = { namespace: 'Pipe', services: ['1x'] };
    expect(() => new Access('access', { ...args, settings })).toThrow(ProblemsError);
    expect(registered).toEqual([]);
  });
});

const verbsOf = (rules: ReturnType<typeof previewRules>) =>
  rules.flatMap(({ apiGroups, resources, verbs }) =>
    apiGroups.flatMap((group) =>
      resources.flatMap((resource) => verbs.map((verb) => `${verb} ${resource}.${group}`)),
    ),
  );

describe.each(routings)('the roles for %s', (by) => {
  const routing = [by];

  it('give the release what the doctor says it needs, and little more', () => {
    const given = verbsOf(releaseRules({ readProxies: false, routing }));
    const needed = neededRights(reviews('v1', 'v2', { routing: by }), 'prod').map(
      ({ verb, resource, group }) => `${verb} ${resource}.${group}`,
    );
    expect(needed.filter((right) => !given.includes(right))).toEqual([]);
    expect(needed).toEqual(expect.arrayContaining(['list httproutes.gateway.networking.k8s.io']));
    expect(given.filter((right) => !needed.includes(right))).toEqual([
      ...['get replicasets.apps', 'list replicasets.apps', 'watch replicasets.apps'],
      ...['get persistentvolumeclaims.', 'list persistentvolumeclaims.', 'watch persistentvolumeclaims.'],
    ]);
  });

  it('never name everything, secrets, or what speaks for others or runs a command', () => {
    const all = [
      ...verbsOf(previewRules({ routing })),
      ...verbsOf(releaseRules({ readProxies: true, routing })),
    ];
    const forbidden = /\*|secrets|pods\/(exec|attach)|token|impersonate|escalate|bind|roles|webhook/;
    expect(all.filter((right) => forbidden.test(right))).toEqual([]);
    expect(
      verbsOf(previewRules({ routing })).filter((right) => /^(delete|update|deletecollection) /.test(right)),
    ).toEqual([]);
    expect(all.filter((right) => /pods\/(proxy|portforward)\.$/.test(right))).toEqual([
      ...['get pods/proxy.', 'get pods/portforward.', 'create pods/portforward.'],
    ]);
    expect(
      verbsOf(releaseRules({ readProxies: false, routing })).filter((right) => right.includes('pods/')),
    ).toEqual([]);
  });
});

it('takes the services of the application where none are named', () => {
  expect(resolveAccess({}, 'access')).toEqual({
    namespace: 'pipeline',
    services: expect.arrayContaining(['reviews', 'ratings']) as unknown,
    readProxies: false,
    routing: ['virtualService'],
  });
});

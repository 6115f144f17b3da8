import { readConfig } from '../../../../rehearsal/provider/config';
import { UNKNOWN } from '../../../../rehearsal/provider/wire';

test('reads settings as a program and as stack config give them', () => {
  const { config, failures } = readConfig({
    version: '4.34.2',
    kubeconfig: '/a/b',
    namespace: 'shop',
    enableServerSideApply: 'true',
    enablePatchForce: true,
    enableConfigMapMutable: 'true',
    upsertExistingObjects: 'false',
    suppressDeprecationWarnings: 'true',
  });
  expect(failures).toEqual([]);
  expect(config).toEqual({
    kubeconfig: '/a/b',
    namespace: 'shop',
    patchForce: true,
    configMapMutable: true,
    secretMutable: false,
    upsert: false,
  });
});

test('a kubeconfig given as JSON stays one', () => {
  expect(readConfig({ kubeconfig: { apiVersion: 'v1' } }).config.kubeconfig).toBe('{"apiVersion":"v1"}');
});

test('all problems at once', () => {
  const { failures } = readConfig({
    enableServerSideApply: 'false',
    renderYamlToDirectory: 'out',
    deleteUnreachable: 'true',
    skipUpdateUnreachable: 'false',
    enablePatchForce: 'maybe',
    nonsense: 'x',
    context: UNKNOWN,
  });
  expect(failures.map(({ property }) => property)).toEqual([
    'enableServerSideApply',
    'renderYamlToDirectory',
    'deleteUnreachable',
    'enablePatchForce',
    'nonsense',
  ]);
  expect(failures.every(({ reason }) => reason.length > 10)).toBe(true);
});

import { UNKNOWN } from '../../../../policies/model/unknown';
import { objectsOf, overridesOf, readState, releasesOf } from '../../../../policies/sources/resources';
import { CONCEALED, decode, SIGNATURE } from '../../../../policies/sources/wire';

const secret = (value: object) => ({ [SIGNATURE]: '1b47061264138c4ac30d75fd1eb44270', ...value });
const UNKNOWN_TEXT = '04da6b54-80e4-46f7-96ec-b56ff0331ba9';

test('secrets are concealed with their places kept, unknown values marked', () => {
  const given = {
    plain: 'a',
    unknown: UNKNOWN_TEXT,
    list: [secret({ value: { inner: 'hidden', more: ['hidden'] } }), secret({ ciphertext: 'v1:abc' })],
  };
  expect(decode(given)).toEqual({
    value: {
      plain: 'a',
      unknown: UNKNOWN,
      list: [{ inner: CONCEALED, more: [CONCEALED] }, CONCEALED],
    },
    secretFields: ['list[0]', 'list[1]'],
  });
});

const urn = (name: string) => `urn:${name}`;
const resource = (name: string, more: object = {}) => ({
  urn: urn(name),
  type: 'kubernetes:core/v1:ConfigMap',
  inputs: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'prod' } },
  ...more,
});
const state = (...resources: readonly object[]) => ({ version: 3, deployment: { resources } });

test('objects of a state know all that they come after, also through what is no object', () => {
  const resources = readState(
    state(
      resource('a'),
      { urn: urn('component'), type: 'bookinfo:index:Thing', dependencies: [urn('a')] },
      resource('b', { dependencies: [urn('component')] }),
      resource('c', { dependencies: [urn('b')] }),
    ),
  );
  const [, , c] = objectsOf(resources);
  expect([...(c?.dependsOn ?? [])].sort()).toEqual(['ConfigMap/prod/a', 'ConfigMap/prod/b']);
});

test('what is about to be deleted is gone, and what is no object is passed over', () => {
  const chart = { urn: urn('x'), type: 'kubernetes:helm.sh/v4:Chart', inputs: { chart: 'istiod' } };
  const objects = objectsOf(readState(state(resource('a', { delete: true }), resource('b'), chart)));
  expect(objects.map(({ id }) => id)).toEqual(['ConfigMap/prod/b']);
});

test('a release record that cannot be read counts as none', () => {
  const stack = {
    urn: urn('s'),
    type: 'pulumi:pulumi:Stack',
    outputs: { release: { reviews: { step: 7 } } },
  };
  expect(releasesOf(readState(state(stack)))).toEqual({});
});

test('overrides are taken from what the program is about to record', () => {
  const properties = {
    release: { reviews: { override: { from: '10' } }, ratings: UNKNOWN_TEXT, details: {} },
  };
  const stack = {
    ...{ urn: urn('s'), type: 'pulumi:pulumi:Stack', properties },
    ...{ dependencies: [], ignoreChanges: [] },
  };
  expect(overridesOf([stack])).toEqual({ reviews: { from: '10' } });
});

import * as pulumi from '@pulumi/pulumi';
import * as fc from 'fast-check';
import { takePlainProperties } from '../../../infra/plain-properties';

type Serialize = (
  label: string,
  props: Readonly<Record<string, unknown>>,
  opts?: object,
) => Promise<[Record<string, unknown>, Map<string, Set<unknown>>]>;

const sdk = jest.requireActual<{ serializeResourceProperties: Serialize }>('@pulumi/pulumi/runtime/rpc');
const own = { ...sdk };
takePlainProperties(own);

/** What each gives for properties, with who they depend on. */
async function both(props: Readonly<Record<string, unknown>>) {
  const [ours, theirs] = await Promise.all(
    [own, sdk].map(async ({ serializeResourceProperties }) => {
      const [values, dependencies] = await serializeResourceProperties('a resource', props, {});
      return { values, keys: Object.keys(values), dependencies: [...dependencies.entries()] };
    }),
  );
  return { ours: ours!, theirs: theirs! };
}

/** Data as programs write it, with holes where nothing was given. */
const plain = fc.letrec((tie) => ({
  any: fc.oneof(
    { depthSize: 'small' },
    fc.string(),
    fc.double(),
    fc.boolean(),
    fc.constantFrom(null, undefined),
    fc.array(tie('any'), { maxLength: 4 }),
    fc.dictionary(fc.string(), tie('any'), { maxKeys: 4 }),
  ),
})).any;

const notPlain = fc
  .tuple(plain, fc.constantFrom('output', 'secret', 'promise', 'function', 'date', 'asset', 'hole'))
  .map(([value, how]): unknown => {
    switch (how) {
      case 'output':
        return pulumi.output(value);
      case 'secret':
        return pulumi.secret(value);
      case 'promise':
        return Promise.resolve(value);
      case 'function':
        return () => value;
      case 'date':
        return new Date(0);
      case 'asset':
        return new pulumi.asset.StringAsset('text');
      default:
        return Object.assign([], { 2: value });
    }
  });

const properties = (values: fc.Arbitrary<unknown>) =>
  fc.dictionary(fc.oneof(fc.string(), fc.constantFrom('id', 'urn', 'metadata', 'spec')), values, {
    maxKeys: 5,
  });

/** That the two agree on whatever properties with such values are thought of. */
const agreeOn = (values: fc.Arbitrary<unknown>) =>
  fc.assert(
    fc.asyncProperty(properties(values), async (props) => {
      const { ours, theirs } = await both(props);
      expect(ours).toEqual(theirs);
    }),
    { numRuns: 300 },
  );

beforeAll(() => {
  void pulumi.runtime.setMocks({
    newResource: ({ name }) => ({ id: name, state: {} }),
    call: () => ({}),
  });
});

it('plain properties are what the SDK makes of them', () => agreeOn(plain));

it('so are those with promises, outputs, secrets, assets and whatever else anywhere in them', () =>
  agreeOn(
    fc.oneof(
      notPlain,
      plain,
      fc.tuple(plain, notPlain),
      fc.record({ spec: fc.record({ deep: notPlain, plain }) }),
    ),
  ));

it('a secret in a property stays one', async () => {
  const props = { data: { user: 'reader', password: pulumi.secret('hunter2') }, kind: 'Secret' };
  const { ours, theirs } = await both(props);
  expect(ours).toEqual(theirs);
  expect(ours.values['kind']).toBe('Secret');
  expect(ours.values['data']).toEqual({
    user: 'reader',
    password: { '4dabf18193072939515e22adb298388d': '1b47061264138c4ac30d75fd1eb44270', value: 'hunter2' },
  });
});

it('a property that is a resource is what it depends on', async () => {
  class Thing extends pulumi.CustomResource {
    constructor(name: string) {
      super('test:index:Thing', name, {});
    }
  }
  const thing = new Thing('thing');
  const { ours, theirs } = await both({ plain: 1, thing, urn: 'left out' });
  expect(ours).toEqual(theirs);
  expect(ours.dependencies).toEqual([
    ['plain', new Set()],
    ['thing', new Set([thing])],
  ]);
});

it('what cannot be awaited fails as with the SDK, and names the property', async () => {
  const failing = () => ({ plain: 1, spec: { deep: Promise.reject(new Error('no answer')) } });
  await expect(own.serializeResourceProperties('a resource', failing())).rejects.toThrow(
    'error serializing property "spec": no answer',
  );
});

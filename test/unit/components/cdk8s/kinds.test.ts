import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { typeAliases, typeToken } from '../../../../components/cdk8s/pure';

interface SdkClass {
  readonly type: string;
  readonly apiVersion: string;
  readonly kind: string;
  readonly aliases: readonly string[];
  readonly secretOutputs: boolean;
}

/** The classes of @pulumi/kubernetes, read as text: to load five hundred modules would take far longer. */
function sdkClasses(): readonly SdkClass[] {
  const root = dirname(require.resolve('@pulumi/kubernetes/package.json'));
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((file) => /^[a-z]+\/v\d[a-z0-9]*\/\w+\.js$/.test(file))
    .flatMap((file) => {
      const source = readFileSync(join(root, file), 'utf8');
      const type = /__pulumiType = '([^']+)'/.exec(source)?.[1];
      const apiVersion = /resourceInputs\["apiVersion"\] = "([^"]+)"/.exec(source)?.[1];
      const kind = /resourceInputs\["kind"\] = "([^"]+)"/.exec(source)?.[1];
      if (type === undefined || apiVersion === undefined || kind === undefined) return [];
      // A patch is another way of declaring a kind, a Status is an answer: neither is an object to create.
      if (type.endsWith('Patch') || type.startsWith('kubernetes:meta/')) return [];
      const aliases = /aliasOpts = \{ aliases: \[(.*)\] \}/.exec(source)?.[1] ?? '';
      return [
        {
          type,
          apiVersion,
          kind,
          aliases: [...aliases.matchAll(/type: "([^"]+)"/g)].map((match) => match[1]!),
          secretOutputs: source.includes('additionalSecretOutputs'),
        },
      ];
    });
}

const classes = sdkClasses();
const byType = (a: string, b: string) => a.localeCompare(b);

test('finds the classes of the installed SDK', () => {
  expect(classes.length).toBeGreaterThan(250);
  const types = classes.map(({ type }) => type);
  expect(types).toContain('kubernetes:core/v1:Service');
  expect(types).toContain('kubernetes:apps/v1:Deployment');
});

test('every token is the one of the SDK', () => {
  expect(classes.map(({ apiVersion, kind }) => typeToken(apiVersion, kind))).toEqual(
    classes.map(({ type }) => type),
  );
});

test('every alias is the one of the SDK', () => {
  const objects = classes.filter(({ kind }) => !kind.endsWith('List'));
  const ours = objects.map(({ type }) => [type, [...typeAliases(type)].sort(byType)]);
  expect(ours).toEqual(objects.map(({ type, aliases }) => [type, [...aliases].sort(byType)]));
  expect(objects.filter(({ aliases }) => aliases.length > 0).length).toBeGreaterThan(100);
});

test('Secret is the only kind whose outputs the SDK marks as secret', () => {
  expect(classes.filter(({ secretOutputs }) => secretOutputs).map(({ type }) => type)).toEqual([
    'kubernetes:core/v1:Secret',
  ]);
});

test('custom resources have the token of CustomResource and no aliases, whatever their kind is called', () => {
  expect(typeToken('networking.istio.io/v1', 'VirtualService')).toBe(
    'kubernetes:networking.istio.io/v1:VirtualService',
  );
  expect(typeAliases('kubernetes:serving.knative.dev/v1:Deployment')).toEqual([]);
  expect(typeAliases('kubernetes:example.com/v1:constructor')).toEqual([]);
});

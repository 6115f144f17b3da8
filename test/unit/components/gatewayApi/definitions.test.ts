import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gatewayApiProblems } from '../../../../components/gatewayApi/pure';
import { readDefinitions } from '../../../../components/gatewayApi/definitions';

const folder = mkdtempSync(join(tmpdir(), 'gateway-api-'));
const file = (name: string, text: string) => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};
const crd = (name: string) =>
  `apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: { name: ${name} }\n`;

const names = (crds: string) =>
  readDefinitions({ crds }, 'gatewayApi').map(({ kind, metadata }) => `${kind} ${metadata.name}`);

test('a file with several objects, as the project publishes one', () => {
  const policy = 'apiVersion: v1\nkind: ValidatingAdmissionPolicy\nmetadata: { name: safe-upgrades }\n';
  expect(names(file('install.yaml', `# licence\n---\n${crd('httproutes')}---\n${policy}`))).toEqual([
    'CustomResourceDefinition httproutes',
    'ValidatingAdmissionPolicy safe-upgrades',
  ]);
});

test('a folder of files, as the source has them; a kustomization is none of the objects', () => {
  const place = join(folder, 'standard');
  mkdirSync(place);
  for (const name of ['grpcroutes', 'httproutes']) writeFileSync(join(place, `${name}.yaml`), crd(name));
  writeFileSync(join(place, 'kustomization.yaml'), 'resources: [x.yaml]\n');
  writeFileSync(join(place, 'README.md'), '# x\n');
  expect(names(place)).toEqual([
    'CustomResourceDefinition grpcroutes',
    'CustomResourceDefinition httproutes',
  ]);
});

test.each([
  ['nothing', () => join(folder, 'none'), /none, where there is no file/],
  ['no YAML', () => file('broken.yaml', 'a: [1'), /broken\.yaml, which cannot be read/],
  [
    'other objects',
    () => file('other.yaml', 'apiVersion: v1\nkind: Service\nmetadata: {name: x}\n'),
    /defines no kinds/,
  ],
  ['an empty file', () => file('empty.yaml', ''), /defines no kinds/],
])('%s is refused with the place and what to do', (_what, crds, problem) => {
  const read = () => readDefinitions({ crds: crds() }, 'bookinfo:gatewayApi');
  expect(read).toThrow(problem);
  expect(read).toThrow(/bookinfo:gatewayApi\.crds[^]*remedy: /);
});

test.each([
  [{}, []],
  [{ version: '1.6.0' }, []],
  [{ crds: 'https://example.com/standard-install.yaml' }, []],
  [{ version: 'v1.6' }, [/version is "v1\.6", not a version/]],
  [{ crds: ' ' }, [/crds is empty/]],
  [{ crds: 'http://example.com/x.yaml' }, [/crds is an address that is not plain https/]],
  [{ crds: 'https://user:secret@example.com/x.yaml' }, [/crds is an address that is not plain https/]],
  [{ chanel: 'standard' }, [/chanel/]],
])('settings %j', (raw, problems) => {
  const found = gatewayApiProblems(raw, 'g').map(({ path, problem }) => `${path} ${problem}`);
  expect(found).toEqual(problems.map((pattern) => expect.stringMatching(pattern) as unknown));
  expect(found.join()).not.toContain('secret');
});

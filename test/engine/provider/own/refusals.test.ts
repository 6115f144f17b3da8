import { useStack } from '../support';

const context = useStack();

const script = (statement: string) => `const k8s = require('@pulumi/kubernetes'); ${statement};`;

test.each([
  ['Helm releases', `new k8s.helm.v3.Release('it', { chart: 'nginx' })`, 'helm.sh/v3:Release'],
  ['Helm charts', `new k8s.helm.v4.Chart('it', { chart: 'nginx' })`, 'helm.sh/v4:Chart'],
  ['YAML files', `new k8s.yaml.v2.ConfigFile('it', { file: 'x.yaml' })`, 'yaml/v2:ConfigFile'],
  ['YAML groups', `new k8s.yaml.v2.ConfigGroup('it', { yaml: 'a: b' })`, 'yaml/v2:ConfigGroup'],
  ['old YAML groups', `new k8s.yaml.ConfigGroup('it', { yaml: 'a: b' })`, 'yaml:decode'],
  ['kustomize', `new k8s.kustomize.v2.Directory('it', { directory: '.' })`, 'kustomize/v2:Directory'],
  ['lists', `new k8s.core.v1.ConfigMapList('it', { items: [{}] })`, 'core/v1:ConfigMapList'],
  ['patches', `new k8s.core.v1.ConfigMapPatch('it', { metadata: { name: 'it' } })`, 'core/v1:ConfigMapPatch'],
])('refuses %s by name, with what to do instead', async (_title, statement, name) => {
  const run = await context.stack.upScript(script(statement));
  expect(run.error).toBeDefined();
  expect(run.text).toContain(name);
  expect(run.text).toContain('install the official');
  expect(run.text).toMatch(/this plugin does not|the rehearsal's Kubernetes plugin does not/);
});

test('refuses settings it does not follow, all at once', async () => {
  const run = await context.stack.upScript(
    script(`
      const provider = new k8s.Provider('p', { enableServerSideApply: false, renderYamlToDirectory: 'out' });
      new k8s.core.v1.ConfigMap('cm', { metadata: { name: 'cm' } }, { provider })`),
  );
  expect(run.error).toBeDefined();
  expect(run.text).toContain('server-side apply');
  expect(run.text).toContain('renderYamlToDirectory');
});

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { ProjectCopy } from '../unit/docs/project';
import { runBlocks } from '../unit/docs/shell';

let copy: ProjectCopy;
let state: string;
beforeAll(() => {
  copy = new ProjectCopy();
  state = mkdtempSync(join(tmpdir(), 'docs-state-'));
});
afterAll(() => {
  copy.remove();
  rmSync(state, { recursive: true, force: true });
});

/** Runs commands in the copy, all of which must succeed. */
async function run(commands: readonly string[]): Promise<void> {
  const block = { place: 'here', language: 'sh', kind: '', options: {}, text: commands.join('\n') };
  const { code, output } = await runBlocks([block], copy.root, {
    ...process.env,
    PULUMI_BACKEND_URL: `file://${state}`,
  });
  expect(`${code} ${code === 0 ? '' : output}`).toBe('0 ');
}

test.each(['prod', 'rehearsal', 'test'])(
  'a step that is named and taken back leaves the file of %s as it was',
  async (stack) => {
    const file = join(copy.root, 'stacks', `Pulumi.${stack}.yaml`);
    const before = readFileSync(file, 'utf8');
    await run([
      `pulumi stack init ${stack} --no-select`,
      `pulumi config set step 0 --stack ${stack}`,
      `grep -q 'step: "0"' stacks/Pulumi.${stack}.yaml`,
      `pulumi config set step baseline --stack ${stack}`,
      `pulumi stack rm --yes --preserve-config --stack ${stack}`,
    ]);
    const salt = /^encryptionsalt: .*\n/m;
    expect(readFileSync(file, 'utf8').replace(salt, '')).toBe(before.replace(salt, ''));
  },
);

test("the engine's own commands leave the line of the schema and every comment where they are", async () => {
  const file = join(copy.root, 'stacks', 'Pulumi.prod.yaml');
  const comments = () =>
    readFileSync(file, 'utf8')
      .split('\n')
      .filter((line) => line.trim().startsWith('#'));
  const before = comments();
  await run([
    'pulumi stack init prod --no-select',
    'pulumi config set step 0 --stack prod',
    "pulumi config set --path 'bookinfo:release.canary.replicas' 2 --stack prod",
    'pulumi config set --secret bookinfo:metricsKey something --stack prod',
    'pulumi config rm bookinfo:metricsKey --stack prod',
  ]);
  expect(comments()).toEqual(before);
  const text = readFileSync(file, 'utf8');
  expect(text).toMatch(/^# yaml-language-server: \$schema=schema\/stack\.json\n/);
  expect(parse(text)).toMatchObject({
    config: { 'bookinfo:step': '0', 'bookinfo:release': { canary: { version: 'v2', replicas: 2 } } },
  });
});

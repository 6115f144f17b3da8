import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { ProjectCopy } from '../unit/docs/project';
import { runBlocks } from '../unit/docs/shell';

jest.setTimeout(60_000);

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

test("the engine's own commands leave the line of the schema and every comment where they are", async () => {
  const file = join(copy.root, 'stacks', 'Pulumi.prod.yaml');
  const comments = () =>
    readFileSync(file, 'utf8')
      .split('\n')
      .filter((line) => line.trim().startsWith('#'));
  const before = comments();
  const commands = [
    'pulumi stack init prod --no-select',
    'pulumi config set step 0 --stack prod',
    "pulumi config set --path 'bookinfo:release.canary.replicas' 2 --stack prod",
    'pulumi config set --secret bookinfo:metricsKey something --stack prod',
    'pulumi config rm bookinfo:metricsKey --stack prod',
  ];
  const run = await runBlocks(
    [{ place: 'here', language: 'sh', kind: '', options: {}, text: commands.join('\n') }],
    copy.root,
    { ...process.env, PULUMI_BACKEND_URL: `file://${state}` },
  );
  expect(`${run.code} ${run.code === 0 ? '' : run.output}`).toBe('0 ');
  expect(comments()).toEqual(before);
  const text = readFileSync(file, 'utf8');
  expect(text).toMatch(/^# yaml-language-server: \$schema=schema\/stack\.json\n/);
  expect(parse(text)).toMatchObject({
    config: { 'bookinfo:step': '0', 'bookinfo:release': { canary: { version: 'v2', replicas: 2 } } },
  });
});

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { main } from '../../../policies/cli';
import { changedObjects, examples, ROOT, type Case } from './cases';
import { registry } from '../../../policies/registry';
import { inNinetyDays } from '../../support/days';

const folder = mkdtempSync(join(tmpdir(), 'policies-cli-'));
let stdout = '';
let stderr = '';

beforeEach(() => {
  stdout = '';
  stderr = '';
  jest.spyOn(process.stdout, 'write').mockImplementation((text, done?: unknown) => {
    stdout += String(text);
    if (typeof done === 'function') (done as () => void)();
    return true;
  });
  jest.spyOn(process.stderr, 'write').mockImplementation((text) => {
    stderr += String(text);
    return true;
  });
});
afterEach(() => jest.restoreAllMocks());
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs the command and gives its exit code. */
async function policies(...args: readonly string[]): Promise<number> {
  const before = process.exitCode;
  process.exitCode = 0;
  try {
    await main(ROOT, args);
    return Number(process.exitCode);
  } finally {
    process.exitCode = before;
  }
}

function write(name: string, content: unknown): string {
  const file = join(folder, name);
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
}

const manifests = (change: Omit<Case, 'title'>): string =>
  changedObjects(change)
    .map((object) => stringify(object))
    .join('---\n');

const fault = { 'VirtualService/prod/reviews': { 'spec.http[1].fault': { abort: { httpStatus: 503 } } } };
const jump = {
  'VirtualService/prod/reviews': { 'spec.http[1].route[0].weight': 10, 'spec.http[1].route[1].weight': 90 },
};

/** A state with the objects of the base, changed, as `pulumi stack export` prints it; each was made after all before it. */
function state(change: Omit<Case, 'title'>) {
  const resources: { readonly urn: string }[] = [];
  for (const inputs of changedObjects(change)) {
    const apiVersion = String(inputs['apiVersion']);
    const group = apiVersion.includes('/') ? apiVersion : `core/${apiVersion}`;
    const type = `kubernetes:${group}:${inputs.kind}`;
    const urn = `urn:pulumi:prod::bookinfo::${type}::${inputs.metadata.name}`;
    resources.push({ urn, ...{ type, inputs, dependencies: resources.map((earlier) => earlier.urn) } });
  }
  return { version: 3, deployment: { resources } };
}

describe('--manifests', () => {
  test('a folder with the good stack passes; one that it cannot compare is said', async () => {
    write('good/all.yaml', manifests({}));
    expect(await policies('--manifests', join(folder, 'good'))).toBe(0);
    expect(stdout).toContain(`16 objects, ${registry.length} policies: 0 mandatory violations`);
    expect(stdout).toContain('Without an earlier state to compare with');
  });

  test('a violation is printed with its file and line, and ends with 7', async () => {
    const file = write('bad.yaml', manifests({ set: fault }));
    expect(await policies('--manifests', file)).toBe(7);
    // The line of the field itself, not of its object.
    const line =
      readFileSync(file, 'utf8')
        .split('\n')
        .findIndex((text) => text.trim() === 'fault:') + 1;
    expect(line).toBeGreaterThan(1);
    expect(stdout).toContain(`VirtualService/prod/reviews: spec.http[1].fault`);
    expect(stdout).toContain(`at: ${file}:${line}`);
  });

  test('--previous gives what to compare with', async () => {
    const file = write('jump.yaml', manifests({ set: jump }));
    const previous = write('previous.json', state({}));
    expect(await policies('--manifests', file)).toBe(0);
    expect(await policies('--manifests', file, '--previous', previous)).toBe(7);
    expect(stdout).toContain('R06-step-jump');
  });

  test('what is no object stops it before anything is judged', async () => {
    const file = write('broken.yaml', 'kind: Pod\n---\na: [\n---\n- 1\n');
    expect(await policies('--manifests', file)).toBe(2);
    expect(stderr).toContain('Manifests: 3 problems');
    expect(stderr).toContain(`${file}[1] is not YAML at line`);
    expect(stderr).toContain('remedy: give it apiVersion and kind');
  });

  test('nothing judged does not pass', async () => {
    expect(await policies('--manifests', write('empty.yaml', '# nothing\n'))).toBe(2);
    expect(stderr).toContain('gives no Kubernetes object: nothing was judged');
  });
});

describe('--state', () => {
  test('the last state of a stack, with the settings of --stack', async () => {
    const file = write('state.json', state({}));
    expect(await policies('--state', file, '--stack', 'organization/bookinfo/prod')).toBe(0);
    expect(stdout).toContain('16 objects');
  });

  test('a violation in it', async () => {
    expect(await policies('--state', write('bad.json', state({ set: fault })))).toBe(7);
    expect(stdout).toContain(
      'at: urn:pulumi:prod::bookinfo::kubernetes:networking.istio.io/v1:VirtualService::reviews',
    );
  });

  test.each([
    ['{', 'which is no JSON'],
    ['{"resources": []}', 'which is no exported state'],
    ['{"version": 3, "deployment": {}}', 'nothing was judged'],
  ])('%s is refused', async (content, problem) => {
    expect(await policies('--state', write('wrong.json', content))).toBe(2);
    expect(stderr).toContain(problem);
    expect(stderr).toContain('remedy: ');
  });
});

describe('settings', () => {
  test('a pack config holds here as in a preview', async () => {
    const file = write('bad.yaml', manifests({ set: fault }));
    const config = write('pack.json', { 'R13-fault-in-production': 'advisory' });
    expect(await policies('--manifests', file, '--policy-pack-config', config)).toBe(0);
    expect(stdout).toContain('[advisory] R13-fault-in-production');
    const wrong = write('wrong.json', { 'R13-fault-in-prod': 'advisory' });
    expect(await policies('--manifests', file, '--policy-pack-config', wrong)).toBe(2);
    expect(stderr).toContain('did you mean R13-fault-in-production?');
  });

  test('an exception that has ended is a violation', async () => {
    const exception = { policy: 'R13', object: 'VirtualService/prod/reviews', reason: 'drill' };
    const file = write('bad.yaml', manifests({ set: fault }));
    const held = write('held.yaml', stringify({ exceptions: [{ ...exception, until: inNinetyDays() }] }));
    expect(await policies('--manifests', file, '--settings', held)).toBe(0);
    expect(stdout).toContain(
      `[excepted] R13-fault-in-production VirtualService/prod/reviews: drill (until ${inNinetyDays()})`,
    );
    const ended = write('ended.yaml', stringify({ exceptions: [{ ...exception, until: '2020-12-31' }] }));
    expect(await policies('--manifests', file, '--settings', ended)).toBe(7);
    expect(stdout).toContain('was 2020-12-31: the exception (drill) has ended');
  });

  test('slips are told with their place and what to write', async () => {
    const settings = write('settings.yaml', 'exception: []\nexceptions: [{ policy: R99 }]\n');
    expect(await policies('--manifests', write('bad.yaml', manifests({})), '--settings', settings)).toBe(2);
    expect(stderr).toContain(`${settings}.exceptions[0].policy is "R99", no policy`);
    expect(stderr).toContain('did you mean exceptions?');
    expect(stderr).not.toMatch(/\n\s+at /);
  });
});

test('wrong usage is told, with what to write', async () => {
  expect(await policies()).toBe(2);
  expect(stderr).toContain('write --manifests DIR, --manifests -, --stack NAME or --state FILE');
});

test.each(['json', 'junit', 'sarif', 'codequality'])('--format %s --output FILE', async (format) => {
  const bad = examples[0]!.bad[0]!;
  const file = join(folder, 'reports', `${format}.out`);
  const code = await policies(
    ...['--manifests', write('one.yaml', manifests(bad)), '--format', format, '--output', file],
  );
  expect({ code, stdout }).toEqual({ code: 7, stdout: '' });
  expect(readFileSync(file, 'utf8')).toContain('R01-weight-sum');
});

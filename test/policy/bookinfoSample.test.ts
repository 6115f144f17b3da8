import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { evaluate } from '../../policies/evaluate';
import { defaultSettings } from '../../policies/settings/read';
import { readManifests } from '../../policies/sources/manifests';
import { ensureTools, platformTools } from '../../rehearsal/toolchain';
import { ROOT } from '../unit/policies/cases';

interface Found {
  readonly policy: string;
  readonly enforcement: string;
}

/** Cells of the rows of a document's tables, without heads and rules. */
const rows = readFileSync(join(ROOT, 'docs', 'explanation', 'bookinfo-sample.md'), 'utf8')
  .split('\n')
  .filter((line) => /^\| (R\d|networking\/)/.test(line))
  .map((line) => line.split('|').map((cell) => cell.trim()));

let folder: string;
beforeAll(async () => {
  folder = (await ensureTools(platformTools, { progress: 'none' })).bookinfoSample;
});

/** What the command says to files of the sample, given as its walk-through applies them: one after another. */
function findingsIn(...files: readonly string[]): Promise<readonly Found[]> {
  return new Promise((resolve, reject) => {
    const command = join(ROOT, 'bin', 'policies.js');
    const child = execFile(
      process.execPath,
      [command, '--manifests', '-', '--format', 'json'],
      { env: { ...process.env, CI: '' }, maxBuffer: 16 * 2 ** 20 },
      (_error, stdout, stderr) => {
        if (stdout === '') reject(new Error(stderr));
        else resolve((JSON.parse(stdout) as { readonly findings: readonly Found[] }).findings);
      },
    );
    child.stdin?.end(files.map((file) => readFileSync(join(folder, file), 'utf8')).join('\n---\n'));
  });
}

const installed = [
  ...['platform/kube/bookinfo.yaml', 'networking/bookinfo-gateway.yaml'],
  'networking/destination-rule-all.yaml',
];
const plain = 'networking/virtual-service-all-v1.yaml';

test("Istio's Bookinfo breaks the policies that are explained, as often as is written, and no other", async () => {
  const counted = new Map<string, number>();
  for (const { policy, enforcement } of await findingsIn(...installed, plain)) {
    const key = `${policy} ${enforcement}`;
    counted.set(key, (counted.get(key) ?? 0) + 1);
  }
  const explained = rows
    .filter(([, policy]) => policy?.startsWith('R'))
    .map(([, policy, count, strict]) => [`${policy} ${strict}`, Number(count)] as const);
  expect(explained.length).toBeGreaterThan(5);
  expect(Object.fromEntries(counted)).toEqual(Object.fromEntries(explained));
});

/** The same without a process for each of them. */
function strictIn(...files: readonly string[]): ReadonlySet<string> {
  const texts = files.map((file) => ({ file, text: readFileSync(join(folder, file), 'utf8') }));
  const { findings } = evaluate({
    objects: readManifests(texts),
    settings: defaultSettings(),
    environment: 'production',
  });
  return new Set(
    findings.filter(({ enforcement }) => enforcement === 'mandatory').map(({ policy }) => policy),
  );
}

test.each(rows.filter(([, file]) => file?.startsWith('networking/')).map(([, file, adds]) => [file!, adds!]))(
  '%s adds %s',
  (file, adds) => {
    const before = strictIn(...installed, plain);
    // A file with routes takes the place of the plain ones; one with rules comes on top.
    const routes = file.includes('destination-rule') ? [plain, file] : [file];
    const added = [...strictIn(...installed, ...routes)].filter((policy) => !before.has(policy)).sort();
    expect(added.join(', ') || 'nothing').toBe(adds);
  },
);

import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { projectRoot } from '../../../rehearsal/paths';

let out: string;
beforeEach(() => (out = mkdtempSync(join(tmpdir(), 'plan-'))));
afterEach(() => rmSync(out, { recursive: true, force: true }));

/** The command, as on a machine that has Node.js and nothing else. */
async function plan(): Promise<string[]> {
  const env = { PATH: '/nowhere', HOME: out };
  const args = [join(projectRoot(__dirname), 'bin', 'rehearsal.js'), 'plan', '--out', out];
  const { stdout } = await promisify(execFile)(process.execPath, args, { env });
  return stdout.split('\n');
}

test('what each step changes, the objects and the verdict of the policies are shown without any tool', async () => {
  const lines = await plan();
  const ofStep = (step: string) =>
    lines.find((line) => line.startsWith(`  ${step} `))!.replace(/^ +\S+ +/, '');
  expect(ofStep('baseline')).toMatch(/^\d+ objects$/);
  expect(ofStep('0')).toContain('+ Deployment/bookinfo/reviews-v2');
  // The promise of a weight step.
  for (const weight of ['10', '25', '50', '100']) {
    expect(ofStep(weight)).toBe('~ VirtualService/bookinfo/reviews');
  }
  expect(ofStep('finished')).toContain('- Deployment/bookinfo/reviews-v1');
  expect(lines).toContainEqual(expect.stringMatching(/^ {2}Deployment \(\d+\): .*reviews-v1.*reviews-v2/));
  expect(lines).toContainEqual(
    expect.stringMatching(/^ {2}\d+ objects, \d+ policies: 0 mandatory violations/),
  );
  expect(readdirSync(join(out, 'objects')).sort()).toEqual(
    ['baseline', '0', '10', '25', '50', '100', 'finished'].map((step) => `${step}.yaml`).sort(),
  );
  expect(readFileSync(join(out, 'objects', '10.yaml'), 'utf8')).toContain('weight: 10');
});

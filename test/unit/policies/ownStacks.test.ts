import { resolve } from 'node:path';
import { renderObjects } from '../../../infra/render/render';
import { evaluate } from '../../../policies/evaluate';
import { kubeObject } from '../../../policies/model/object';
import { readSettings, settingsFile } from '../../../policies/settings/read';
import { environmentOf } from '../../../policies/settings/settings';

const ROOT = resolve(__dirname, '../../..');
const steps = ['baseline', '0', '10', '25', '50', '100', 'finished'];
const runs = [
  { stack: 'platform' },
  ...['test', 'prod', 'rehearsal'].flatMap((stack) => steps.map((step) => ({ stack, step }))),
];

test.each(runs)('stack $stack at step $step has no mandatory violation', async (run) => {
  const { settings, environment } = readSettings(settingsFile(ROOT, run.stack));
  const objects = (await renderObjects(ROOT, run)).map((manifest, index) =>
    kubeObject({ manifest, origin: { file: run.stack, index } }),
  );
  const report = evaluate({ objects, environment: environment ?? environmentOf(run.stack), settings });
  expect(objects.length).toBeGreaterThan(0);
  expect(report.undecided).toEqual([]);
  expect(report.findings.filter(({ enforcement }) => enforcement === 'mandatory')).toEqual([]);
});

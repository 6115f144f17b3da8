import { parse } from 'yaml';
import { readSettings, settingsFile } from '../../policies/settings/read';
import { ensureTools, platformTools } from '../../rehearsal/toolchain';
import { judgeOwnStack, platformStacks, refusals, TOKEN, valuesOf } from '../unit/policies/ownStack';
import { ROOT } from '../unit/policies/cases';

test.each(platformStacks)('stack %s has no mandatory violation', async (stack) => {
  const { istioCharts } = await ensureTools(platformTools, { progress: 'none' });
  // Tests have no network: the charts are those of the toolchain, also where the stack takes Istio's own.
  const istio = { ...(parse(valuesOf(stack)['bookinfo:istio'] ?? '{}') as object), charts: istioCharts };
  const report = await judgeOwnStack(
    { stack },
    { 'bookinfo:istio': JSON.stringify(istio), [TOKEN]: 'hidden' },
  );
  expect(report.objects).toBeGreaterThan(40);
  expect(report.undecided).toEqual([]);
  expect(refusals(report)).toEqual([]);
  // Leave that nobody needs any more has to go.
  const used = new Set(report.excepted.map(({ exception }) => exception));
  const { settings } = readSettings(settingsFile(ROOT, stack));
  const unused = settings.exceptions.filter(({ policy, object }) =>
    [...used].every((exception) => exception.policy !== policy || exception.object !== object),
  );
  expect(settings.exceptions.length).toBeGreaterThan(0);
  expect(unused).toEqual([]);
});

import { evaluate } from '../../../policies/evaluate';
import { registry } from '../../../policies/registry';
import { viewOf } from './cases';
import { thousand } from './thousand';

/** Processor time for 1,000 objects, asked for as the engine does. Seconds. */
const MOST = 1;

test(`1,000 objects, each by itself and then all together, take at most ${MOST} s`, () => {
  const view = { ...viewOf({ title: 'base' }), objects: thousand() };
  const ofObjects = registry.filter(({ scope }) => scope === 'object');
  const ofStacks = registry.filter(({ scope }) => scope === 'stack');
  const before = process.cpuUsage();
  let asked = 0;
  for (const object of view.objects) asked += evaluate({ ...view, objects: [object] }, ofObjects, []).objects;
  const whole = evaluate(view, ofStacks, registry);
  const { user, system } = process.cpuUsage(before);
  const seconds = (user + system) / 1e6;
  process.stdout.write(`1,000 objects: ${seconds.toFixed(2)} s of processor time\n`);
  const all = view.objects.length;
  expect(all).toBeGreaterThanOrEqual(1000);
  expect({ asked, objects: whole.objects }).toEqual({ asked: all, objects: all });
  expect(seconds).toBeLessThanOrEqual(MOST);
});

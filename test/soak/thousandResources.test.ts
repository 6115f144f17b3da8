import { figures, median, pairs } from '../cost/pairs';
import { CaseStack } from '../policy/engine';
import { settingsOf } from '../policy/settings';
import { thousand } from '../unit/policies/thousand';

jest.setTimeout(600_000);

/**
 * What 1,000 resources may take more with the pack than without it, as a share of processor time. The aim is 1 s of wall
 * time, which is not reached: judging them takes 0.5 s, and the rest is each resource's way to the pack, which the engine
 * takes three times, one resource after another.
 */
const MOST_OVERHEAD_OF_MANY = 0.6;

describe('1,000 resources', () => {
  const stack = new CaseStack();
  beforeAll(() => stack.init());
  afterAll(() => stack.end());

  test(`take at most ${MOST_OVERHEAD_OF_MANY * 100} per cent more with the pack`, async () => {
    const objects = thousand();
    const settings = settingsOf({ title: 'base' });
    const found = await pairs(1, async (pack) => {
      const preview = await stack.preview({ objects, settings, pack });
      expect(preview.output).toContain(`${objects.length + 1} to create`);
      return preview;
    });
    process.stdout.write(figures('preview of 1,000 resources', found));
    const ratio = median(found.map(({ plain, judged }) => judged.cpuSeconds / plain.cpuSeconds));
    expect(ratio).toBeLessThanOrEqual(1 + MOST_OVERHEAD_OF_MANY);
  });
});

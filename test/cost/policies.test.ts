import { OwnProgram } from '../policy/ownProgram';
import { figures, median, pairs } from './pairs';

jest.setTimeout(900_000);

/** What a preview of the production stack may take more with the pack than without it, as a share. */
const MOST_OVERHEAD = 0.25;

describe('a preview of the production stack', () => {
  const program = new OwnProgram('prod');
  beforeAll(() => program.init());
  afterAll(() => program.end());

  test(`takes at most ${MOST_OVERHEAD * 100} per cent more with the pack, and passes it`, async () => {
    const preview = async (pack: boolean) => {
      const judged = await program.preview(pack);
      if (judged.code !== 0) throw new Error(judged.output);
      // Without it the two would be the same for the wrong reason.
      expect(judged.output.includes('bookinfo@v')).toBe(pack);
      return judged;
    };
    // These fill caches.
    await preview(true);
    await preview(false);
    const found = await pairs(4, preview);
    process.stdout.write(figures('preview of prod', found));
    const ratio = median(found.map(({ plain, judged }) => judged.seconds / plain.seconds));
    expect(ratio).toBeLessThanOrEqual(1 + MOST_OVERHEAD);
  });
});

import { OwnProgram } from '../policy/ownProgram';
import { figures, median, type Pair, pairs } from './pairs';

jest.setTimeout(900_000);

/** What a preview of the production stack may take more with the pack than without it, as a share. */
const MOST_OVERHEAD = 0.3;

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
    const ratioOf = (found: readonly Pair[]) =>
      median(found.map(({ plain, judged }) => judged.seconds / plain.seconds));
    let found = await pairs(4, preview);
    // Whatever else the machine does makes it larger; so few may be wrong by that much.
    if (ratioOf(found) > 1 + MOST_OVERHEAD) found = [...found, ...(await pairs(8, preview))];
    process.stdout.write(figures('preview of prod', found));
    expect(ratioOf(found)).toBeLessThanOrEqual(1 + MOST_OVERHEAD);
  });
});

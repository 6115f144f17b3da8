import * as fc from 'fast-check';
import { parse } from 'smol-toml';
import { ProblemsError } from '../../../../components/validation';
import { promInstances, sidecarProm, type PromSettings } from '../../../../components/datakit/pure';
import { mutated, seed } from '../../mutated';

test('an annotation is TOML that reads back as what was said, or its settings are refused', () => {
  const right = { ...sidecarProm('reviews'), tags: { namespace: '$NAMESPACE', note: 'a "b" \\ c' } };
  const answers = new Set<string>();
  fc.assert(
    fc.property(mutated(right), (settings) => {
      let text: string;
      try {
        text = promInstances([settings as PromSettings]);
      } catch (error) {
        if (!(error instanceof ProblemsError)) throw error;
        answers.add('refused');
        return;
      }
      answers.add('rendered');
      const { inputs } = parse(text) as { inputs: { prom: { source?: unknown; tags?: unknown }[] } };
      const { source, tags } = settings as { source?: unknown; tags?: object };
      expect(inputs.prom).toHaveLength(1);
      expect(inputs.prom[0]?.source).toBe(source);
      if (tags !== undefined) expect(inputs.prom[0]?.tags ?? {}).toEqual({ ...tags });
    }),
    { numRuns: 300, seed },
  );
  expect([...answers].sort()).toEqual(['refused', 'rendered']);
});

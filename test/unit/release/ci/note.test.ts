import { previewNote, type PipelinePreview } from '../../../../release/ci/note';
import { summarise } from '../../../../release/ci/summary';

const preview: PipelinePreview = {
  stack: 'prod',
  changes: [
    { op: 'update', type: 'kubernetes:networking.istio.io/v1:VirtualService', name: 'reviews', urn: 'u' },
  ],
  unchanged: 24,
  findings: [{ severity: 'warning', policy: 'bookinfo/R7', text: 'a | b' }],
  release: {
    service: 'reviews',
    stable: 'v1',
    canary: 'v2',
    from: '0',
    to: '10',
    weights: { before: { v1: 100 }, after: { v1: 90, v2: 10 } },
    named: 'baseline',
    remaining: [
      {
        from: '0',
        to: '10',
        canary: 'v2',
        bakeMs: 300_000,
        commands: [],
        changes: [{ op: 'update', kind: 'VirtualService', name: 'reviews', detail: 'v1 90 %, v2 10 %' }],
      },
    ],
  },
};

describe('the note on a merge request', () => {
  it('tells step, weights, objects, findings and what comes after', () => {
    expect(previewNote(preview).split('\n')).toEqual([
      '## Preview: reviews v1 → v2 on prod',
      '',
      '| Step | Weights before | Weights after | Objects |',
      '| --- | --- | --- | --- |',
      '| 0 → 10 | v1 100 % | v1 90 %, v2 10 % | 1 object changes, 24 unchanged |',
      '',
      'The config names step baseline; the release stands at 0, and 10 is next.',
      '',
      '|  | Kind | Name |',
      '| --- | --- | --- |',
      '| update | VirtualService | reviews |',
      '',
      '### Policy findings',
      '',
      '- **warning** bookinfo/R7: a \\| b',
      '',
      '### Remaining plan',
      '',
      '| Step | Routes | Objects changed | Watched |',
      '| --- | --- | --- | --- |',
      '| 0 → 10 | v1 90 %, v2 10 % | update VirtualService reviews | 5 min 0 s |',
      '',
    ]);
  });

  it('says in the first line that policies refuse it', () => {
    expect(previewNote({ ...preview, refusal: 'no' })).toMatch(/^## Refused by policy: reviews/);
  });

  it('tells a stack without a release by its objects alone', () => {
    const text = previewNote({ stack: 'platform', changes: [], unchanged: 3, findings: [] });
    expect(text).toBe(
      '## Preview: platform\n\n0 objects change, 3 unchanged.\n\n### Policy findings\n\nNone.\n',
    );
  });
});

it('counts what is replaced as deleted and created', () => {
  const ops = ['create', 'update', 'replace', 'delete', 'same', 'read'] as const;
  expect(summarise(ops.map((op) => ({ op })))).toEqual({ create: 2, update: 1, delete: 2 });
});

import { evaluate } from '../../../policies/evaluate';
import { kubeObject } from '../../../policies/model/object';
import { formats, printReport } from '../../../policies/report/formats';
import { objectsOf } from '../../../policies/sources/resources';
import { viewOf } from './cases';
import { MARKER, marked, places, traces, unmarkedSecret } from './marked';

const printed = (report: ReturnType<typeof evaluate>): string =>
  formats.map((format) => printReport(format, { report, fallback: 'Pulumi.yaml' })).join('\n');

test.each(places)('%s: found, and printed by no format', (_place, manifest) => {
  const objects = [kubeObject({ manifest, origin: { file: 'f.yaml', index: 0, line: 1 } })];
  const report = evaluate({ ...viewOf({ title: '' }), objects });
  expect(report.findings.filter(({ policy }) => policy === 'R17-plaintext-secret')).toHaveLength(1);
  const text = printed(report);
  expect(text).toContain('R17-plaintext-secret');
  expect(text).not.toMatch(traces);
});

test('what the engine marks as secret is out of reach for every policy', () => {
  const secret = { '4dabf18193072939515e22adb298388d': '1b47061264138c4ac30d75fd1eb44270', value: MARKER };
  const [object] = objectsOf([
    {
      urn: 'urn:pulumi:prod::bookinfo::kubernetes:core/v1:Secret::datakit',
      type: 'kubernetes:core/v1:Secret',
      properties: {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name: 's', namespace: 'prod' },
        stringData: { token: secret },
      },
      dependencies: [],
      ignoreChanges: [],
    },
  ]);
  expect(object?.secretFields).toEqual(['stringData.token']);
  expect(JSON.stringify(object)).not.toMatch(traces);
});

test('a field of a Secret that the program did not mark is found, and printed by no format', () => {
  const report = evaluate({ ...viewOf({ title: '' }), objects: [unmarkedSecret] });
  const found = report.findings.filter(({ policy }) => policy === 'R18-token-not-secret');
  expect(found.map(({ field }) => field)).toEqual(['data.a', 'stringData.b']);
  expect(printed(report)).not.toMatch(traces);
  expect(printed(report)).not.toContain(Buffer.from(MARKER).toString('base64'));
});

test('all at once, as one stack: twenty places, none printed', () => {
  expect(places).toHaveLength(20);
  const report = evaluate({ ...viewOf({ title: '' }), objects: marked });
  const found = report.findings.filter(({ policy }) => policy === 'R17-plaintext-secret');
  expect(new Set(found.map(({ object }) => object)).size).toBe(20);
  expect(printed(report)).not.toMatch(traces);
});

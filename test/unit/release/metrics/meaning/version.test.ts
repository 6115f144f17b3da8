import type { Scope } from '../../../../../release/metrics';
import { istioNames, ownNames } from '../../../../../release/metrics/meaning/names';
import { Versions } from '../../../../../release/metrics/meaning/version';
import { series, steady, watch } from '../playedScrapers';

const scope: Scope = { service: 'reviews', namespace: 'prod', versions: ['v1', 'v2'] };
const of = (labels: Readonly<Record<string, string>>, more: Partial<Scope> = {}) => {
  const whole = { ...scope, ...more };
  const versions = new Versions(istioNames(whole), whole);
  versions.learn(series('v1'));
  return versions.ownerOf(labels);
};
const unknown = (more: Readonly<Record<string, string>> = {}) => series('unknown', '503', more);

/**
 * Which labels Istio has for a failure, by where it failed: a host had been chosen (UF, UC, UT) or not (UH, NR). Of a chosen
 * one the caller knows workload and canonical revision from its endpoint (istio/istio pilot/pkg/networking/util/util.go
 * AppendLbEndpointMetadata; envoyproxy/envoy metadata_object.cc convertEndpointMetadata), never the version.
 */
test.each<[string, Readonly<Record<string, string>>, Partial<Scope>, object]>([
  ['answered', series('v2'), {}, { kind: 'named', version: 'v2' }],
  ['another version', series('v3'), {}, { kind: 'other' }],
  [
    'UF, by the revision',
    unknown({ destination_canonical_revision: 'v2' }),
    {},
    { kind: 'inferred', version: 'v2' },
  ],
  [
    'UF, by a workload that was learnt',
    unknown({ destination_workload: 'reviews-v1' }),
    {},
    { kind: 'inferred', version: 'v1' },
  ],
  [
    'UF, by a workload that is named',
    unknown({ destination_workload: 'shop-new' }),
    { workloads: { v2: 'shop-new' } },
    { kind: 'inferred', version: 'v2' },
  ],
  [
    'a Helm chart whose revision is its appVersion: the workload goes first',
    unknown({ destination_workload: 'reviews-v1', destination_canonical_revision: 'v2' }),
    {},
    { kind: 'inferred', version: 'v1' },
  ],
  [
    'a Service for each version, as routes of the Gateway API have it',
    unknown({ destination_service_name: 'reviews-v2' }),
    { services: { v1: 'reviews', v2: 'reviews-v2' } },
    { kind: 'inferred', version: 'v2' },
  ],
  ['UH', unknown(), {}, { kind: 'unknown' }],
  ['UH, where all goes to the canary', unknown(), { only: 'v2' }, { kind: 'inferred', version: 'v2' }],
  [
    'UH, where all goes to the stable version',
    unknown(),
    { only: 'v1' },
    { kind: 'inferred', version: 'v1' },
  ],
  [
    'the label removed by a Telemetry',
    { destination_canonical_revision: 'v2' },
    {},
    { kind: 'inferred', version: 'v2' },
  ],
  ['nothing at all', {}, {}, { kind: 'unknown' }],
])('%s', (_, labels, more, owner) => expect(of(labels, more)).toEqual(owner));

test('"latest" stands for no revision, but where a version has that name and the series says so', () => {
  const latest = { versions: ['latest', 'v2'] };
  expect(of(unknown(), latest)).toEqual({ kind: 'unknown' });
  expect(of({ destination_version: 'latest' }, latest)).toEqual({ kind: 'named', version: 'latest' });
});

test('a workload that ran two versions tells nothing', () => {
  const versions = new Versions(istioNames(scope), scope);
  versions.learn(series('v1', '200', { destination_workload: 'reviews' }));
  versions.learn(series('v2', '200', { destination_workload: 'reviews' }));
  versions.learn(series('v1', '200', { destination_workload: 'reviews' }));
  expect(versions.ownerOf(unknown({ destination_workload: 'reviews' }))).toEqual({ kind: 'unknown' });
});

test('a mistyped label of the version leaves every request without one', () => {
  const names = { ...ownNames(), versionLabel: 'verison' };
  expect(new Versions(names, scope).ownerOf({ version: 'v2' })).toEqual({ kind: 'unknown' });
});

const scraper = { labels: { job: 'x' }, intervalMs: 15_000, phaseMs: 4_000 };
const uf = {
  response_flags: 'UF,URX',
  destination_workload: 'reviews-v2',
  destination_canonical_revision: 'v2',
};
const uh = { response_flags: 'UH' };

/** Each was a promotion before: the failures were in no series of the canary's. */
test.each<[string, Readonly<Record<string, string>>, number, number]>([
  ['90 % of connections fail at weight 100', uf, 10, 90],
  ['20 % of connections fail at weight 5', uf, 4, 1],
])('%s: the failures are the canary’s', async (_, failure, good, bad) => {
  const caller = steady('gateway', [
    { labels: series('v1'), perSecond: 95 },
    { labels: series('v2'), perSecond: good },
    { labels: unknown(failure), perSecond: bad },
  ]);
  const { of: found } = await watch(
    { callers: [caller], scrapers: [scraper] },
    { from: 60_000, forMs: 60_000 },
  );
  const { requests, errors, attributed } = found('v2');
  expect(errors / requests).toBeCloseTo(bad / (good + bad));
  expect(attributed).toBe(errors);
});

test('what met no host at a weight in between is nobody’s, and is said with its flags', async () => {
  const caller = steady('gateway', [
    { labels: series('v1'), perSecond: 90 },
    { labels: series('v2'), perSecond: 1 },
    { labels: unknown(uh), perSecond: 9 },
  ]);
  const { look, of: found } = await watch(
    { callers: [caller], scrapers: [scraper] },
    { from: 60_000, forMs: 60_000 },
  );
  expect(found('v2').errors).toBe(0);
  const { requests, errors, detail } = look.unattributed!;
  expect([requests, errors]).toEqual([9 * 45, 9 * 45]);
  expect(detail).toBe(`${9 * 45} with 503 UH: their series name no version`);
});

test('requests that do not say how they ended are no success: they hold, and the labels are named', async () => {
  const { response_code: _, ...bare } = series('v2');
  const caller = steady('gateway', [
    { labels: series('v1'), perSecond: 90 },
    { labels: bare, perSecond: 10 },
  ]);
  const { v2 } = await watch({ callers: [caller], scrapers: [scraper] }, { from: 60_000, forMs: 60_000 });
  expect(v2).toMatchObject({
    reason: 'unlabelled',
    detail: expect.stringMatching(/450 of 450 .* response_code and grpc_response_status/) as string,
  });
});

import { readBlockList } from '../../../../policies/settings/blockList';
import { ask } from '../cases';

/** A report as `trivy image --format json` writes it, cut down to two of its layers' results. */
const reportOf = (name: string, more: object = {}, vulnerabilities: readonly object[] = []) => ({
  SchemaVersion: 2,
  CreatedAt: '2026-11-18T09:12:03.123456789Z',
  ArtifactName: name,
  ArtifactType: 'container_image',
  Metadata: {
    Size: 187_904_512,
    OS: { Family: 'ubuntu', Name: '22.04' },
    ImageID: 'sha256:1111111111111111111111111111111111111111111111111111111111111111',
    DiffIDs: ['sha256:2222222222222222222222222222222222222222222222222222222222222222'],
    RepoTags: [name],
    RepoDigests: [
      'istio/examples-bookinfo-reviews-v2@sha256:3333333333333333333333333333333333333333333333333333333333333333',
    ],
    ImageConfig: { architecture: 'amd64', os: 'linux', config: {} },
  },
  Results: [
    { Target: `${name} (ubuntu 22.04)`, Class: 'os-pkgs', Type: 'ubuntu', Vulnerabilities: vulnerabilities },
    { Target: 'Java', Class: 'lang-pkgs', Type: 'jar' },
  ],
  ...more,
});

const finding = (id: string, severity: string) => ({
  VulnerabilityID: id,
  PkgID: 'libssl3@3.0.2-0ubuntu1.15',
  PkgName: 'libssl3',
  InstalledVersion: '3.0.2-0ubuntu1.15',
  FixedVersion: '3.0.2-0ubuntu1.16',
  Status: 'fixed',
  SeveritySource: 'nvd',
  PrimaryURL: `https://avd.aquasec.com/nvd/${id.toLowerCase()}`,
  Severity: severity,
});

const IMAGE = 'docker.io/istio/examples-bookinfo-reviews-v2:1.20.3';
const DIGEST = 'sha256:3333333333333333333333333333333333333333333333333333333333333333';
const bad = reportOf(IMAGE, {}, [
  finding('CVE-2024-6119', 'HIGH'),
  finding('CVE-2023-48795', 'CRITICAL'),
  finding('CVE-2024-6119', 'HIGH'),
  finding('CVE-2022-3219', 'LOW'),
]);

const read = (raw: unknown) => {
  const list = readBlockList(raw, 'blocked.json');
  if (!list.ok) throw new Error(list.problems.map(({ path, problem }) => `${path} ${problem}`).join('\n'));
  return list.value;
};
const problemsOf = (raw: unknown): readonly string[] => {
  const list = readBlockList(raw, 'blocked.json');
  return list.ok ? [] : list.problems.map(({ path, problem }) => `${path} ${problem}`);
};

test('an image with grave vulnerabilities is blocked by its name and by its digest', () => {
  const { images, made } = read(bad);
  expect(images.map(({ image }) => image)).toEqual([IMAGE, `istio/examples-bookinfo-reviews-v2@${DIGEST}`]);
  expect(images[0]?.cves).toEqual(['CVE-2023-48795', 'CVE-2024-6119']);
  expect(made?.toISOString()).toBe('2026-11-18T09:12:03.123Z');
});

test.each([
  [
    'only lesser ones',
    reportOf(IMAGE, {}, [finding('CVE-2022-3219', 'LOW'), finding('CVE-2022-1', 'UNKNOWN')]),
  ],
  ['none', reportOf(IMAGE)],
  ['no results at all', { ...reportOf(IMAGE), Results: undefined }],
])('an image with %s is not blocked', (_what, report) => {
  expect(read(report).images).toEqual([]);
});

test('several reports are as old as the oldest, and of unknown age where one says nothing', () => {
  const older = reportOf('docker.io/istio/examples-bookinfo-details-v1:1.20.3', {
    CreatedAt: '2026-10-02T00:00:00+08:00',
  });
  expect(read([bad, older]).made?.toISOString()).toBe('2026-10-01T16:00:00.000Z');
  expect(read([bad, { ...older, CreatedAt: undefined }]).made).toBeUndefined();
});

test('a report of something else than an image is refused, each by its place', () => {
  const files = reportOf('.', { ArtifactType: 'filesystem' });
  expect(problemsOf([bad, files])).toEqual([
    'blocked.json[1] is a Trivy report of a filesystem, not of an image',
  ]);
});

test.each([
  [{}, 'blocked.json is neither a block list nor a Trivy report'],
  [[], 'blocked.json is neither a block list nor a Trivy report'],
  [null, 'blocked.json is neither a block list nor a Trivy report'],
  [{ images: [{ cves: [] }] }, 'blocked.json.images[0].image is missing'],
])('%j is refused', (raw, problem) => {
  expect(problemsOf(raw)).toEqual([problem]);
});

test('an image of the stack that a report blocks is named with its vulnerabilities', () => {
  const report = ask({ title: 'blocked', settings: { blockList: read(bad) } });
  const found = report.findings.filter(({ policy }) => policy === 'R21-blocked-image');
  expect(found.map(({ object, problem }) => `${object} ${problem}`)).toEqual([
    'Deployment/prod/reviews-v2 is on the block list: CVE-2023-48795, CVE-2024-6119',
  ]);
});

test('a digest is blocked whatever registry it comes from', () => {
  const report = ask({
    title: 'mirrored',
    set: {
      'Deployment/prod/reviews-v2': {
        'spec.template.spec.containers[0].image': `docker.io/istio/mirror/reviews@${DIGEST}`,
      },
    },
    settings: { blockList: read(bad) },
  });
  expect(report.findings.map(({ policy }) => policy)).toContain('R21-blocked-image');
});

import { fits, formatRange, parseVersion } from '../../../../rehearsal/toolchain/versions';

describe('parseVersion', () => {
  it.each([
    ['v3.255.0', [3, 255, 0]],
    ['etcd Version: 3.6.5\nGit SHA: abc\nGo Version: go1.26.8', [3, 6, 5]],
    ['Kubernetes v1.36.3', [1, 36, 3]],
    ['kwok version v0.8.0 go1.26.8 (linux/amd64)', [0, 8, 0]],
    ['{"clientVersion": {"major": "1", "gitVersion": "v1.32.4-dispatcher"}}', [1, 32, 4]],
    ['v4.3', [4, 3, 0]],
    ['envoy  version: 1d5a2f0c/1.40.0/Clean/RELEASE/BoringSSL', [1, 40, 0]],
    ['client version: unknown', undefined],
    ['', undefined],
  ])('reads %j', (text, version) => {
    expect(parseVersion(text)).toEqual(version);
  });
});

describe('fits', () => {
  const range = { atLeast: '3.255.0', below: '4.0.0' };

  it.each([
    ['3.255.0', true],
    ['3.300.1', true],
    ['v3.255.0+dirty', true],
    ['3.254.9', false],
    ['4.0.0', false],
    ['4.0.0-beta.1', false],
    ['unknown', false],
  ])('%s: %s', (version, expected) => {
    expect(fits(version, range)).toBe(expected);
  });

  it('compares numbers, not text', () => {
    expect(fits('1.9.0', { atLeast: '1.10.0', below: '2.0.0' })).toBe(false);
  });

  it('is shown as people write it', () => {
    expect(formatRange(range)).toBe('>=3.255.0 <4.0.0');
  });
});

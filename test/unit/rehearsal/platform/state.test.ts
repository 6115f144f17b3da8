import { parse } from 'yaml';
import { renderKubeconfig } from '../../../../rehearsal/platform/control-plane';
import { rehearsalNamePattern, statePaths } from '../../../../rehearsal/platform/state';

test.each(['default', 'run-1', 'a', 'x'.repeat(32)])('%s names a rehearsal', (name) => {
  expect(name).toMatch(rehearsalNamePattern);
});

test.each(['', 'A', '../up', 'a/b', '-a', 'a-', 'x'.repeat(33), 'ä'])('"%s" does not', (name) => {
  expect(name).not.toMatch(rehearsalNamePattern);
});

test('a socket has a path that the kernel takes, and each rehearsal its own', () => {
  const [one, other] = [statePaths('one'), statePaths('x'.repeat(32))];
  expect(Buffer.byteLength(other.socket)).toBeLessThan(108);
  expect(one.socket).not.toBe(other.socket);
  expect(one.dir).not.toBe(other.dir);
});

test('a kubeconfig verifies the server it talks to', () => {
  const config = parse(renderKubeconfig(4711, 'CERTIFICATE', 'a-token')) as {
    clusters: { cluster: Record<string, string> }[];
    users: { user: { token: string } }[];
  };
  expect(config.clusters[0]?.cluster).toEqual({
    server: 'https://127.0.0.1:4711',
    'certificate-authority-data': Buffer.from('CERTIFICATE').toString('base64'),
  });
  expect(config.users[0]?.user.token).toBe('a-token');
});

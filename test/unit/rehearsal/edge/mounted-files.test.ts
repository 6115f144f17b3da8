import type { V1Pod, V1Volume, V1VolumeMount } from '@kubernetes/client-node';
import { mountedFiles } from '../../../../rehearsal/edge/mounted-files';

const maps: Record<string, Record<string, string>> = {
  'shop/web': { 'a.conf': 'A', 'b.conf': 'B' },
  'shop/other': { 'c.conf': 'C' },
};
const read = (namespace: string, name: string) => {
  const data = maps[`${namespace}/${name}`];
  return data ? Promise.resolve(data) : Promise.reject(new Error('not found'));
};

const pod = (volumes: V1Volume[], volumeMounts: V1VolumeMount[], sidecar: V1VolumeMount[] = []): V1Pod => ({
  metadata: { namespace: 'shop', name: 'web-1' },
  spec: {
    volumes,
    containers: [
      { name: 'web', volumeMounts },
      { name: 'sidecar', volumeMounts: sidecar },
    ],
  },
});
const web: V1Volume = { name: 'web', configMap: { name: 'web' } };

test('a whole volume is a folder of all keys', async () => {
  expect(await mountedFiles(pod([web], [{ name: 'web', mountPath: '/etc/web/' }]), read)).toEqual({
    '/etc/web/a.conf': 'A',
    '/etc/web/b.conf': 'B',
  });
});

test('a subPath is one file', async () => {
  const mount = { name: 'web', mountPath: '/etc/web/conf.d/z.conf', subPath: 'b.conf' };
  expect(await mountedFiles(pod([web], [mount]), read)).toEqual({ '/etc/web/conf.d/z.conf': 'B' });
});

test('items choose and rename; a subPath can be a folder of them', async () => {
  const items = [
    { key: 'a.conf', path: 'x/one.conf' },
    { key: 'b.conf', path: 'y/two.conf' },
  ];
  const volume = { name: 'web', configMap: { name: 'web', items } };
  expect(await mountedFiles(pod([volume], [{ name: 'web', mountPath: '/etc' }]), read)).toEqual({
    '/etc/x/one.conf': 'A',
    '/etc/y/two.conf': 'B',
  });
  expect(await mountedFiles(pod([volume], [{ name: 'web', mountPath: '/etc', subPath: 'y' }]), read)).toEqual(
    { '/etc/two.conf': 'B' },
  );
});

test('a projected volume joins its ConfigMaps', async () => {
  const sources = [
    { configMap: { name: 'web' } },
    { configMap: { name: 'other' } },
    { secret: { name: 's' } },
  ];
  const volume = { name: 'all', projected: { sources } };
  expect(await mountedFiles(pod([volume], [{ name: 'all', mountPath: '/etc' }]), read)).toEqual({
    '/etc/a.conf': 'A',
    '/etc/b.conf': 'B',
    '/etc/c.conf': 'C',
  });
});

test('a deeper mount hides what is at its place, whichever is named first and whatever kind it is of', async () => {
  const volumes = [web, { name: 'other', configMap: { name: 'other' } }, { name: 'tmp', emptyDir: {} }];
  const mounts = [
    { name: 'other', mountPath: '/etc/web/a.conf', subPath: 'c.conf' },
    { name: 'tmp', mountPath: '/etc/web/b.conf' },
    { name: 'web', mountPath: '/etc/web' },
  ];
  expect(await mountedFiles(pod(volumes, mounts), read)).toEqual({ '/etc/web/a.conf': 'C' });
});

test('one container can be looked at alone', async () => {
  const both = pod([web], [{ name: 'web', mountPath: '/one' }], [{ name: 'web', mountPath: '/two' }]);
  expect(Object.keys(await mountedFiles(both, read)).length).toBe(4);
  expect(Object.keys(await mountedFiles(both, read, 'sidecar'))).toEqual(['/two/a.conf', '/two/b.conf']);
});

test('what is missing is named, unless it may be missing', async () => {
  const gone = (optional: boolean) =>
    pod([{ name: 'x', configMap: { name: 'gone', optional } }], [{ name: 'x', mountPath: '/x' }]);
  await expect(mountedFiles(gone(false), read)).rejects.toThrow(
    'ConfigMap shop/gone cannot be read: not found',
  );
  expect(await mountedFiles(gone(true), read)).toEqual({});
  const items = [{ key: 'z.conf', path: 'z' }];
  const noKey = (optional: boolean) =>
    pod([{ name: 'x', configMap: { name: 'web', items, optional } }], [{ name: 'x', mountPath: '/x' }]);
  await expect(mountedFiles(noKey(false), read)).rejects.toThrow('ConfigMap shop/web has no key z.conf');
  expect(await mountedFiles(noKey(true), read)).toEqual({});
});

test('volumes of other kinds and pods without any have no files', async () => {
  expect(
    await mountedFiles(pod([{ name: 't', emptyDir: {} }], [{ name: 't', mountPath: '/t' }]), read),
  ).toEqual({});
  expect(await mountedFiles({}, read)).toEqual({});
});

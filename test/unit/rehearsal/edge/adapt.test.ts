import { configData, resolveEdgeSettings } from '../../../../components/edge/pure';
import { adaptConfig, hostsFile } from '../../../../rehearsal/edge/adapt';

const paths = ['/etc/edge/nginx.conf', '/etc/edge/rum-init.js'];

test('only the address and the paths of the pod are changed in the edge of the program', () => {
  const settings = resolveEdgeSettings(
    { rum: { applicationId: 'a', datakitOrigin: 'http://10.0.0.1:9529/tmp/etc/edge/' } },
    { environment: 'test', version: 'v1' },
  );
  const config = configData(settings)['nginx.conf']!;
  const { config: adapted, port, folders } = adaptConfig(config, { podIP: '10.244.0.9', paths });
  const lines = config.split('\n');
  const changed = adapted.split('\n').flatMap((line, at) => (line === lines[at] ? [] : [line.trim()]));
  expect(changed).toEqual([
    'pid tmp/nginx.pid;',
    'client_body_temp_path tmp/client_body;',
    'proxy_temp_path tmp/proxy;',
    'fastcgi_temp_path tmp/fastcgi;',
    'uwsgi_temp_path tmp/uwsgi;',
    'scgi_temp_path tmp/scgi;',
    'listen 10.244.0.9:8080;',
    'alias etc/edge/rum-init.js;',
  ]);
  expect(port).toBe(8080);
  expect(folders).toEqual(['etc/edge', 'tmp']);
});

test('folders that only begin alike are left alone', () => {
  const source = 'listen 80;\npid /tmpx/a;\nalias /etc/edges/b;\nalias /etc/edge/c;\n';
  expect(adaptConfig(source, { podIP: '10.0.0.1', paths }).config).toBe(
    'listen 10.0.0.1:80;\npid /tmpx/a;\nalias /etc/edges/b;\nalias etc/edge/c;\n',
  );
});

test.each(['', 'listen 127.0.0.1:80;', 'listen 80;\nlisten 81;'])(
  'a configuration that does not listen on one port is refused: %j',
  (source) => {
    expect(() => adaptConfig(source, { podIP: '10.0.0.1', paths })).toThrow(/lines "listen <port>;"/);
  },
);

test('the hosts file has the names that are given and localhost', () => {
  expect(hostsFile({ 'gateway.mesh.svc.cluster.local': '10.244.0.5' })).toBe(
    '127.0.0.1 localhost\n::1 localhost\n10.244.0.5 gateway.mesh.svc.cluster.local\n',
  );
});

import { contentSecurityPolicy, SIGN_IN_SCRIPT, type ResolvedEdge } from '../../../../components/edge/pure';
import { resolved, withRum } from './support';

const policy = (settings: ResolvedEdge): Record<string, string[]> =>
  Object.fromEntries(
    contentSecurityPolicy(settings)
      .split('; ')
      .map((entry) => entry.split(' '))
      .map(([name, ...sources]) => [name!, sources]),
  );

test('everything that is needed, and nothing besides', () => {
  expect(policy(resolved())).toEqual({
    'default-src': ["'self'"],
    'script-src': ["'self'", SIGN_IN_SCRIPT, 'https://static.guance.com'],
    'style-src': ["'self'", "'unsafe-inline'"],
    'img-src': ["'self'", 'data:'],
    'font-src': ["'self'"],
    'connect-src': ["'self'", 'https://rum.example.com'],
    'worker-src': ["'self'"],
    'frame-src': ["'none'"],
    'form-action': ["'self'"],
    'frame-ancestors': ["'self'"],
    'object-src': ["'none'"],
    'base-uri': ["'self'"],
  });
});

test('addresses are allowed by their origins, each once', () => {
  const settings = withRum({
    datakitOrigin: 'http://10.0.0.1:9529/rum',
    allowedTracingUrls: ['https://api.example.com/a', 'https://api.example.com/b'],
    sdkUrl: 'https://cdn.example.com:8443/v3/rum.js',
  });
  expect(policy(settings)['connect-src']).toEqual([
    "'self'",
    'http://10.0.0.1:9529',
    'https://api.example.com',
  ]);
  expect(policy(settings)['script-src']).toContain('https://cdn.example.com:8443');
});

test('the platform itself is allowed where data go there', () => {
  const rum = { applicationId: 'a', site: 'https://rum-openway.guance.com', clientToken: 't' };
  expect(policy(resolved({ rum }))['connect-src']).toEqual(["'self'", 'https://rum-openway.guance.com']);
});

test('workers are allowed where the screen is recorded', () => {
  expect(policy(withRum({ sessionReplaySampleRate: 1 }))['worker-src']).toEqual(["'self'", 'blob:']);
});

test('more can be allowed; where something is, none is not said any more', () => {
  const allow = {
    'frame-src': ['https://video.example.com'],
    'img-src': ["'self'", 'https://*.example.com'],
  };
  const found = policy(resolved({ contentSecurityPolicy: { allow } }));
  expect(found['frame-src']).toEqual(['https://video.example.com']);
  expect(found['img-src']).toEqual(["'self'", 'data:', 'https://*.example.com']);
});

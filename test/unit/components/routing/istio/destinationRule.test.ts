import { stringify } from 'yaml';
import { planStep, type RoutePolicy } from '../../../../../components/canary';
import {
  destinationRule,
  serviceDestinationRule,
} from '../../../../../components/routing/istio/destinationRule';
import { reviews } from '../../canary/fixtures';

const outlierDetection = {
  consecutive5xxErrors: 5,
  interval: '10s',
  baseEjectionTime: '30s',
  maxEjectionPercent: 50,
};
const connectionPool = {
  maxConnections: 100,
  connectTimeout: '1s',
  http1MaxPendingRequests: 50,
  http2MaxRequests: 200,
  maxRequestsPerConnection: 1000,
};
const written = {
  connectionPool: {
    tcp: { maxConnections: 100, connectTimeout: '1s' },
    http: { http1MaxPendingRequests: 50, http2MaxRequests: 200, maxRequestsPerConnection: 1000 },
  },
  outlierDetection,
};

test('limits stand in every subset of a release, each by itself', () => {
  const release = reviews('v1', 'v2', { connectionPool, outlierDetection });
  const { spec } = destinationRule(planStep(release, 10), release);
  expect(spec).toEqual({
    host: 'reviews',
    subsets: [
      { name: 'v1', labels: { version: 'v1' }, trafficPolicy: written },
      { name: 'v2', labels: { version: 'v2' }, trafficPolicy: written },
    ],
  });
  expect(stringify(spec)).not.toMatch(/[&*]a\d/);
});

test('a service that is not under release has them for its host', () => {
  const options = { namespace: 'prod', host: 'ratings.prod.svc.cluster.local' };
  expect(serviceDestinationRule('ratings', { connectionPool, outlierDetection }, options)).toEqual({
    apiVersion: 'networking.istio.io/v1',
    kind: 'DestinationRule',
    metadata: { name: 'ratings', namespace: 'prod', labels: { app: 'ratings' } },
    spec: { host: 'ratings.prod.svc.cluster.local', trafficPolicy: written },
  });
});

test.each<[RoutePolicy, object]>([
  [{ connectionPool: { connectTimeout: '1s' } }, { connectionPool: { tcp: { connectTimeout: '1s' } } }],
  [{ connectionPool: { http2MaxRequests: 1 } }, { connectionPool: { http: { http2MaxRequests: 1 } } }],
  [{ outlierDetection }, { outlierDetection }],
])('%j writes that much and no more', (policy, trafficPolicy) => {
  expect(serviceDestinationRule('ratings', policy)?.spec).toEqual({ host: 'ratings', trafficPolicy });
});

test.each<RoutePolicy>([{}, { timeout: '1s' }, { drills: [] }, { connectionPool: {} }])(
  'nothing to limit, no DestinationRule: %j',
  (policy) => {
    expect(serviceDestinationRule('ratings', policy)).toBeUndefined();
  },
);

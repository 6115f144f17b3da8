import { accountName } from '../../../components/application/pure';

/**
 * A table of services, each of which calls the next one: as large an application as one likes.
 *
 * Every service has one version but the first, which has two: it is the one that is released.
 */
export function applicationOf(services: number): object {
  if (!Number.isInteger(services) || services < 1)
    throw new Error(`${services} services make no application`);
  return {
    name: 'bench',
    image: 'registry.example.com/bench/{service}:{version}',
    services: Array.from({ length: services }, (_, index) => ({
      name: serviceName(index),
      port: 8080,
      versions: index === 0 ? ['v1', 'v2'] : ['v1'],
      health: '/healthz',
      startSeconds: 20,
      resources: {
        requests: { cpu: '1m', memory: '8Mi' },
        limits: { cpu: '100m', memory: '64Mi' },
      },
      ...(index === 0 ? { entry: { methods: ['GET'] } } : {}),
      ...(index + 1 < services ? { calls: [{ service: serviceName(index + 1), clientTimeout: '5s' }] } : {}),
    })),
  };
}

function serviceName(index: number): string {
  return `service-${index + 1}`;
}

/** The account that the released service's pods run as. It belongs to the application's layer. */
export const releasedAccount = accountName('bench', serviceName(0));

/**
 * The config of a stack of such an application.
 *
 * @param file The table's, absolute.
 * @param layers What the stack owns.
 */
export function configOf(
  file: string,
  namespace: string,
  weights: readonly number[],
  layers: readonly string[],
): object {
  return {
    config: {
      'kubernetes:enableConfigMapMutable': 'true',
      'bookinfo:application': file,
      'bookinfo:layers': layers,
      'bookinfo:namespace': namespace,
      'bookinfo:release': {
        service: serviceName(0),
        stable: { version: 'v1' },
        canary: { version: 'v2' },
        steps: weights,
      },
      'bookinfo:step': 'baseline',
    },
  };
}

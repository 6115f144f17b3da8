import type { Dial } from '../workloads/calls';
import type { Names } from './names';

/** The port of a URL that names none. */
const httpPort = 80;

/**
 * Calls go out as an application's do, by name and port. What it sends comes from the application's address, by which the
 * node routes it into the pod's namespace, where it is captured.
 *
 * @param localAddress the application's address
 */
export const capturedDial = (localAddress: string, namespace: string, names: Names): Dial => ({
  localAddress,
  async way(url) {
    const address = await names.resolve(url.hostname, namespace);
    return { address, port: url.port === '' ? httpPort : Number(url.port), authority: url.host };
  },
});

import { resolve } from 'node:path';
import { callersOf, findEntry } from '../../components/application/pure';
import { routerOf } from '../../components/routing/pure';
import type { CommandSecretKey } from '../../components/canary/pure';
import { callerAdmins, clusterApi, sidecarPorts, type ClusterChoice } from '../cluster';
import type { ReleaseSettings } from '../context';
import { ReleaseError } from '../exitCodes';
import { fileLock, leaseLock, type LockPlace } from '../lock';
import { type MetricSource, type ProxyList, type ProxyPort, sourceOf } from '../metrics';
import { noEvidence } from '../metrics/model';
import { datakitEvents, webhook, type Notifier } from '../notify';
import type { ReleaseStack } from './read';

/** What a stack's settings are brought together with. */
export interface Surroundings {
  /** Usually `process.env`. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cluster: ClusterChoice;
  /**
   * The stack's own secrets. One that is there and cannot be decrypted is an Error: it is thrown when the secret is needed,
   * so that a rollback, which needs none, is not stopped by it.
   */
  readonly secrets: Readonly<Partial<Record<CommandSecretKey, string | Error>>>;
}

/** The name of the source of a stack that names none. */
export const NO_SOURCE = 'none';

/** A source that says of every version that nobody knows: so a bake is held, with what to do, and never passes. */
function noSource(key: string): MetricSource {
  const detail = `no source of metrics is configured; add ${key} to the stack's config, such as { prometheus: { url: "http://prometheus.monitoring:9090" } }`;
  return {
    name: NO_SOURCE,
    describe: 'no source configured',
    begin: (scope, options) => {
      options?.signal?.throwIfAborted();
      return Promise.resolve({
        look: (signal) => {
          signal?.throwIfAborted();
          return Promise.resolve({
            at: Date.now(),
            source: NO_SOURCE,
            evidence: noEvidence(scope, 'refused', detail, []),
          });
        },
      });
    },
  };
}

function secretOf(
  key: CommandSecretKey,
  variable: string | undefined,
  { env, secrets }: Surroundings,
): string | undefined {
  const own = secrets[key];
  if (own instanceof Error) throw own;
  const found = own ?? (variable === undefined ? undefined : env[variable]);
  return found === '' ? undefined : found;
}

const missing = (what: string, variable: string, key: string): ReleaseError =>
  new ReleaseError(
    'usage',
    `${what} needs a secret, but ${variable} is not set and the stack has no ${key}`,
    `set ${variable}, in CI as a masked variable, or pulumi config set --secret ${key}`,
  );

function notifiersOf(stack: ReleaseStack, around: Surroundings): readonly Notifier[] {
  const { notify } = stack.settings;
  const notifiers: Notifier[] = [];
  if (notify.webhook !== undefined) {
    const { url, secretVariable } = notify.webhook;
    // Told late on purpose: whether somebody can be told does not decide whether traffic is moved.
    notifiers.push({
      name: 'webhook',
      notify: async (notice, signal) => {
        const secret = secretOf('webhookSecret', secretVariable, around);
        if (secret === undefined)
          throw missing('the webhook', secretVariable, `${stack.project}:webhookSecret`);
        await webhook({ url, secret }).notify(notice, signal);
      },
    });
  }
  if (notify.datakit !== undefined) notifiers.push(datakitEvents(notify.datakit));
  return notifiers;
}

function lockOf(stack: ReleaseStack, { cluster }: Surroundings): LockPlace {
  const { lock } = stack.settings;
  return lock.in === 'file'
    ? fileLock(resolve(stack.projectDir, lock.file))
    : leaseLock({ kubeConfig: cluster, namespace: stack.namespace, name: lock.name });
}

/** A port of the callers' proxies: admin ports that are named, else what the cluster knows. */
function proxiesAt(stack: ReleaseStack, service: string, { cluster }: Surroundings) {
  const { admins } = stack.settings.convergence;
  const services = callersOf(stack.application, service);
  const release = stack.releases.find((each) => each.service === service);
  const isEntry = findEntry(stack.application)?.name === service;
  const gateway = isEntry && release !== undefined ? routerOf(release).gatewayPods : undefined;
  return (port: ProxyPort): ProxyList =>
    port === 'admin' && admins !== undefined
      ? () => Promise.resolve(admins)
      : callerAdmins(
          { api: clusterApi(cluster), namespace: stack.namespace, services, gateway },
          sidecarPorts[port],
        );
}

/**
 * Brings the settings of a stack to life: source, lock, proxies and notifiers. Nothing is opened and no secret is needed
 * before its first use.
 * @param service The service under release.
 */
export function connect(stack: ReleaseStack, service: string, around: Surroundings): ReleaseSettings {
  const { gates, metrics, convergence } = stack.settings;
  const { admins, ...seen } = convergence;
  const proxiesOf = proxiesAt(stack, service, around);
  // Where nothing says that proxies can be reached from here, none is asked for routes.
  const reached = admins !== undefined || metrics?.envoy !== undefined || convergence.by === 'proxies';
  const proxies = reached ? proxiesOf('admin') : undefined;
  let source: MetricSource | undefined;
  return {
    gates,
    metrics: () =>
      (source ??=
        metrics === undefined
          ? noSource(`${stack.project}:metrics`)
          : sourceOf(metrics, {
              env: around.env,
              secret: secretOf('metricsKey', undefined, around),
              proxies: proxiesOf,
            })),
    proxies,
    lock: lockOf(stack, around),
    convergence: seen,
    notifiers: notifiersOf(stack, around),
    application: stack.application,
  };
}

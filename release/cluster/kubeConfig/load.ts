import { existsSync } from 'node:fs';
import type { KubeConfig } from '@kubernetes/client-node';
import { didYouMean } from '../../../components/validation';
import type { ClusterEntry, KubeConfigContent, UserEntry } from './parse';
import { namesOf, refuse } from './refuse';
import {
  findKubeConfig,
  nothingFound,
  type ChoosingPlace,
  type Found,
  type ProviderSettings,
} from './sources';

/** Gives the kubeconfig with the one cluster that a stack's objects go to as its current one. Read once, at first use. */
export type ClusterChoice = () => Promise<KubeConfig>;

const SERVICE_ACCOUNT_TOKEN = '/var/run/secrets/kubernetes.io/serviceaccount/token';

const isInCluster = ({ env }: ChoosingPlace): boolean =>
  (env['KUBERNETES_SERVICE_HOST'] ?? '') !== '' &&
  (env['KUBERNETES_SERVICE_PORT'] ?? '') !== '' &&
  existsSync(SERVICE_ACCOUNT_TOKEN);

/** The one context that is used, whole. */
interface Chosen {
  readonly name: string;
  readonly namespace?: string;
  readonly clusterName: string;
  readonly cluster: ClusterEntry;
  readonly userName?: string;
  readonly user?: UserEntry;
}

function contextOf({ where, content }: Found, wanted: string) {
  const context = content.contexts.get(wanted);
  const known = [...content.contexts.keys()];
  return (
    context ??
    refuse(
      `${where} has no context named ${wanted}; it has: ${namesOf(known)}`,
      didYouMean(
        wanted,
        known,
        'name one of them: pulumi config set kubernetes:context, or kubectl config use-context',
      ),
    )
  );
}

function checkServer({ server }: ClusterEntry, name: string, where: string): void {
  if (server === undefined || server === '') {
    refuse(
      `cluster ${name} of ${where} has no server`,
      `set it: kubectl config set-cluster ${name} --server=https://…`,
    );
  }
  if (!URL.canParse(server) || !/^https?:$/.test(new URL(server).protocol)) {
    refuse(`the server of cluster ${name} of ${where} is no address`, 'write it as https://host:port');
  }
}

/** What client-go would do for this user and the client here cannot. */
function checkUser(user: UserEntry, name: string, where: string): void {
  const impersonation = (['as-groups', 'as-uid', 'as-user-extra'] as const).find((key) => user[key] != null);
  if (impersonation !== undefined) {
    refuse(
      `user ${name} of ${where} impersonates by ${impersonation}, which the release command cannot follow`,
      'use a user with the rights of its own, or one that impersonates by as alone',
    );
  }
  const provider = user['auth-provider']?.name;
  if (provider !== undefined && provider !== 'oidc') {
    refuse(
      `user ${name} of ${where} has the auth-provider ${provider}, which Kubernetes has removed`,
      'use an exec plugin, such as gke-gcloud-auth-plugin or kubelogin',
    );
  }
}

function choose(
  found: Found,
  { context: wanted, cluster: wantedCluster }: ProviderSettings,
): Chosen | undefined {
  const { where, content } = found;
  const name = wanted ?? content.currentContext;
  const context = name === undefined ? undefined : contextOf(found, name);
  if (name === undefined || context === undefined) return undefined;
  const clusterName =
    wantedCluster ??
    (context.cluster || refuse(`context ${name} of ${where} names no cluster`, 'correct the context'));
  const cluster =
    content.clusters.get(clusterName) ??
    refuse(
      `${where} has no cluster named ${clusterName}; it has: ${namesOf(content.clusters.keys())}`,
      wantedCluster === undefined
        ? `correct the cluster of context ${name}`
        : didYouMean(clusterName, [...content.clusters.keys()], 'name one of them in kubernetes:cluster'),
    );
  checkServer(cluster, clusterName, where);
  const userName = context.user || undefined;
  const user = userName === undefined ? undefined : content.users.get(userName);
  if (userName !== undefined && user === undefined) {
    refuse(
      `${where} has no user named ${userName}, which context ${name} names`,
      'log in again, or correct the context',
    );
  }
  if (user !== undefined) checkUser(user, userName!, where);
  // As client-go, which reads credentials only where they are sent over TLS (clientcmd: IsConfigTransportTLS).
  const isSecure = cluster.server?.startsWith('https:') === true;
  return {
    name,
    clusterName,
    cluster,
    ...(context.namespace ? { namespace: context.namespace } : {}),
    ...(user === undefined || !isSecure ? {} : { userName, user }),
  };
}

/** A token that is read anew from its file; the client knows it as the pod's own account has it. */
const clientUser = ({ tokenFile, ...user }: UserEntry): object =>
  tokenFile === undefined || user['token'] !== undefined
    ? user
    : { ...user, 'auth-provider': { name: 'tokenFile', config: { tokenFile } } };

/** The client asks a server in the clear only where TLS is not wanted; kubectl asks it. */
const clientCluster = (cluster: ClusterEntry): object =>
  cluster.server?.startsWith('http:') === true ? { ...cluster, 'insecure-skip-tls-verify': true } : cluster;

const asFile = (chosen: Chosen, namespace: string): object => ({
  'current-context': chosen.name,
  clusters: [{ name: chosen.clusterName, cluster: clientCluster(chosen.cluster) }],
  users: chosen.user === undefined ? [] : [{ name: chosen.userName, user: clientUser(chosen.user) }],
  contexts: [
    { name: chosen.name, context: { cluster: chosen.clusterName, user: chosen.userName, namespace } },
  ],
});

const noContext = ({ where, content }: Found): never =>
  refuse(
    `${where} has no current context; it has: ${namesOf(content.contexts.keys())}`,
    'choose one: pulumi config set kubernetes:context, or kubectl config use-context',
  );

const isEmpty = ({ contexts, clusters }: KubeConfigContent): boolean =>
  contexts.size === 0 && clusters.size === 0;

/**
 * The one decision which cluster a stack's objects go to, by the rules of the engine's Kubernetes provider: the stack's
 * `kubernetes:kubeconfig` (a path or contents, used alone), else the files of `KUBECONFIG` merged as kubectl does, else
 * `~/.kube/config`; of it the context that `kubernetes:context` names, else the current one, with the cluster that
 * `kubernetes:cluster` names in place of the context's; where all of that names nothing, the account of the pod that the
 * command runs in.
 *
 * @returns a kubeconfig with that one context
 * @throws ReleaseError (usage): a sentence that says what is wrong, and never quotes the file
 */
export async function loadKubeConfig(settings: ProviderSettings, place: ChoosingPlace): Promise<KubeConfig> {
  const found = findKubeConfig(settings, place);
  const chosen = found && choose(found, settings);
  // Only this file of the client library: the whole of it costs several times as much start-up time.
  const { KubeConfig: Config } = await import('@kubernetes/client-node/dist/config.js');
  const config = new Config();
  if (chosen !== undefined) {
    config.loadFromString(
      JSON.stringify(asFile(chosen, settings.namespace ?? chosen.namespace ?? 'default')),
    );
    return config;
  }
  const own = (settings.kubeconfig ?? '') !== '';
  if (!own && settings.context === undefined && isInCluster(place)) {
    config.loadFromCluster();
    return config;
  }
  if (found === undefined) return nothingFound(place);
  return isEmpty(found.content)
    ? refuse(`${found.where} is empty`, 'write a cluster and a context into it, or name another')
    : noContext(found);
}

/** The decision, taken once. */
export function clusterChoice(
  settings: () => Promise<ProviderSettings>,
  place: ChoosingPlace,
): ClusterChoice {
  let made: Promise<KubeConfig> | undefined;
  return () => (made ??= settings().then((read) => loadKubeConfig(read, place)));
}

import { containerOptionsKind, optionsKind, renderEnv, renderTags } from '../env';
import { sampleInputs } from '../files';
import type { ResolvedSettings } from '../resolve';
import { DATAWAY_KEY, names } from './names';

const fromField = (name: string, fieldPath: string) => ({ name, valueFrom: { fieldRef: { fieldPath } } });
const plain = (name: string, value: string) => ({ name, value });

/** Where the host's folders are in the container; collectors of the host's data look there. */
const hostFolders = ['proc', 'sys', 'etc', 'var', 'run', 'dev'];

/** The container's variables. Empty ones are left out: DataKit does not tell empty from missing. */
export function variables(settings: ResolvedSettings) {
  const { clusterName, hostTags, electionTags } = settings;
  const inputs = sampleInputs(settings);
  return [
    fromField('POD_NAME', 'metadata.name'),
    fromField('ENV_K8S_NODE_IP', 'status.hostIP'),
    fromField('ENV_K8S_NODE_NAME', 'spec.nodeName'),
    { name: DATAWAY_KEY, valueFrom: { secretKeyRef: { name: names.dataway, key: DATAWAY_KEY } } },
    // Tags data of the nodes only; the election's tags must say it a second time.
    plain('ENV_CLUSTER_NAME_K8S', clusterName),
    plain('ENV_GLOBAL_HOST_TAGS', renderTags({ ...hostTags, cluster_name_k8s: clusterName })),
    plain('ENV_GLOBAL_ELECTION_TAGS', renderTags({ ...electionTags, cluster_name_k8s: clusterName })),
    // A dash is DataKit's way to say "none"; nothing would leave its own default.
    plain('ENV_DEFAULT_ENABLED_INPUTS', inputs.length === 0 ? '-' : inputs.join(',')),
    plain('ENV_HTTP_LISTEN', '0.0.0.0:9529'),
    ...renderEnv(optionsKind, settings.options),
    ...renderEnv(containerOptionsKind, settings.containerOptions),
    ...hostFolders.map((folder) => plain(`HOST_${folder.toUpperCase()}`, `/rootfs/${folder}`)),
    plain('HOST_ROOT', '/rootfs'),
  ];
}

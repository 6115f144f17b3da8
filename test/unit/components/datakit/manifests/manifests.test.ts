import {
  configChecksum,
  datakitManifests,
  intakePolicyManifest,
  resolveSettings,
  scrapePolicyManifest,
  type DataKitSettings,
} from '../../../../../components/datakit/pure';
import {
  clusterRoleManifest,
  daemonSetManifest,
  datawaySecretManifest,
  serviceManifest,
} from '../../../../../components/datakit/manifests';
import { problemsOf } from '../support';

const resolve = (more: Partial<DataKitSettings> = {}) => resolveSettings({ clusterName: 'shop', ...more });
const podOf = (more: Partial<DataKitSettings> = {}) => daemonSetManifest(resolve(more)).spec.template;
const containerOf = (more: Partial<DataKitSettings> = {}) => podOf(more).spec.containers[0]!;
const variable = (name: string, more: Partial<DataKitSettings> = {}) =>
  containerOf(more).env.find((entry) => entry.name === name);

describe('objects', () => {
  it('are those of DataKit’s own manifest', () => {
    expect(datakitManifests(resolve()).map(({ kind, metadata }) => `${kind} ${metadata.name}`)).toEqual([
      'Namespace datakit',
      'ServiceAccount datakit',
      'ClusterRole datakit',
      'ClusterRoleBinding datakit',
      'ConfigMap datakit-conf',
      'ConfigMap datakit-pipelines',
      'Service datakit-service',
      'DaemonSet datakit',
    ]);
  });

  it('go into the namespace that is named', () => {
    const elsewhere = datakitManifests(resolve({ namespace: 'observe' }));
    const namespaces = elsewhere.map(({ metadata }) => ('namespace' in metadata ? metadata.namespace : '-'));
    expect(new Set(namespaces)).toEqual(new Set(['-', 'observe']));
    expect(JSON.stringify(elsewhere)).not.toContain('"namespace":"datakit"');
  });
});

describe('rights', () => {
  const rights = (more: Partial<DataKitSettings> = {}) => {
    const { rules } = clusterRoleManifest(resolve(more));
    return {
      resources: rules.flatMap((rule) => ('resources' in rule ? rule.resources : [])),
      verbs: new Set(rules.flatMap(({ verbs }) => verbs)),
    };
  };

  it('are to read, and not to read secrets', () => {
    const { resources, verbs } = rights();
    expect(verbs).toEqual(new Set(['get', 'list', 'watch']));
    expect(resources).toContain('pods/log');
    expect(resources).not.toEqual(expect.arrayContaining([expect.stringMatching(/secrets|\*/)]));
  });

  it('grow with settings only', () => {
    const rare = ['clusterroles', 'pods/exec', 'podmonitors', 'servicemonitors'];
    expect(rights().resources.filter((name) => rare.includes(name))).toEqual([]);
    const more = rights({
      permissions: { clusterRoles: true, podsExec: true },
      collectors: {
        kubernetesPrometheus: {
          enableDiscoveryOfPrometheusPodMonitors: true,
          enableDiscoveryOfPrometheusServiceMonitors: true,
        },
      },
    });
    expect(more.resources.filter((name) => rare.includes(name)).sort()).toEqual([...rare].sort());
  });
});

describe('the Service', () => {
  it('has the four ports, with protocols Istio can read', () => {
    expect(serviceManifest(resolve()).spec.ports).toEqual([
      { name: 'svc-http-port', port: 9529, targetPort: 'http-port', protocol: 'TCP', appProtocol: 'http' },
      { name: 'svc-statsd-port', port: 8125, targetPort: 'statsd-port', protocol: 'UDP' },
      {
        name: 'svc-otel-grpc-port',
        port: 4317,
        targetPort: 'otel-grpc-port',
        protocol: 'TCP',
        appProtocol: 'grpc',
      },
      { name: 'svc-logfwd-port', port: 9533, targetPort: 'logfwd-port', protocol: 'TCP', appProtocol: 'tcp' },
    ]);
  });

  it('finds the pods and their ports', () => {
    expect(podOf().metadata.labels).toMatchObject(serviceManifest(resolve()).spec.selector);
    expect(containerOf().ports.map(({ name, hostPort }) => [name, hostPort])).toEqual([
      ['http-port', 9529],
      ['statsd-port', 8125],
      ['otel-grpc-port', 4317],
      ['logfwd-port', 9533],
    ]);
  });
});

describe('the DaemonSet', () => {
  it('shares the host’s network, processes and files, on every node', () => {
    expect(podOf().spec).toMatchObject({
      hostNetwork: true,
      hostPID: true,
      hostIPC: true,
      dnsPolicy: 'ClusterFirstWithHostNet',
      tolerations: [{ operator: 'Exists' }],
    });
    expect(containerOf()).toMatchObject({
      securityContext: { privileged: true },
      resources: { requests: { cpu: '200m', memory: '128Mi' }, limits: { cpu: '2000m', memory: '4Gi' } },
    });
    expect(daemonSetManifest(resolve({ maxUnavailable: '10%' })).spec.updateStrategy).toEqual({
      type: 'RollingUpdate',
      rollingUpdate: { maxUnavailable: '10%' },
    });
  });

  it('mounts every file by itself, and every mount has its volume and its key', () => {
    const { volumeMounts } = containerOf();
    const files = volumeMounts.filter((mount) => 'subPath' in mount);
    expect(files).toContainEqual({
      name: 'datakit-conf',
      mountPath: '/usr/local/datakit/conf.d/zipkin/zipkin.conf',
      subPath: 'zipkin.conf',
      readOnly: true,
    });
    expect(files).toContainEqual({
      name: 'datakit-conf',
      mountPath: '/usr/local/datakit/conf.d/prom/prom_istiod.conf',
      subPath: 'prom_istiod.conf',
      readOnly: true,
    });
    const volumes = podOf().spec.volumes.map(({ name }) => name);
    expect([...new Set(volumeMounts.map(({ name }) => name))].sort()).toEqual([...volumes].sort());
    const keys = datakitManifests(resolve()).flatMap((object) =>
      'data' in object ? Object.keys(object.data) : [],
    );
    expect(files.map((mount) => ('subPath' in mount ? mount.subPath : '')).sort()).toEqual(keys.sort());
    expect(new Set(volumeMounts.map(({ mountPath }) => mountPath)).size).toBe(volumeMounts.length);
  });

  it('takes the address from the Secret', () => {
    const { env } = containerOf();
    const { metadata, stringData } = datawaySecretManifest(resolve(), 'x');
    const key = Object.keys(stringData)[0];
    expect(variable('ENV_DATAWAY')).toEqual({
      name: 'ENV_DATAWAY',
      valueFrom: { secretKeyRef: { name: metadata.name, key } },
    });
    expect(new Set(env.map(({ name }) => name)).size).toBe(env.length);
  });

  it('says the cluster’s name to the host’s data and to elected data', () => {
    const more = { hostTags: { region: 'eu' }, electionTags: { team: 'a' } };
    expect(variable('ENV_CLUSTER_NAME_K8S', more)).toMatchObject({ value: 'shop' });
    expect(variable('ENV_GLOBAL_HOST_TAGS', more)).toMatchObject({
      value: 'region=eu,cluster_name_k8s=shop',
    });
    expect(variable('ENV_GLOBAL_ELECTION_TAGS', more)).toMatchObject({
      value: 'team=a,cluster_name_k8s=shop',
    });
  });

  it('switches the election off by leaving the variable out', () => {
    expect(variable('ENV_ENABLE_ELECTION')).toMatchObject({ value: 'enable' });
    expect(variable('ENV_ENABLE_ELECTION', { options: { enableElection: false } })).toBeUndefined();
  });

  it('says that no collector runs by a sample', () => {
    expect(variable('ENV_DEFAULT_ENABLED_INPUTS', { inputs: [] })).toMatchObject({ value: '-' });
  });

  it('is asked three questions with three patiences', () => {
    const { startupProbe, readinessProbe, livenessProbe } = containerOf();
    const probes = [startupProbe, readinessProbe, livenessProbe];
    for (const { httpGet } of probes) expect(httpGet).toEqual({ path: '/v1/ping', port: 'http-port' });
    const patience = probes.map(({ periodSeconds, failureThreshold }) => periodSeconds * failureThreshold);
    expect(patience).toEqual([300, 30, 180]);
  });

  it('is replaced when a file changes, and only then', () => {
    const sum = (more: Partial<DataKitSettings> = {}) => podOf(more).metadata.annotations['checksum/config'];
    expect(sum()).toMatch(/^[0-9a-f]{64}$/);
    expect(sum()).toBe(configChecksum(resolve()));
    expect(sum({ datawayUrl: 'https://other.example.com' })).toBe(sum());
    expect(sum({ collectors: { zipkin: { pathV2: '/x' } } })).not.toBe(sum());
    expect(sum({ pipelines: { mine: { steps: [] } } })).not.toBe(sum());
    expect(podOf({ tokenGeneration: 2 }).metadata.annotations['datakit/token-generation']).toBe('2');
  });
});

describe('network policies', () => {
  const options = { namespace: 'prod', nodeCidrs: ['10.0.0.0/16', 'fd00::/64'] };
  const blocks = options.nodeCidrs.map((cidr) => ({ ipBlock: { cidr } }));

  it('let the nodes scrape the two ports that answer in plain text', () => {
    expect(scrapePolicyManifest(options).spec).toEqual({
      podSelector: {},
      policyTypes: ['Ingress'],
      ingress: [
        {
          from: blocks,
          ports: [
            { port: 15020, protocol: 'TCP' },
            { port: 15090, protocol: 'TCP' },
          ],
        },
      ],
    });
  });

  it('let pods send to the nodes', () => {
    const { spec } = intakePolicyManifest(options);
    expect(spec.policyTypes).toEqual(['Egress']);
    expect(spec.egress[0]!.to).toEqual(blocks);
    expect(spec.egress[0]!.ports.map(({ port, protocol }) => `${port}/${protocol}`)).toEqual([
      '9529/TCP',
      '8125/UDP',
      '4317/TCP',
      '9533/TCP',
    ]);
  });

  it.each([[[]], [['10.0.0.0']], [['10.0.0.0/33']], [['10.0.0/8']], [['everywhere/0']]])(
    'refuse the ranges %j',
    (nodeCidrs) => {
      expect(problemsOf(() => scrapePolicyManifest({ namespace: 'prod', nodeCidrs }))).toHaveLength(1);
    },
  );
});

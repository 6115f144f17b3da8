import { ApiObject, App, Chart, Duration, JsonPatch } from 'cdk8s';
import {
  ConfigMap,
  Deployment,
  DeploymentStrategy,
  k8s,
  ImagePullPolicy,
  LabelSelector,
  PercentOrAbsolute,
  Pods,
  Probe,
  Service,
  Topology,
  Volume,
  type ServiceType,
} from 'cdk8s-plus-27';
import { configChecksum, configData } from './files';
import { EDGE_NAME, labels, ports } from './names';
import { CONFIG_DIR, configFiles, HEALTH_PATH } from './nginxConfig';
import { addNetworkPolicy } from './networkPolicy';
import type { ResolvedEdge } from './resolve';
import type { Quantities } from './settings';

/** The user of the image. */
const USER_ID = 101;

/** Readiness and liveness ask nginx alone; liveness gives up later, so that a busy pod is left out and not killed. */
const probe = (periodSeconds: number, failureThreshold: number): Probe =>
  Probe.fromHttpGet(HEALTH_PATH, {
    port: ports.container,
    periodSeconds: Duration.seconds(periodSeconds),
    timeoutSeconds: Duration.seconds(2),
    failureThreshold,
  });

/** A patch is applied before the object is written out, which is where the library takes quantities apart. */
const quantities = ({ cpu, memory }: Quantities) => ({
  cpu: k8s.Quantity.fromString(cpu),
  memory: k8s.Quantity.fromString(memory),
});

/** What the constructs have no setting for: quantities as texts, and what `restricted` asks beyond their defaults. */
const patches = ({ requests, limits }: ResolvedEdge): JsonPatch[] => {
  const pod = '/spec/template/spec';
  return [
    JsonPatch.add(`${pod}/securityContext/seccompProfile`, { type: 'RuntimeDefault' }),
    JsonPatch.add(`${pod}/enableServiceLinks`, false),
    JsonPatch.add(`${pod}/containers/0/securityContext/capabilities`, { drop: ['ALL'] }),
    JsonPatch.add(`${pod}/containers/0/resources`, {
      requests: quantities(requests),
      limits: quantities(limits),
    }),
  ];
};

function addDeployment(chart: Chart, settings: ResolvedEdge): void {
  const config = new ConfigMap(chart, 'config', {
    metadata: { name: EDGE_NAME, labels: { ...labels } },
    data: { ...configData(settings) },
  });
  const deployment = new Deployment(chart, 'deployment', {
    metadata: { name: EDGE_NAME, labels: { ...labels } },
    podMetadata: {
      // Stands in front of the mesh: what it calls, the gateway, takes plain HTTP from anyone, so a sidecar would only
      // add a hop, and would take the caller's address away from nginx on the way in.
      labels: { ...labels, 'sidecar.istio.io/inject': 'false' },
      annotations: { 'checksum/config': configChecksum(settings) },
    },
    select: false,
    replicas: settings.replicas,
    strategy: DeploymentStrategy.rollingUpdate({
      maxSurge: PercentOrAbsolute.absolute(1),
      maxUnavailable: PercentOrAbsolute.absolute(0),
    }),
    automountServiceAccountToken: false,
    securityContext: { ensureNonRoot: true, user: USER_ID, group: USER_ID },
    volumes: [
      Volume.fromConfigMap(chart, 'config-volume', config, { name: 'config' }),
      Volume.fromEmptyDir(chart, 'tmp-volume', 'tmp'),
    ],
  });
  const [files, tmp] = deployment.volumes;
  deployment.addContainer({
    name: 'nginx',
    image: settings.image,
    imagePullPolicy: ImagePullPolicy.IF_NOT_PRESENT,
    command: ['nginx', '-e', 'stderr', '-c', `${CONFIG_DIR}/${configFiles.nginx}`],
    ports: [{ name: 'http', number: ports.container }],
    volumeMounts: [
      { path: CONFIG_DIR, volume: files!, readOnly: true },
      { path: '/tmp', volume: tmp! },
    ],
    readiness: probe(5, 2),
    liveness: probe(10, 6),
    securityContext: {
      ensureNonRoot: true,
      user: USER_ID,
      group: USER_ID,
      privileged: false,
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
    },
  });
  deployment.select(LabelSelector.of({ labels: { ...labels } }));
  // Rather two pods on one node than one pod.
  deployment.scheduling.spread({ topology: Topology.HOSTNAME, weight: 100 });
  ApiObject.of(deployment).addJsonPatch(...patches(settings));
  ApiObject.of(deployment).addDependency(config);
}

/** All objects of the edge. They name no namespace: whoever declares the chart does. */
export function edgeChart(settings: ResolvedEdge): Chart {
  const chart = new Chart(new App(), EDGE_NAME);
  addDeployment(chart, settings);
  const service = new Service(chart, 'service', {
    metadata: { name: EDGE_NAME, labels: { ...labels } },
    type: settings.service.type as ServiceType,
    selector: Pods.select(chart, 'pods', { labels: { ...labels } }),
    ports: [
      {
        name: 'http',
        port: ports.service,
        targetPort: ports.container,
        nodePort: settings.service.nodePort,
      },
    ],
  });
  ApiObject.of(service).addJsonPatch(JsonPatch.remove('/spec/externalIPs'));
  if (settings.replicas > 1) {
    new k8s.KubePodDisruptionBudget(chart, 'budget', {
      metadata: { name: EDGE_NAME, labels: { ...labels } },
      spec: { maxUnavailable: k8s.IntOrString.fromNumber(1), selector: { matchLabels: { ...labels } } },
    });
  }
  addNetworkPolicy(chart, settings);
  return chart;
}

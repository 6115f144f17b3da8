import { ApiObject, App, Chart, Duration, JsonPatch } from 'cdk8s';
import { ConfigMap, EnvValue, ImagePullPolicy, Job, k8s, RestartPolicy, Volume } from 'cdk8s-plus-27';
import { serviceNamespace } from '../edge/pure';
import { jobName, labels, LOADTEST_NAME } from './names';
import type { ResolvedLoadTest } from './resolve';
import { configData, deadlineSeconds, files } from './script';
import type { Quantities } from './settings';

/** The user of the image. */
const USER_ID = 12345;
const SCRIPTS = '/scripts';

/** A patch is applied before the object is written out, which is where the library takes quantities apart. */
const quantities = ({ cpu, memory }: Quantities) => ({
  cpu: k8s.Quantity.fromString(cpu),
  memory: k8s.Quantity.fromString(memory),
});

const podLabels = {
  ...labels,
  // A Job is over when its containers are, and a sidecar never is; and load is to come from outside of the mesh.
  'sidecar.istio.io/inject': 'false',
};

/**
 * No second try: it would be a second load. No time to live either: a Job that is gone from the cluster is created anew
 * by the next update after a refresh, and the test would run again without anybody having asked for it.
 *
 * After the policy: a pod that starts without one may be refused everything by those of its namespace.
 */
function addJob(chart: Chart, settings: ResolvedLoadTest, policy: ApiObject): void {
  const config = new ConfigMap(chart, 'config', {
    metadata: { name: LOADTEST_NAME, labels: { ...labels } },
    data: { ...configData(settings) },
  });
  const scripts = Volume.fromConfigMap(chart, 'scripts-volume', config, { name: 'scripts' });
  const job = new Job(chart, 'job', {
    metadata: {
      name: jobName(settings),
      labels: { ...labels },
      annotations: settings.wait ? {} : { 'pulumi.com/skipAwait': 'true' },
    },
    podMetadata: { labels: podLabels },
    select: false,
    backoffLimit: 0,
    activeDeadline: Duration.seconds(deadlineSeconds(settings)),
    restartPolicy: RestartPolicy.NEVER,
    automountServiceAccountToken: false,
    securityContext: { ensureNonRoot: true, user: USER_ID, group: USER_ID },
    containers: [
      {
        name: 'k6',
        image: settings.image,
        imagePullPolicy: ImagePullPolicy.IF_NOT_PRESENT,
        command: ['k6', 'run', '--no-usage-report', '--no-color', '--quiet', `${SCRIPTS}/${files.script}`],
        // It would look on the network for extensions that the script might need.
        envVariables: { K6_AUTO_EXTENSION_RESOLUTION: EnvValue.fromValue('false') },
        volumeMounts: [{ path: SCRIPTS, volume: scripts, readOnly: true }],
        securityContext: {
          ensureNonRoot: true,
          user: USER_ID,
          group: USER_ID,
          privileged: false,
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
        },
      },
    ],
  });
  const pod = '/spec/template/spec';
  ApiObject.of(job).addJsonPatch(
    JsonPatch.add(`${pod}/securityContext/seccompProfile`, { type: 'RuntimeDefault' }),
    JsonPatch.add(`${pod}/enableServiceLinks`, false),
    JsonPatch.add(`${pod}/containers/0/securityContext/capabilities`, { drop: ['ALL'] }),
    JsonPatch.add(`${pod}/containers/0/resources`, {
      requests: quantities(settings.requests),
      limits: quantities(settings.limits),
    }),
  );
  ApiObject.of(job).addDependency(config, policy);
}

/** Nobody comes in; out it goes to the target's namespace and to DNS, anywhere where the target is no Service. */
function addNetworkPolicy(chart: Chart, { target }: ResolvedLoadTest): ApiObject {
  const namespace = serviceNamespace(target);
  const inNamespace = (name: string) => [
    { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': name } } },
  ];
  const dns = {
    to: inNamespace('kube-system'),
    ports: ['UDP', 'TCP'].map((protocol) => ({ port: k8s.IntOrString.fromNumber(53), protocol })),
  };
  return new k8s.KubeNetworkPolicy(chart, 'network-policy', {
    metadata: { name: LOADTEST_NAME, labels: { ...labels } },
    spec: {
      podSelector: { matchLabels: { ...labels } },
      policyTypes: ['Ingress', 'Egress'],
      egress: namespace === undefined ? [{}] : [{ to: inNamespace(namespace) }, dns],
    },
  });
}

/** All objects of the load test. They name no namespace: whoever declares the chart does. */
export function loadTestChart(settings: ResolvedLoadTest): Chart {
  const chart = new Chart(new App(), LOADTEST_NAME);
  addJob(chart, settings, addNetworkPolicy(chart, settings));
  return chart;
}

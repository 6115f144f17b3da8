import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { surveyText } from '../../../../infra/survey/cli';

/**
 * What pods of public applications have that a table of services cannot say, one workload of each kind: Online Boutique
 * (gRPC probes, uid), Sock Shop (label `name`, no port name, node ports), train-ticket (no limits, pull secrets, init
 * containers), the OpenTelemetry demo (labels of its own, env from fields), the AKS store (config and secret, scheduling).
 */
const pods: Readonly<Record<string, string>> = {
  'grpc-probe': 'containers: [{ name: server, image: a:1, readinessProbe: { grpc: { port: 7070 } } }]',
  'tcp-probe': 'containers: [{ name: db, image: a:1, livenessProbe: { tcpSocket: { port: 6379 } } }]',
  'exec-probe': 'containers: [{ name: a, image: a:1, readinessProbe: { exec: { command: [/ready] } } }]',
  'no-limits': 'containers: [{ name: a, image: a:1 }]',
  'no-port': 'containers: [{ name: a, image: a:1, command: [/work], args: [--fast] }]',
  'low-port': 'containers: [{ name: a, image: a:1, ports: [{ containerPort: 80 }] }]',
  'two-ports':
    'containers: [{ name: a, image: a:1, ports: [{ containerPort: 80 }, { containerPort: 9090 }] }]',
  'pull-secret': 'imagePullSecrets: [{ name: pull }]\n      containers: [{ name: a, image: a:1 }]',
  'as-user': 'securityContext: { runAsUser: 10001, fsGroup: 1 }\n      containers: [{ name: a, image: a:1 }]',
  'env-from': 'containers: [{ name: a, image: a:1, envFrom: [{ secretRef: { name: keys } }] }]',
  'env-field':
    'containers: [{ name: a, image: a:1, env: [{ name: IP, valueFrom: { fieldRef: { fieldPath: status.podIP } } }] }]',
  'node-selector': 'nodeSelector: { disk: ssd }\n      containers: [{ name: a, image: a:1 }]',
  tolerations: 'tolerations: [{ operator: Exists }]\n      containers: [{ name: a, image: a:1 }]',
  affinity: 'affinity: { podAntiAffinity: {} }\n      containers: [{ name: a, image: a:1 }]',
  hooks: 'containers: [{ name: a, image: a:1, lifecycle: { preStop: { exec: { command: [sleep, "5"] } } } }]',
  grace: 'terminationGracePeriodSeconds: 5\n      containers: [{ name: a, image: a:1 }]',
  volume:
    'volumes: [{ name: v, emptyDir: {} }]\n      containers: [{ name: a, image: a:1, volumeMounts: [{ name: v, mountPath: /v }] }]',
  'init-container':
    'initContainers: [{ name: wait, image: b:1 }]\n      containers: [{ name: a, image: a:1 }]',
  'native-sidecar':
    'initContainers: [{ name: log, image: b:1, restartPolicy: Always }]\n      containers: [{ name: a, image: a:1 }]',
  'side-container': 'containers: [{ name: a, image: a:1 }, { name: agent, image: b:1 }]',
};

const manifest = (name: string, pod: string, kind = 'Deployment') => `apiVersion: apps/v1
kind: ${kind}
metadata: { name: ${name} }
spec:
  selector: { matchLabels: { name: ${name} } }
  template:
    metadata: { labels: { name: ${name} } }
    spec:
      ${pod}
---
apiVersion: v1
kind: Service
metadata: { name: ${name} }
spec: { selector: { name: ${name} }, ports: [{ port: 80 }] }
`;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'survey-'));
  for (const [name, pod] of Object.entries(pods))
    writeFileSync(join(folder, `${name}.yaml`), manifest(name, pod));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test.each(Object.keys(pods))('a workload with %s can be released as it is', (name) => {
  expect(surveyText([`${name}.yaml`], folder)).toContain(
    '1 workloads: 1 (100.0 %) can be released as they are',
  );
});

test('what cannot is told with its reason', () => {
  writeFileSync(
    join(folder, 'queue.yaml'),
    manifest('queue', 'containers: [{ name: a, image: a:1 }]', 'StatefulSet'),
  );
  const text = surveyText(['.'], folder);
  expect(text).toContain('42 objects, 21 workloads: 20 (95.2 %) can be released as they are');
  expect(text).toContain(
    'queue.yaml:1: StatefulSet queue is a StatefulSet, of which two versions cannot run side by side',
  );
});

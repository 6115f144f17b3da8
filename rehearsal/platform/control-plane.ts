import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { addresses } from './addresses';
import type { Supervisor } from './supervisor';

export interface ControlPlaneArgs {
  /** The path of a tool's executable. */
  readonly tool: (name: string) => string;
  readonly stateDir: string;
  /** The file with kwok's stages. */
  readonly kwokStages: string;
  readonly supervisor: Supervisor;
}

export interface ControlPlane {
  /** A kubeconfig that works inside the namespace. */
  readonly kubeconfig: string;
  readonly token: string;
  /** The API server's own certificate, which also serves as its authority. PEM. */
  readonly ca: string;
  /** The folder with that certificate and its key. */
  readonly certDir: string;
}

/** A kubeconfig for the rehearsal's administrator. The server's certificate names 127.0.0.1, so any local port will do. */
export function renderKubeconfig(port: number, ca: string, token: string): string {
  const name = 'rehearsal';
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      {
        name,
        cluster: {
          server: `https://127.0.0.1:${port}`,
          'certificate-authority-data': Buffer.from(ca).toString('base64'),
        },
      },
    ],
    users: [{ name, user: { token } }],
    contexts: [{ name, context: { cluster: name, user: name } }],
    'current-context': name,
  });
}

function answers200(path: string, token: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = request(
      {
        host: '127.0.0.1',
        port: addresses.apiServerPort,
        path,
        timeout: 2000,
        // The certificate is made by the server being asked; whoever can answer here is inside our own namespace.
        rejectUnauthorized: false,
        headers: { authorization: `Bearer ${token}` },
      },
      (response) => {
        response.resume();
        resolve(response.statusCode === 200);
      },
    );
    probe.once('error', () => resolve(false));
    probe.once('timeout', () => probe.destroy());
    probe.end();
  });
}

/** etcd, API server, controller manager, scheduler and kwok, on the namespace's loopback. */
export async function startControlPlane(args: ControlPlaneArgs): Promise<ControlPlane> {
  const { stateDir, supervisor, tool } = args;
  const pki = join(stateDir, 'pki');
  mkdirSync(pki, { recursive: true });
  const keys = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  const [publicKey, privateKey, tokens] = [join(pki, 'sa.pub'), join(pki, 'sa.key'), join(pki, 'tokens.csv')];
  const token = randomBytes(24).toString('base64url');
  writeFileSync(publicKey, keys.publicKey);
  writeFileSync(privateKey, keys.privateKey, { mode: 0o600 });
  writeFileSync(tokens, `${token},admin,admin,system:masters\n`, { mode: 0o600 });

  await supervisor.start({
    name: 'etcd',
    command: tool('etcd'),
    args: [
      ...['--data-dir', join(stateDir, 'etcd'), '--log-level', 'warn'],
      ...['--listen-client-urls', addresses.etcd, '--advertise-client-urls', addresses.etcd],
      ...['--listen-peer-urls', addresses.etcdPeer],
      // Nothing in a rehearsal outlives the machine; waiting for the disk would only slow every write down.
      '--unsafe-no-fsync',
    ],
    ready: async () => (await fetch(`${addresses.etcd}/health`)).ok,
  });
  const certDir = join(pki, 'api');
  await supervisor.start({
    name: 'kube-apiserver',
    command: tool('kube-apiserver'),
    args: [
      ...['--etcd-servers', addresses.etcd, '--cert-dir', certDir],
      ...['--bind-address', '127.0.0.1', '--secure-port', String(addresses.apiServerPort)],
      // The namespace has no default route to take an address from, and Endpoints refuse loopback ones.
      ...['--advertise-address', addresses.nodeIp],
      ...['--service-account-key-file', publicKey, '--service-account-signing-key-file', privateKey],
      ...['--service-account-issuer', 'https://kubernetes.default.svc'],
      ...['--token-auth-file', tokens, '--authorization-mode', 'RBAC'],
      ...['--service-cluster-ip-range', addresses.serviceCidr, '--allow-privileged=true'],
      // By name the kubelet is found by nobody: there is no name server.
      ...['--kubelet-preferred-address-types', 'InternalIP'],
    ],
    ready: () => answers200('/readyz', token),
  });
  const ca = readFileSync(join(certDir, 'apiserver.crt'), 'utf8');
  const kubeconfig = join(stateDir, 'kubeconfig.inside');
  writeFileSync(kubeconfig, renderKubeconfig(addresses.apiServerPort, ca, token), { mode: 0o600 });

  await Promise.all([
    supervisor.start({
      name: 'kube-controller-manager',
      command: tool('kube-controller-manager'),
      args: [
        ...['--kubeconfig', kubeconfig, '--service-account-private-key-file', privateKey],
        ...['--use-service-account-credentials=true', '--root-ca-file', join(certDir, 'apiserver.crt')],
        ...['--leader-elect=false', '--secure-port', '0'],
        // A Deployment's rollout is on the path of every release; the defaults are made for thousands of objects.
        ...['--kube-api-qps', '200', '--kube-api-burst', '400'],
      ],
    }),
    supervisor.start({
      name: 'kube-scheduler',
      command: tool('kube-scheduler'),
      args: ['--kubeconfig', kubeconfig, '--leader-elect=false', '--secure-port', '0'],
    }),
    supervisor.start({
      name: 'kwok',
      command: tool('kwok'),
      args: [
        ...['--kubeconfig', kubeconfig, '--manage-all-nodes', '--config', args.kwokStages],
        ...['--cidr', addresses.podCidr, '--node-ip', addresses.nodeIp],
        // Without a lease that is renewed the node goes NotReady after 40 s and every endpoint with it.
        ...['--node-lease-duration-seconds', '40'],
      ],
    }),
  ]);
  return { kubeconfig, token, ca, certDir };
}

import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../paths';
import { addresses, nodeName } from './addresses';
import { renderKubeconfig, startControlPlane } from './control-plane';
import { controlServer, type Handler } from './control-server';
import { forward } from './forward';
import { Mesh } from '../mesh';
import type { HostConfig, HostStatus } from './platform';
import { runIfLoadWorker } from '../traffic';
import { createNode } from './node';
import { Supervisor } from './supervisor';

/** The inherited listening sockets, in the order platform.ts hands them in. */
const [apiListener, ingressListener, edgeListener] = [3, 4, 5];

/** Reads the file the command wrote for us. Written by the same bundle, so its shape is not checked again. */
function readConfig(): HostConfig {
  const file = process.argv[2];
  if (!file) throw new Error('the host process takes the path of its configuration');
  return JSON.parse(readFileSync(file, 'utf8')) as HostConfig;
}

/** Addresses of pods, applications and the node, and what passes packets on between the namespaces of pods. */
function setUpNetwork(): void {
  ip('link', 'set', 'lo', 'up');
  ip('addr', 'add', `${addresses.nodeIp}/32`, 'dev', 'lo');
  ip('addr', 'add', `${addresses.kubelet}/32`, 'dev', 'lo', 'scope', 'link');
  for (const range of [addresses.podCidr, addresses.nodeCidr, addresses.applicationCidr])
    ip('route', 'add', 'local', range, 'dev', 'lo');
  // What an application sends to any address, a pod's too, is captured: its rule must come before the local table's.
  ip('rule', 'add', 'pref', '1000', 'lookup', 'local');
  ip('rule', 'del', 'pref', '0');
  writeFileSync('/proc/sys/net/ipv4/ip_forward', '1');
  for (const which of ['all', 'default']) writeFileSync(`/proc/sys/net/ipv4/conf/${which}/rp_filter`, '0');
}

function ip(...args: string[]): void {
  const { status, stderr, error } = spawnSync('ip', args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`ip ${args.join(' ')} failed: ${error?.message ?? stderr.trim()}`);
}

async function main(): Promise<void> {
  const startedAt = Date.now();
  const config = readConfig();
  const { paths } = config;
  let phase = 'network';
  let ready = false;
  let mesh: Mesh | undefined;

  const tool = (name: string): string => {
    const path = config.tools[name];
    if (!path) throw new Error(`no tool named ${name} was handed in`);
    return path;
  };
  // The process namespace ends with this process, and everything in it; removing the socket says "it is over" outside.
  const exit = (code: number): never => {
    rmSync(paths.socket, { force: true });
    process.exit(code);
  };
  const fail = (error: unknown): void => {
    const message = error instanceof Error ? error.message : String(error);
    writeFileSync(paths.failure, `${message}\n`);
    console.error(error);
    void stop(1);
  };
  const supervisor = new Supervisor(paths.logs, fail);
  let stopping = false;
  const stop = async (code: number): Promise<void> => {
    if (stopping) return;
    stopping = true;
    await mesh?.stop();
    await supervisor.stop();
    exit(code);
  };
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => void stop(0));
  process.on('uncaughtException', fail);
  process.on('unhandledRejection', fail);
  if (config.lifeline) {
    // The command that started us is gone, whatever ended it: nobody is left to report to, so end at once.
    process.stdin.once('end', () => exit(0)).once('close', () => exit(0));
    process.stdin.resume();
  }

  const status = (): HostStatus => ({
    name: config.name,
    phase,
    ready,
    seconds: (Date.now() - startedAt) / 1000,
    parts: [...supervisor.status(), ...(mesh?.parts() ?? [])],
    ports: config.ports,
    sidecars: config.sidecars,
  });
  const routes: Record<string, Handler> = {
    'GET /status': status,
    'POST /stop': () => {
      setImmediate(() => void stop(0));
    },
  };
  await controlServer(paths.socket, routes);

  try {
    setUpNetwork();
    phase = 'control plane';
    const controlPlane = await startControlPlane({
      tool,
      stateDir: paths.dir,
      supervisor,
      kwokStages: join(projectRoot(), 'rehearsal', 'workloads', 'kwok-stages.yaml'),
    });
    await createNode(tool('kubectl'), controlPlane.kubeconfig, nodeName);
    writeFileSync(paths.kubeconfig, renderKubeconfig(config.ports.api, controlPlane.ca, controlPlane.token), {
      mode: 0o600,
    });
    forward(apiListener, () => ({ host: '127.0.0.1', port: addresses.apiServerPort }));
    const { certDir, kubeconfig } = controlPlane;
    mesh = new Mesh({ config, tool, supervisor, certDir, kubeconfig });
    Object.assign(routes, mesh.routes());
    forward(ingressListener, () => mesh?.ingress());
    forward(edgeListener, () => mesh?.edge());
    await mesh.start();
    phase = 'ready';
    ready = true;
  } catch (error) {
    fail(error);
  }
}

// The load's thread runs this same bundle.
if (!runIfLoadWorker()) void main();

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CONFIG_DIR,
  configData,
  resolveEdgeSettings,
  type EdgeSettings,
} from '../../../components/edge/pure';
import { findNginx, NginxProcess } from '../../../rehearsal/edge';
import { startBookinfo } from './bookinfo';

/** Where the browser goes. Whoever gives one may have a whole platform behind it. */
export interface Site {
  /** Where the edge answers, without a path. */
  readonly url: string;
  stop(): Promise<void>;
}

/** What APM gets of these runs, and so what the browser's monitoring is to say. */
export const context = { environment: 'rehearsal', version: 'v1' } as const;

/** Every site gets addresses of its own, so that the edge can keep the port it has in its pod. */
let sites = 0;

/** The edge's very configuration in nginx, before Bookinfo's stand-ins: all that a browser sees, without a platform. */
export async function edgeSite(settings: EdgeSettings, reviewsVersion = 'v1'): Promise<Site> {
  sites += 1;
  const [gateway, podIP] = [1, 2].map((host) => `127.${60 + (process.pid % 60)}.${sites}.${host}`) as [
    string,
    string,
  ];
  const executable = findNginx();
  if (executable === undefined) throw new Error('nginx is not installed: install the package nginx-light');
  const stateDir = mkdtempSync(join(tmpdir(), 'edge-'));
  const upstream = await startBookinfo(gateway, reviewsVersion);
  const resolved = resolveEdgeSettings(
    { ...settings, upstream: `http://gateway.test:${upstream.port}` },
    context,
  );
  const files = Object.entries(configData(resolved)).map(([name, content]) => [
    `${CONFIG_DIR}/${name}`,
    content,
  ]);
  const nginx = new NginxProcess({
    name: 'edge',
    podIP,
    files: Object.fromEntries(files) as Record<string, string>,
    hosts: { 'gateway.test': gateway },
    stateDir,
    executable,
  });
  const stop = async () => {
    await nginx.stop();
    await upstream.stop();
    rmSync(stateDir, { recursive: true, force: true });
  };
  try {
    await nginx.start();
  } catch (error) {
    await stop();
    throw error;
  }
  return { url: `http://${podIP}:8080`, stop };
}

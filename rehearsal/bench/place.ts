import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { Platform } from '../platform/platform';
import { kubectlApply } from '../platform/kubectl';
import { engineArgs, type Surroundings } from '../scenario/project-engine';
import type { Toolchain } from '../toolchain';
import { output } from './command';

/** Where everything is measured: a control plane with a node, a folder for files, and what ends a command. */
export interface Place {
  readonly surroundings: Surroundings;
  readonly toolchain: Toolchain;
  /** The platform's own folder, where stacks and their configs are. */
  readonly stateDir: string;
  readonly kubeconfig: string;
  /** A folder for generated files, which is removed at the end. */
  readonly folder: string;
  readonly signal: AbortSignal;
}

export interface PlaceArgs {
  readonly name: string;
  readonly toolchain: Toolchain;
  readonly signal: AbortSignal;
  readonly onPhase: (what: string) => void;
}

/** The kinds of Istio's that the program declares. There is no istiod: what it does to routes is not what is timed here. */
async function installDefinitions({ toolchain, kubeconfig, signal, surroundings }: Place): Promise<void> {
  const file = join(toolchain.istioCharts, 'base', 'files', 'crd-all.gen.yaml');
  await kubectlApply(toolchain.path('kubectl'), kubeconfig, readFileSync(file, 'utf8'));
  const wait = ['wait', '--for=condition=Established', 'crd', '--all', '--timeout=60s'];
  await output(toolchain.path('kubectl'), wait, { env: surroundings.env, signal });
}

/** Makes namespaces as the platform's stack makes them, without the mesh's label: there is nothing to inject. */
export function makeNamespaces({ toolchain, kubeconfig }: Place, names: readonly string[]): Promise<void> {
  const labels = { 'pod-security.kubernetes.io/enforce': 'restricted' };
  const objects = names.map((name) =>
    stringify({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } }),
  );
  return kubectlApply(toolchain.path('kubectl'), kubeconfig, objects.join('---\n'));
}

/** Starts a platform without a mesh, hands it to the work and ends it, however the work ends. */
export async function atPlace<T>(args: PlaceArgs, work: (place: Place) => Promise<T>): Promise<T> {
  const { name, onPhase, signal, toolchain } = args;
  const folder = mkdtempSync(join(tmpdir(), 'bench-'));
  let platform: Platform | undefined;
  try {
    platform = await Platform.start({ name, toolchain, mesh: false, signal });
    const place: Place = {
      surroundings: engineArgs(platform, toolchain, signal),
      toolchain,
      stateDir: platform.paths.dir,
      kubeconfig: platform.paths.kubeconfig,
      folder,
      signal,
    };
    const died = platform.died().then((reason): never => {
      // A terminal's Ctrl-C reaches the platform as well; then the interruption is the reason, not its end.
      signal.throwIfAborted();
      throw new Error(reason);
    });
    const measured = installDefinitions(place).then(() => work(place));
    // The loser of the race must not surface as an unhandled rejection.
    for (const promise of [died, measured]) promise.catch(() => undefined);
    return await Promise.race([measured, died]);
  } finally {
    onPhase('ending the platform');
    await platform?.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

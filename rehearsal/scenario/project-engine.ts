import { join } from 'node:path';
import { projectRoot } from '../paths';
import type { Platform } from '../platform/platform';
import type { Report } from '../report';
import type { SidecarKind } from '../sidecar';
import type { Toolchain } from '../toolchain';
import { Engine, type EngineArgs } from './engine';
import { findProvider } from './provider';

/** Where an engine works and with what; everything but the stack. */
export type Surroundings = Omit<EngineArgs, 'projectDir' | 'stack' | 'workDir'> & {
  readonly provider: Report['provider'];
  readonly sidecars: SidecarKind;
};

/** The variables with which programs and tools outside find a rehearsal and what belongs to it. */
export function environmentOf(platform: Platform, toolchain: Toolchain): Record<string, string> {
  const { istioCharts, gatewayApiCrds } = toolchain;
  // Named in the configs of the stacks that install Istio and the Gateway API.
  return { ...platform.environment(), ISTIO_CHARTS: istioCharts, GATEWAY_API_CRDS: gatewayApiCrds };
}

/** The settings with which the engine finds this platform, our program and a Kubernetes provider. */
export function engineArgs(platform: Platform, toolchain: Toolchain, signal?: AbortSignal): Surroundings {
  const provider = findProvider(process.env);
  return {
    pulumi: toolchain.path('pulumi'),
    kubectl: toolchain.path('kubectl'),
    pluginDirs: [...provider.dirs, ...toolchain.binDirs],
    env: environmentOf(platform, toolchain),
    provider: provider.kind,
    sidecars: platform.sidecars.kind,
    signal,
  };
}

/**
 * The engine on this project's own program, on a new stack of the platform's own backend.
 *
 * @param config The stack whose config file is taken as the starting point.
 */
export async function projectEngine(
  args: Surroundings,
  stateDir: string,
  stack = 'rehearsal',
  config = 'rehearsal',
): Promise<Engine> {
  const projectDir = projectRoot();
  const engine = new Engine({ ...args, projectDir, stack, workDir: stateDir });
  await engine.init(join(projectDir, 'stacks', `Pulumi.${config}.yaml`));
  return engine;
}

/** The stack that installs Istio and DataKit in a rehearsal. A weight step of another stack does not pay for their objects. */
const platformStack = 'rehearsal-platform';

/** An engine on the platform layer's stack, with nothing applied yet. */
export async function platformEngine(args: Surroundings, stateDir: string): Promise<Engine> {
  const engine = await projectEngine(args, stateDir, platformStack, platformStack);
  if (args.sidecars === 'outbound') {
    // Inbound halves that are played have no certificates, so callers must not expect them.
    const istio = engine.configured('bookinfo:istio') as Record<string, unknown>;
    engine.configure({ 'bookinfo:istio': { ...istio, autoMtls: false } });
  }
  return engine;
}

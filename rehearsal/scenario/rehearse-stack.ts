import type { Platform } from '../platform/platform';
import type { PlayedWorkload, Report } from '../report';
import { onPlatform, type RehearseArgs } from './on-platform';
import { engineArgs, platformEngine } from './project-engine';
import { reportOfRun } from './report-of-run';
import type { OwnStack } from './stack-plan';
import { Traffic } from './traffic';
import { engineOf, wholeRelease } from './whole-release';

/** A whole release of somebody's own stack under load, with a rollback on the way, on a platform of its own. */
export const rehearseStack = (stack: OwnStack, args: RehearseArgs): Promise<Report> =>
  onPlatform(args, (platform) => ownRelease(platform, stack, args));

async function ownRelease(platform: Platform, stack: OwnStack, args: RehearseArgs): Promise<Report> {
  const { onPhase, signal, toolchain } = args;
  const { service, stable, canary } = stack.release;
  const surroundings = engineArgs(platform, toolchain, signal);
  const { provider } = surroundings;
  const { dir } = platform.paths;
  onPhase("the platform layer: Istio and DataKit, by the program's own update");
  const layer = await platformEngine(surroundings, dir);
  layer.configure({
    'bookinfo:namespaces': [stack.namespace],
    'bookinfo:podSecurity': stack.podSecurity,
    'bookinfo:outsideNamespaces': undefined,
  });
  const installed = await layer.up();
  const engine = await engineOf(stack, surroundings, dir);
  const traffic = new Traffic(platform);
  const place = { stack, surroundings, dir, traffic };
  const { emptySeconds, load, rollback, steps, timeline } = await wholeRelease(engine, place, args);
  const played = await platform.call<PlayedWorkload[]>('GET', '/played');
  onPhase('the platform layer once more: nothing may change');
  const again = await layer.up();
  const { sidecars } = platform;
  return {
    ...reportOfRun(args, { provider, sidecars, timeline, load, layer: { installed, again } }),
    problems: await platform.call<string[]>('GET', '/problems'),
    service,
    versions: { stable: stable.version, canary: canary.version },
    steps,
    rollback,
    baseline: { emptyProgramUpSeconds: emptySeconds },
    played: played.filter(({ namespace }) => namespace === stack.namespace),
  };
}

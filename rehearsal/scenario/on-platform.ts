import { Platform } from '../platform/platform';
import type { Report, StepResult } from '../report';
import type { SidecarKind } from '../sidecar';
import type { Toolchain } from '../toolchain';

export interface RehearseArgs {
  readonly name: string;
  readonly toolchain: Toolchain;
  /** How sidecars are played. Default: whole where this machine can. */
  readonly sidecars?: SidecarKind;
  /** Whether every tool was there already. */
  readonly warm: boolean;
  readonly signal: AbortSignal;
  /** When the command was started, milliseconds since the epoch. */
  readonly startedAt: number;
  readonly onPhase: (what: string) => void;
  readonly onStep: (step: StepResult) => void;
}

/**
 * Starts a platform, does the work on it and ends it.
 * @throws the reason, where the platform dies or the signal comes before the work is done
 */
export async function onPlatform(
  { name, onPhase, sidecars, signal, toolchain }: RehearseArgs,
  work: (platform: Platform) => Promise<Report>,
): Promise<Report> {
  const platform = await Platform.start({
    ...{ name, toolchain, sidecars, signal },
    onPhase: (phase) => onPhase(`platform: ${phase}`),
  });
  try {
    const died = platform.died().then((reason): never => {
      // A terminal's Ctrl-C reaches the platform as well; then the interruption is the reason, not its end.
      signal.throwIfAborted();
      throw new Error(reason);
    });
    const aborted = new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
    });
    const contenders = [work(platform), died, aborted];
    // The losers of the race must not surface as unhandled rejections.
    for (const promise of contenders) promise.catch(() => undefined);
    return await Promise.race(contenders);
  } finally {
    onPhase('ending the platform');
    await platform.stop();
  }
}

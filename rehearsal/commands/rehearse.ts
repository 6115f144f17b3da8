import { wasWarm } from '../scenario/tools';
import { Platform } from '../platform/platform';
import { ensureTools, platformTools } from '../toolchain';
import { renderTerminal, verdict, writeReport } from '../report';
import { rehearse } from '../scenario/rehearse';
import { ExitCode } from './exit';
import { phasePrinter } from './progress';

export interface RehearseOptions {
  readonly name: string;
  readonly out: string;
  readonly signal: AbortSignal;
  readonly startedAt: number;
}

/** The main job: a whole release under load, a rollback, a report. Exit code 3 when a measured promise does not hold. */
export async function rehearseCommand({ name, out, signal, startedAt }: RehearseOptions): Promise<number> {
  const print = phasePrinter(startedAt);
  Platform.checkName(name);
  const toolchain = await ensureTools(platformTools, { signal });
  const report = await rehearse({
    name,
    toolchain,
    warm: wasWarm(toolchain),
    signal,
    startedAt,
    onPhase: print,
    onStep: (step) =>
      print(
        `  up ${step.upSeconds.toFixed(2)} s, ${step.changed.length} changed; of ${step.requested} requests v2 answered ` +
          `${(step.share * 100).toFixed(1)} %, ${step.failures} failed`,
      ),
  });
  const written = await writeReport(report, out);
  console.log(renderTerminal(report));
  console.log(`report: ${written.json}\n        ${written.html}`);
  return verdict(report).ok ? ExitCode.done : ExitCode.failedCheck;
}

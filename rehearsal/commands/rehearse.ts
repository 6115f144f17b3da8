import { wasWarm } from '../scenario/tools';
import { Platform } from '../platform/platform';
import {
  areThere,
  checkPrerequisites,
  ensureTools,
  platformTools,
  requireAll,
  thisMachine,
  type Toolchain,
} from '../toolchain';
import { renderTerminal, verdict, writeReport } from '../report';
import { showPlan } from '../scenario/plan';
import { rehearse, rehearsedSteps } from '../scenario/rehearse';
import type { SidecarKind } from '../sidecar';
import { ExitCode } from './exit';
import { phasePrinter } from './progress';

export interface RehearseOptions {
  readonly name: string;
  readonly out: string;
  readonly sidecars?: SidecarKind;
  readonly signal: AbortSignal;
  readonly startedAt: number;
}

/**
 * The tools of a rehearsal. Where some have to be made, what the release will do is shown meanwhile: it needs none of them,
 * and whoever waits can see whether it is what was meant.
 */
async function toolsBesidePlan(out: string, signal: AbortSignal): Promise<Toolchain> {
  const machine = thisMachine();
  if (await areThere(platformTools, machine)) return ensureTools(platformTools, { signal, machine });
  requireAll(await checkPrerequisites(machine, false), 'prerequisite');
  const stopping = new AbortController();
  const both = AbortSignal.any([signal, stopping.signal]);
  // Lines, as a list that redraws itself would be torn by the plan.
  const made = ensureTools(platformTools, { signal: both, machine, progress: 'plain' });
  const shown = showPlan({ steps: rehearsedSteps, out, signal: both });
  try {
    const [toolchain] = await Promise.all([made, shown]);
    return toolchain;
  } catch (error) {
    stopping.abort(error);
    await Promise.allSettled([made, shown]);
    throw error;
  }
}

/** The main job: a whole release under load, a rollback, a report. Exit code 3 when a measured promise does not hold. */
export async function rehearseCommand({
  name,
  out,
  sidecars,
  signal,
  startedAt,
}: RehearseOptions): Promise<number> {
  const print = phasePrinter(startedAt);
  Platform.checkName(name);
  const toolchain = await toolsBesidePlan(out, signal);
  const report = await rehearse({
    name,
    toolchain,
    sidecars,
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

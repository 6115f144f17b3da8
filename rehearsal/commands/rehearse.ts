import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../paths';
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
import type { RehearseArgs } from '../scenario/on-platform';
import { rehearse, rehearsedSteps } from '../scenario/rehearse';
import { rehearseStack } from '../scenario/rehearse-stack';
import { ownStack, stackOfTable, type OwnStack } from '../scenario/stack-plan';
import type { SidecarKind } from '../sidecar';
import { ExitCode } from './exit';
import { phasePrinter } from './progress';

export interface RehearseOptions {
  readonly name: string;
  readonly out: string;
  readonly sidecars?: SidecarKind;
  readonly signal: AbortSignal;
  readonly startedAt: number;
  /** A stack of the project whose own release is rehearsed. Default: that of reviews, by the project's own. */
  readonly stack?: string;
  /** A file with an application's table: what a stack would be made of. */
  readonly app?: string;
  /** Which of several releases, or which service of the table. */
  readonly service?: string;
  /** Where requests go. Default: the page of the application's entry. */
  readonly path?: string;
}

/** What is rehearsed instead of the release of reviews, if anything is. @throws Error that says what is missing */
function chosenStack({ app, path, service, stack }: RehearseOptions): OwnStack | undefined {
  const projectDir = projectRoot();
  if (app !== undefined) {
    const made = stackOfTable(app, projectDir, service);
    return ownStack({ ...made, projectDir, path });
  }
  if (stack === undefined) return undefined;
  const text = readFileSync(join(projectDir, 'stacks', `Pulumi.${stack}.yaml`), 'utf8');
  return ownStack({ name: stack, text, projectDir, service, path });
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
export async function rehearseCommand(options: RehearseOptions): Promise<number> {
  const { name, out, sidecars, signal, startedAt } = options;
  const print = phasePrinter(startedAt);
  Platform.checkName(name);
  const own = chosenStack(options);
  for (const change of own?.changed ?? []) print(`not as in ${own?.name}: ${change}`);
  const canary = own?.release.canary.version ?? 'v2';
  const toolchain =
    own === undefined ? await toolsBesidePlan(out, signal) : await ensureTools(platformTools, { signal });
  const args: RehearseArgs = {
    name,
    toolchain,
    sidecars,
    warm: wasWarm(toolchain),
    signal,
    startedAt,
    onPhase: print,
    onStep: (step) =>
      print(
        `  up ${step.upSeconds.toFixed(2)} s, ${step.changed.length} changed; of ${step.requested} requests ${canary} answered ` +
          `${(step.share * 100).toFixed(1)} %, ${step.failures} failed`,
      ),
  };
  const report = await (own === undefined ? rehearse(args) : rehearseStack(own, args));
  const written = await writeReport(report, out);
  console.log(renderTerminal(report));
  console.log(`report: ${written.json}\n        ${written.html}`);
  return verdict(report).ok ? ExitCode.done : ExitCode.failedCheck;
}

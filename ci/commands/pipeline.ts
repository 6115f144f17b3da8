import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { stringify } from 'yaml';
import type { Step } from '../../components/canary/pure';
import { wayTo } from '../../release/commands/plan';
import { openSession, subjectOf, type Subject } from '../../release/sequence';
import { readReleaseStack } from '../../release/settings';
import { isAffected } from '../affected';
import { changedFiles } from '../changes';
import { childPipeline, type PipelineRelease } from '../childPipeline';
import { listedStack } from '../stackFile';
import { openRelease, type Around } from '../surroundings';
import { targetStep, isAhead } from '../target';

export interface PipelineWish {
  readonly stacks: readonly string[];
  readonly out: string;
}

/** The steps a pipeline has a job for: those of the canary that the config names. One that it replaces gives way in the first. */
export const stepsLeft = (subject: Pick<Subject, 'applied' | 'release'>): readonly Step[] =>
  wayTo(subject, 'finished')
    .filter(({ release }) => release.canary.version === subject.release.canary.version)
    .map(({ step }) => step);

/** How many of the steps left the merge itself asks for: those up to the one that the config names. */
export function automaticSteps(
  subject: Pick<Subject, 'applied' | 'release'>,
  named: Step,
  left: readonly Step[],
): number {
  return isAhead(subject, named) ? left.indexOf(named) + 1 : 0;
}

async function releasesOf(name: string, around: Around): Promise<readonly PipelineRelease[]> {
  const { root, env, screen } = around;
  const listed = listedStack(root, name);
  const { affected, why } = isAffected(listed, await changedFiles(root, env));
  screen.say(`${listed.name}: ${affected ? 'affected, ' : 'not affected, '}${why}`);
  if (!affected || !listed.hasRelease) return [];
  const config = readReleaseStack(listed);
  return Promise.all(
    config.releases.map(async ({ service }) => {
      const { context } = await openRelease({ stack: name, service }, around);
      const session = openSession(context, { service });
      const subject = subjectOf(session, await session.ports.engine.state());
      const named = config.steps[service]!;
      // What cannot be taken is told here and not by a job that somebody has to click first.
      targetStep(subject, named);
      const steps = stepsLeft(subject);
      return {
        stack: name,
        service,
        several: config.releases.length > 1,
        steps,
        automatic: automaticSteps(subject, named, steps),
        watchedMs: context.settings.gates.bake.longestMs,
        ...(listed.url === undefined ? {} : { url: listed.url }),
      };
    }),
  );
}

/** Writes the child pipeline of the releases that a merge is about. @throws ReleaseError, ProblemsError */
export async function writePipeline({ stacks, out }: PipelineWish, around: Around): Promise<string> {
  const releases: PipelineRelease[] = [];
  // One after the other: each asks the engine, and what is wrong with one is told before the next is asked.
  for (const stack of stacks) releases.push(...(await releasesOf(stack, around)));
  await mkdir(dirname(out), { recursive: true });
  const head = '# Made by "ci/run.js pipeline" from the stacks\' steps.\n';
  await writeFile(out, head + stringify(childPipeline(releases), { lineWidth: 0 }));
  const told = releases.map(
    ({ stack, service, steps }) => `${service} on ${stack}: ${steps.length} steps left`,
  );
  return told.length === 0 ? 'no release of an affected stack' : told.join('; ');
}

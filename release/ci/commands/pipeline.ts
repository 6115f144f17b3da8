import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { stringify } from 'yaml';
import type { Step } from '../../../components/canary/pure';
import { wayTo } from '../../commands/plan';
import { watchedMs } from '../../gates';
import { openSession, subjectOf, type Subject } from '../../sequence';
import { readReleaseStack } from '../../settings';
import { isAffected } from '../affected';
import { changedFiles } from '../changes';
import { childPipeline, type PipelineRelease } from '../childPipeline';
import { addressOf, listedStack } from '../stackFile';
import { openRelease, type JobContext } from '../jobContext';
import { targetStep, isAhead } from '../target';

export interface PipelineOptions {
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

async function releasesOf(name: string, job: JobContext): Promise<readonly PipelineRelease[]> {
  const { root, env, screen } = job;
  const listed = listedStack(root, name);
  const { affected, why } = isAffected(listed, await changedFiles(root, env));
  screen.say(`${listed.name}: ${affected ? 'affected, ' : 'not affected, '}${why}`);
  if (!affected || !listed.hasRelease) return [];
  const config = readReleaseStack(listed);
  const url = addressOf(listed, config.application);
  return Promise.all(
    config.releases.map(async ({ service }) => {
      const { context } = await openRelease({ stack: name, service }, job);
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
        watchedMs: watchedMs(context.settings.gates, 100).most,
        ...(url === undefined ? {} : { url }),
      };
    }),
  );
}

/** Writes the child pipeline of the releases that a merge is about. @throws ReleaseError, ProblemsError */
export async function writePipeline({ stacks, out }: PipelineOptions, job: JobContext): Promise<string> {
  const releases: PipelineRelease[] = [];
  // One after the other: each asks the engine, and what is wrong with one is told before the next is asked.
  for (const stack of stacks) releases.push(...(await releasesOf(stack, job)));
  await mkdir(dirname(out), { recursive: true });
  const head = '# Made by "release ci pipeline" from the stacks\' steps.\n';
  await writeFile(out, head + stringify(childPipeline(releases), { lineWidth: 0 }));
  const told = releases.map(
    ({ stack, service, steps }) => `${service} on ${stack}: ${steps.length} steps left`,
  );
  return told.length === 0 ? 'no release of an affected stack' : told.join('; ');
}

import * as pulumi from '@pulumi/pulumi';
import { parseApplied, type AppliedRelease } from '../canary';
import { formatProblems, type Problem } from '../validation';

/** What the stack remembers, by service. Empty before the first update. */
export type AppliedReleases = Readonly<Record<string, AppliedRelease>>;

/** The stack output that holds it. */
export const RELEASE_OUTPUT = 'release';

/** What the engine answers about a stack's outputs. */
export interface Remembered {
  readonly outputs?: Readonly<Record<string, unknown>>;
}

export function stackName(): string {
  return `${pulumi.getOrganization()}/${pulumi.getProject()}/${pulumi.getStack()}`;
}

function parse(raw: unknown): AppliedReleases {
  if (raw === undefined || raw === null) return {};
  const problems: Problem[] = [];
  const releases: Record<string, AppliedRelease> = {};
  if (typeof raw !== 'object' || Array.isArray(raw)) {
    problems.push({
      path: RELEASE_OUTPUT,
      problem: 'is not a map of services',
      remedy: 'bring back the last good state of the stack (pulumi stack export, edit, import)',
    });
  } else {
    for (const [service, entry] of Object.entries(raw)) {
      const result = parseApplied(entry, `${RELEASE_OUTPUT}.${service}`);
      if (result.ok) releases[service] = result.value;
      else problems.push(...result.problems);
    }
  }
  if (problems.length > 0) {
    throw new pulumi.RunError(formatProblems(`Output ${RELEASE_OUTPUT} of ${stackName()}`, problems));
  }
  return releases;
}

async function readOutputs(): Promise<Remembered> {
  try {
    return (await pulumi.runtime.invoke('pulumi:pulumi:readStackOutputs', {
      name: stackName(),
    })) as Remembered;
  } catch (error) {
    throw new pulumi.RunError(
      `The step last applied could not be read from the outputs of ${stackName()}: ${(error as Error).message}\n` +
        '  remedy: check that the state backend can be reached (pulumi whoami -v), then try again; nothing was changed',
    );
  }
}

/**
 * The step that was last applied, from the stack's own outputs.
 *
 * It is read by the function behind `StackReference`: the resource would stand in the state itself, with the outputs
 * of the update before in it, and every refresh would find it changed.
 *
 * @param remembered The outputs, where they have been read. Default: they are read.
 * @throws RunError when the outputs cannot be read. To go on without them would let an illegal move pass.
 */
export async function readApplied(remembered?: Remembered): Promise<AppliedReleases> {
  const { outputs } = remembered ?? (await readOutputs());
  return parse(outputs?.[RELEASE_OUTPUT]);
}

/**
 * The steps that the program's own stack took last, for a program of one's own.
 * @throws RunError when the stack's outputs cannot be read
 */
export const rememberedReleases = (): Promise<AppliedReleases> => readApplied();

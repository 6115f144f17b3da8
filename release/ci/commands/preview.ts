import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readStep, stepName, type Step } from '../../../components/canary/pure';
import { plainPlace, planSteps } from '../../commands/plan';
import { previewListener } from '../../commands/preview';
import type { Opened } from '../../commandLine/surroundings';
import { emitter } from '../../context';
import { StackEngine } from '../../engine';
import type { BareEvent } from '../../events';
import { ReleaseError } from '../../exitCodes';
import { writeNote } from '../../notify';
import { openSession, standing, subjectOf } from '../../sequence';
import { atStep, placeOf, withCopy } from '../../sequence/configFile';
import { policyPackOf } from '../../sequence/ports';
import { weightsAt } from '../../sequence/subject';
import { isAffected } from '../affected';
import { changedFiles } from '../changes';
import { TOKEN_VARIABLE, projectOf } from '../gitlab/api';
import { previewNote, type PipelinePreview, type ReleaseSide } from '../note';
import { listedStack, type ListedStack } from '../stackFile';
import { summarise } from '../summary';
import { namedStep, openRelease, type JobContext } from '../jobContext';
import { targetStep } from '../target';

export interface PreviewOptions {
  readonly stack: string;
  readonly service?: string;
  /** Default: what the merge is about, see `targetStep`. */
  readonly to?: Step;
  /** The folder that is written to: plan.json, summary.json, note.md, preview.json. */
  readonly out: string;
  /** Whether a stack that no changed file is part of is passed over. */
  readonly onlyAffected?: boolean;
  /** Whether the merge request gets the note. */
  readonly note?: boolean;
}

/** What a preview came to. */
export interface Previewed {
  readonly summary: string;
  /** Set where policies refuse it. */
  readonly refused?: ReleaseError;
}

interface Made {
  readonly preview: PipelinePreview;
  readonly refused?: ReleaseError;
}

/** Runs a preview that policies may refuse; anything else that is wrong is thrown. */
async function judged(work: () => Promise<unknown>): Promise<ReleaseError | undefined> {
  try {
    await work();
    return undefined;
  } catch (thrown) {
    if (!(thrown instanceof ReleaseError) || thrown.outcome !== 'policy') throw thrown;
    return thrown;
  }
}

const listed = (heard: ReturnType<typeof previewListener>) => ({
  changes: [...heard.changes.values()],
  unchanged: [...heard.unchanged].filter((urn) => !heard.changes.has(urn)).length,
  findings: heard.findings,
});

async function releasePreview(opened: Opened, plan: string, to: Step | undefined): Promise<Made> {
  const heard = previewListener();
  const { context, service, stack } = opened;
  const emit = (event: BareEvent): void => {
    heard.hear(event);
    context.emit(event);
  };
  const session = openSession({ ...context, emit }, { service });
  const { ports, release } = session;
  const subject = subjectOf(session, await ports.engine.state());
  const step = to ?? targetStep(subject, namedStep(opened));
  const refused = await judged(() =>
    withCopy(context.configFile, atStep(placeOf(session), step), (copy) =>
      ports.engine.preview({ phase: 'preview', configFile: copy, plan, policyPack: policyPackOf(context) }),
    ),
  );
  const { applied } = subject;
  const at = applied === undefined ? undefined : readStep(applied.step);
  const place = plainPlace(context, release, true, stack.releases.length > 1);
  const side: ReleaseSide = {
    service,
    stable: release.stable.version,
    canary: release.canary.version,
    from: standing(subject),
    to: stepName(step),
    weights: { before: applied?.weights ?? {}, after: weightsAt(subject.release, step) },
    named: stepName(namedStep(opened)),
    remaining:
      at === 'finished' && applied?.canary.version === release.canary.version
        ? []
        : planSteps(subject, 'finished', context.settings.gates, place),
  };
  return {
    preview: { stack: stack.stack, ...listed(heard), refusal: refused?.message, release: side },
    refused,
  };
}

/** A stack without a release has no step: what its config says is previewed as it is. */
async function plainPreview(stack: ListedStack, plan: string, job: JobContext): Promise<Made> {
  const { env, screen, signal } = job;
  const heard = previewListener();
  const tell = emitter(stack.stack, { now: Date.now }, screen.tell);
  const emit = (event: BareEvent): void => {
    heard.hear(event);
    tell(event);
  };
  const { projectDir, configFile } = stack;
  const engine = new StackEngine({ projectDir, stack: stack.stack, env, emit, signal });
  const policyPack = policyPackOf({ projectDir } as Opened['context']);
  const refused = await judged(() => engine.preview({ phase: 'preview', configFile, plan, policyPack }));
  return { preview: { stack: stack.stack, ...listed(heard), refusal: refused?.message }, refused };
}

async function postNote(
  preview: PipelinePreview,
  text: string,
  { env, signal }: JobContext,
): Promise<string> {
  const mergeRequest = env['CI_MERGE_REQUEST_IID'];
  if (!mergeRequest) return 'no note: this pipeline belongs to no merge request';
  const gitlab = projectOf(env);
  if ('missing' in gitlab) return `no note on the merge request: ${gitlab.missing}`;
  const key = ['preview', preview.stack, preview.release?.service].filter(Boolean).join(':');
  try {
    return `note on the merge request ${await writeNote({ ...gitlab, mergeRequest, key }, text, signal)}`;
  } catch (thrown) {
    return `no note on the merge request: ${(thrown as Error).message} (a token with the api scope is needed in ${TOKEN_VARIABLE})`;
  }
}

const describe = ({ release, changes, stack }: PipelinePreview): string =>
  `${release === undefined ? stack : `${release.service} on ${stack} ${release.from} to ${release.to}`}: ${changes.length} to change`;

/**
 * Previews what a merge would do to a stack, with the policies, and leaves it in files: the plan, a summary for the merge
 * request's widget and a note. Nothing in the cluster changes, and no file of the project.
 * @throws ReleaseError, ProblemsError
 */
export async function previewStack(options: PreviewOptions, job: JobContext): Promise<Previewed> {
  const { root, env, screen } = job;
  const { out, to } = options;
  const stack = listedStack(root, options.stack);
  await mkdir(out, { recursive: true });
  const write = (name: string, content: object) =>
    writeFile(join(out, name), `${JSON.stringify(content, null, 2)}\n`);
  if (options.onlyAffected === true) {
    const { affected, why } = isAffected(stack, await changedFiles(root, env));
    if (!affected) {
      await write('summary.json', summarise([]));
      return { summary: `${stack.name} is not affected: ${why}` };
    }
    screen.say(`${stack.name} is affected: ${why}`);
  }
  const plan = join(out, 'plan.json');
  const { preview, refused } = stack.hasRelease
    ? await releasePreview(await openRelease(options, job), plan, to)
    : await plainPreview(stack, plan, job);
  const note = previewNote(preview);
  await Promise.all([
    write('summary.json', summarise(preview.changes)),
    write('preview.json', preview),
    writeFile(join(out, 'note.md'), note),
  ]);
  if (options.note === true) screen.say(await postNote(preview, note, job));
  return { summary: describe(preview), ...(refused === undefined ? {} : { refused }) };
}

import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { parseDocument } from 'yaml';
import { stepName, type AppliedRelease, type Step } from '../../components/canary/pure';
import { withStep, editFile, writeStep } from '../settings';
import type { Session } from './session';

/** A stack's config file, and whose release in it is meant. */
export interface ConfigPlace {
  readonly configFile: string;
  readonly project: string;
  readonly service: string;
}

/** The place of the release that a session works on. */
export const placeOf = ({ ctx, release }: Pick<Session, 'ctx' | 'release'>): ConfigPlace => ({
  configFile: ctx.configFile,
  project: ctx.project,
  service: release.service,
});

/**
 * Works with a copy of a stack's config file that only this process knows, and removes it afterwards. What is only tried
 * is never written where a reader, or the next command, would take it for what was decided.
 */
export async function withCopy<T>(
  configFile: string,
  change: (text: string) => string,
  work: (copy: string) => Promise<T>,
): Promise<T> {
  const text = change(await readFile(configFile, 'utf8'));
  const folder = await mkdtemp(join(tmpdir(), 'release-config-'));
  try {
    // The name stays: the engine's messages speak of it.
    const copy = join(folder, basename(configFile));
    await writeFile(copy, text, { mode: 0o600 });
    return await work(copy);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The file's text with another step. */
export const atStep =
  ({ configFile, project, service }: ConfigPlace, step: Step) =>
  (text: string): string =>
    withStep(text, project, service, step, configFile);

/** Names a step in the file itself. Returns how to put back what stood there. */
export async function nameStep(
  { configFile, project, service }: ConfigPlace,
  step: Step,
): Promise<{ readonly changed: boolean; readonly putBack: () => Promise<void> }> {
  const { before, after } = await writeStep(configFile, project, service, step);
  return {
    changed: before !== after,
    putBack: async () => {
      // Somebody who edited the file meanwhile meant it.
      if (before !== after && (await readFile(configFile, 'utf8')) === after)
        await writeFile(configFile, before);
    },
  };
}

const withFlags =
  (...flags: string[]) =>
  (text: string): string => {
    const document = parseDocument(text);
    for (const flag of flags) document.setIn(['config', `kubernetes:${flag}`], 'true');
    return document.toString();
  };

/** The file's text for one update that takes fields back from whoever else has them. */
export const withForce = withFlags('enablePatchForce');

/** The file's text for one update that takes objects over which somebody else has made. */
export const withTakeOver = withFlags('enablePatchForce', 'upsertExistingObjects');

/**
 * The file's text with the versions that are under way and a lower step: what a rollback needs when config already names
 * the canary after this one.
 */
export const asApplied =
  ({ project, service }: ConfigPlace, applied: AppliedRelease, step: Step) =>
  (text: string): string => {
    const document = parseDocument(text);
    const key = ['config', `${project}:release`];
    const release: unknown = document.getIn(key);
    const list = (release as { items?: unknown } | undefined)?.items;
    const json = (document.toJS() as { config: Record<string, unknown> }).config[`${project}:release`];
    const at = Array.isArray(json)
      ? [...key, json.findIndex((each) => (each as { service?: unknown }).service === service)]
      : key;
    if (list === undefined) return text;
    document.setIn([...at, 'stable'], applied.stable);
    document.setIn([...at, 'canary'], applied.canary);
    const steps = [...new Set([...applied.steps])];
    document.setIn([...at, 'steps'], steps);
    const step_ = ['config', `${project}:step`];
    const named: unknown = document.getIn(step_);
    if (typeof named === 'object' && named !== null) document.setIn([...step_, service], stepName(step));
    else document.setIn(step_, stepName(step));
    return document.toString();
  };

/**
 * Writes the way back into the file: what is the canary now becomes the stable version, and the version before the canary,
 * at baseline. That is what is applied already, so an update of it changes nothing.
 */
export const nameReverse = (
  place: ConfigPlace,
  { stable, canary, ...applied }: AppliedRelease,
): Promise<unknown> =>
  editFile(place.configFile, asApplied(place, { ...applied, stable: canary, canary: stable }, 'baseline'));

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { timed } from '../command';
import { inNamespace, yamlOf, type RenderedObject } from '../objects';
import type { Place } from '../place';
import type { Unit } from '../rounds';
import { steps, Toggle, type StepName } from './toggle';

type Command = readonly [command: string, ...args: string[]];

/** Another tool that brings the same objects, in a namespace of its own, from one step to the other. */
export interface Rival {
  readonly id: string;
  readonly what: string;
  readonly namespace: string;
  /** Variables that its commands need. */
  readonly env?: Readonly<Record<string, string>>;
  /** Writes what the tool reads for one step into a folder. */
  write(folder: string, objects: readonly RenderedObject[]): void;
  /** What is run to bring the cluster to what lies in the folder. */
  readonly commands: (folder: string) => readonly Command[];
  /** The same for the very first time. Default: no different. */
  readonly first?: (folder: string) => readonly Command[];
}

/** The objects of both steps. */
export type ObjectsByStep = Readonly<Record<StepName, readonly RenderedObject[]>>;

/** Puts the objects there for the first time. @returns what times one change of step */
export async function rivalUnit(place: Place, rival: Rival, objects: ObjectsByStep): Promise<Unit> {
  const folders = Object.fromEntries(
    steps.map((step) => {
      const folder = join(place.folder, rival.id, step);
      mkdirSync(folder, { recursive: true });
      rival.write(folder, inNamespace(objects[step], rival.namespace));
      return [step, folder];
    }),
  ) as Record<StepName, string>;
  const args = { env: { ...place.surroundings.env, ...rival.env }, cwd: place.folder, signal: place.signal };
  const [start] = steps;
  await timed((rival.first ?? rival.commands)(folders[start]), args);
  const toggle = new Toggle();
  return {
    run: async () => ({ [rival.id]: await timed(rival.commands(folders[toggle.take()]), args) }),
  };
}

/** The one file with every object that most of them read. */
export const manifestIn = (folder: string): string => join(folder, 'objects.yaml');

export const writeManifest = (folder: string, objects: readonly RenderedObject[]): void =>
  writeFileSync(manifestIn(folder), yamlOf(objects));

import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { projectRoot } from '../paths';

/** The stack that is rehearsed, without the platform it stands on: Istio's charts are rendered by helm. */
const stack = 'rehearsal';
/** The step whose objects are shown: both versions are there, and the weights are apart. */
const shownStep = '10';
/** Characters that the objects of a step may have. */
const mostOutput = 64 * 2 ** 20;

const renderedSchema = z.looseObject({
  kind: z.string(),
  metadata: z.looseObject({ name: z.string(), namespace: z.string().optional() }),
});

/** The objects of a step: `Deployment/bookinfo/reviews-v1`, and what it is declared as. */
export type Objects = ReadonlyMap<string, string>;

/** What a step does to the objects of the step before, by their names. */
export interface StepChanges {
  readonly added: readonly string[];
  readonly changed: readonly string[];
  readonly removed: readonly string[];
}

/** The objects of a text of YAML documents. */
export function objectsOf(text: string): Objects {
  const documents = parseAllDocuments(text).map((document) => document.toJS() as unknown);
  return new Map(
    documents
      .filter((one) => one !== null && one !== undefined)
      .map((one) => {
        const { kind, metadata } = renderedSchema.parse(one);
        const name = [kind, metadata.namespace, metadata.name].filter(Boolean).join('/');
        return [name, JSON.stringify(one)];
      }),
  );
}

/** What leads from the objects of one step to those of the next. */
export function stepChanges(before: Objects, after: Objects): StepChanges {
  const names = [...after.keys()];
  return {
    added: names.filter((name) => !before.has(name)),
    changed: names.filter((name) => before.has(name) && before.get(name) !== after.get(name)),
    removed: [...before.keys()].filter((name) => !after.has(name)),
  };
}

/** `+` added, `~` changed, `-` removed, as Pulumi's previews mark them. */
export function changesLine({ added, changed, removed }: StepChanges): string {
  const marked = [
    ...added.map((name) => `+ ${name}`),
    ...changed.map((name) => `~ ${name}`),
    ...removed.map((name) => `- ${name}`),
  ];
  return marked.length === 0 ? 'nothing changes' : marked.join(', ');
}

/** `Deployment (6): details-v1, …`, a line for each kind. */
export function kindLines(objects: Objects): string[] {
  const kinds = new Map<string, string[]>();
  for (const object of objects.keys()) {
    const [kind = '', ...rest] = object.split('/');
    kinds.set(kind, [...(kinds.get(kind) ?? []), rest.at(-1) ?? '']);
  }
  return [...kinds].sort().map(([kind, names]) => `${kind} (${names.length}): ${names.join(', ')}`);
}

interface Answer {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command of the project to its end. @throws the signal's reason when it aborts */
function command(name: string, args: readonly string[], signal: AbortSignal): Promise<Answer> {
  const file = join(projectRoot(), 'bin', name);
  return new Promise((resolve, reject) => {
    const options = { cwd: projectRoot(), signal, maxBuffer: mostOutput };
    execFile(process.execPath, [file, ...args], options, (error, stdout, stderr) => {
      if (signal.aborted) reject(signal.reason as Error);
      else resolve({ code: error === null ? 0 : Number(error.code ?? 1), stdout, stderr });
    });
  });
}

async function render(step: string, signal: AbortSignal): Promise<string> {
  const { code, stdout, stderr } = await command('render.js', ['--stack', stack, '--step', step], signal);
  if (code !== 0) throw new Error(`the objects of step ${step} cannot be rendered:\n${stderr.trim()}`);
  return stdout;
}

/** The verdict and what was found, a line for each; `policies` prints the rest of it. */
const isFinding = (line: string): boolean => line.startsWith('[') || /^\d+ objects, /.test(line);

/** Mandatory violations: they are shown, and the rehearsal's own previews refuse them. */
const violations = 7;

async function verdict(file: string, signal: AbortSignal): Promise<string[]> {
  const args = ['--manifests', file, '--stack', stack, '--environment', 'rehearsal'];
  const { code, stdout, stderr } = await command('policies.js', args, signal);
  if (code !== 0 && code !== violations) throw new Error(`the policies cannot judge:\n${stderr.trim()}`);
  return stdout.split('\n').filter(isFinding);
}

export interface PlanOptions {
  /** The steps of the release in their order, from the baseline to the end. */
  readonly steps: readonly string[];
  /** Where the rendered objects go, a file for each step. */
  readonly out: string;
  readonly signal: AbortSignal;
  /** Takes a line; default: standard output. */
  readonly write?: (line: string) => void;
}

/**
 * Shows what a rehearsal will do, with neither tools nor a cluster: what each step changes, the objects, and what the
 * policies say of them.
 *
 * @throws Error where the program cannot be rendered or the policies cannot judge, with what they said
 */
export async function showPlan({ steps, out, signal, write = console.log }: PlanOptions): Promise<void> {
  const folder = join(out, 'objects');
  await mkdir(folder, { recursive: true });
  write(`The release, step by step (+ added, ~ changed, - removed):`);
  let before: Objects = new Map();
  let shown: Objects = before;
  for (const step of steps) {
    const text = await render(step, signal);
    await writeFile(join(folder, `${step}.yaml`), text);
    const objects = objectsOf(text);
    const line = before.size === 0 ? `${objects.size} objects` : changesLine(stepChanges(before, objects));
    write(`  ${step.padEnd(8)}  ${line}`);
    if (step === shownStep) shown = objects;
    before = objects;
  }
  write(`The ${shown.size} objects at step ${shownStep}, whole in ${folder}:`);
  for (const line of kindLines(shown)) write(`  ${line}`);
  write('What the policies say of them:');
  for (const line of await verdict(join(folder, `${shownStep}.yaml`), signal)) write(`  ${line}`);
}

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { kubectlApply } from '../../platform/kubectl';
import type { Place } from '../place';
import type { Unit } from '../rounds';
import { BenchStack } from '../stack';
import { applicationOf, configOf, releasedAccount } from './application';

/** A stack to be measured. */
export interface Size {
  readonly services: number;
  /** Whether the stack has the release alone, and another one, which is not there, the application. */
  readonly releaseAlone: boolean;
}

/** The smallest application and the largest once more, with the release in a stack of its own. */
export const sizesOf = (services: readonly number[]): readonly Size[] => [
  ...services.map((count) => ({ services: count, releaseAlone: false })),
  ...[...new Set([Math.min(...services), Math.max(...services)])].map((count) => ({
    services: count,
    releaseAlone: true,
  })),
];

/** The name of its stack, of its namespace, and of its figures. */
export const nameOf = ({ services, releaseAlone }: Size): string =>
  `bench-${services}${releaseAlone ? '-release' : ''}`;

/** An application of some size at step 0, ready for weight steps. */
export interface Sized extends Size {
  readonly resources: number;
  readonly unit: Unit;
}

/** The one object of the application's layer that the released pods cannot do without. */
function makeAccount({ toolchain, kubeconfig }: Place, namespace: string): Promise<void> {
  const metadata = { name: releasedAccount, namespace };
  const account = stringify({ apiVersion: 'v1', kind: 'ServiceAccount', metadata });
  return kubectlApply(toolchain.path('kubectl'), kubeconfig, account);
}

/**
 * Applies an application of some size.
 *
 * @param updates Weight steps to come; every one goes one per cent further.
 */
export async function sized(place: Place, size: Size, updates: number): Promise<Sized> {
  const name = nameOf(size);
  const [table, config] = ['table', 'config'].map((what) => join(place.folder, `${name}-${what}.yaml`));
  // A release ends with all traffic at the canary; these stop long before.
  const weights = [...Array.from({ length: updates + 1 }, (_, weight) => weight), 100];
  const layers = size.releaseAlone ? ['release'] : ['application', 'release'];
  writeFileSync(table!, stringify(applicationOf(size.services)));
  writeFileSync(config!, stringify(configOf(table!, name, weights, layers)));
  if (size.releaseAlone) await makeAccount(place, name);
  const stack = await BenchStack.ofProject(place, name, config!);
  await stack.up();
  stack.setStep('0');
  await stack.up();
  let weight = 0;
  const run = async () => {
    weight += 1;
    stack.setStep(String(weight));
    return { [name]: await stack.upThatChanges(1) };
  };
  return { ...size, resources: await stack.resources(), unit: { run } };
}

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SharedRehearsal } from '../../support/rehearsal';

/** Every Deployment of Istio's own sample. */
export const sampleDeployments = [
  ...['details-v1', 'productpage-v1', 'ratings-v1', 'reviews-v1', 'reviews-v2', 'reviews-v3'],
];

/**
 * Istio's sample as its walk-through puts it there, by kubectl: three versions of reviews behind one Service, no subsets.
 * Returns when the gateway serves its page.
 */
export async function applySample(rehearsal: SharedRehearsal, namespace: string): Promise<void> {
  const { bookinfoSample } = rehearsal.toolchain;
  const read = (...file: string[]) => readFileSync(join(bookinfoSample, ...file), 'utf8');
  const space = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace, labels: injected } };
  await rehearsal.tool('kubectl', ['apply', '-f', '-'], JSON.stringify(space));
  const application = read('platform', 'kube', 'bookinfo.yaml');
  // The sample's gateway listens on the port behind its own Service; the gateway here on 80.
  const gateway = read('networking', 'bookinfo-gateway.yaml').replace('number: 8080', 'number: 80');
  await rehearsal.tool('kubectl', ['apply', '-n', namespace, '-f', '-'], `${application}\n---\n${gateway}`);
  await rehearsal.tool('kubectl', [
    ...['wait', 'deployment', '--all', '-n', namespace, '--for=condition=Available', '--timeout=120s'],
  ]);
  await untilServed(rehearsal);
}

const injected = { 'istio-injection': 'enabled' };

async function untilServed({ platform }: SharedRehearsal): Promise<void> {
  const deadline = Date.now() + 60_000;
  let good = 0;
  // Several in a row: the three versions are asked in turn.
  while (good < 9) {
    const answer = await fetch(`http://127.0.0.1:${platform.ports.ingress}/productpage`).catch(
      () => undefined,
    );
    const text = answer?.status === 200 ? await answer.text() : '';
    good = /Reviews served by/.test(text) && !/unavailable/.test(text) ? good + 1 : 0;
    if (Date.now() > deadline)
      throw new Error(`the sample is not served: ${answer?.status} ${text.slice(0, 300)}`);
    if (good === 0) await sleep(200);
  }
}

/** Names of objects of a kind, sorted. */
export async function namesOf(
  { tool }: SharedRehearsal,
  namespace: string,
  kind: string,
): Promise<readonly string[]> {
  const { stdout } = await tool('kubectl', ['get', kind, '-n', namespace, '-o', 'name']);
  return stdout
    .split('\n')
    .filter(Boolean)
    .map((name) => name.slice(name.indexOf('/') + 1))
    .sort();
}

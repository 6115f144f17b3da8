import * as pulumi from '@pulumi/pulumi';
import type { AppliedRelease } from '../../../components/canary';
import { ProblemsError, type Problem } from '../../../components/validation';
import { readSettings, type RawConfig, type Settings } from '../../../infra/config';
import { program } from '../../../infra/program';
import { settled } from '../recorder';

export const release = {
  service: 'reviews',
  stable: { version: 'v1' },
  canary: { version: 'v2' },
  steps: [0, 10, 25, 50, 100],
};

export const token = 'tkn_0123456789abcdef';

/** Every part a platform and an application can have. */
export const platformParts = {
  namespaces: ['prod'],
  outsideNamespaces: ['prod-edge'],
  istio: { tracing: { sampling: 10 } },
  datakit: { clusterName: 'shop' },
};
export const applicationParts = {
  namespace: 'prod',
  security: { nodeCidrs: ['10.0.0.0/16'] },
  edge: { rum: { applicationId: 'shop', datakitOrigin: 'https://rum.example.com' } },
  loadtest: { allowProduction: true },
  sidecarScraping: 'annotation',
  routePolicies: { ratings: { timeout: '2s' } },
};

/** Config as the engine hands it over. */
export const engineConfig = (values: Readonly<Record<string, unknown>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(values).map(([key, value]) => [
      `bookinfo:${key}`,
      typeof value === 'string' ? value : JSON.stringify(value),
    ]),
  );

const image = (version: string) => `docker.io/istio/examples-bookinfo-reviews-${version}:1.20.3`;

/** What a stack remembers of `release` at a step. */
export const applied = (step: string, weights: Record<string, number>): AppliedRelease => ({
  service: 'reviews',
  step,
  stable: { version: 'v1', image: image('v1'), replicas: 1 },
  canary: { version: 'v2', image: image('v2'), replicas: 1 },
  steps: release.steps,
  weights,
  subsets: ['v1', 'v2'],
  mentioned: Object.keys(weights),
  since: '2026-01-01T00:00:00.000Z',
});

/** Everything that is refused about a config; every remedy says something. */
export function problemsOf(action: () => unknown): readonly Problem[] {
  try {
    action();
  } catch (error) {
    if (!(error instanceof ProblemsError)) throw error;
    for (const { remedy } of error.problems) expect(remedy).not.toBe('');
    return error.problems;
  }
  return [];
}

/** Reads the config of the stack `test`. */
export const read = (
  values: Readonly<Record<string, unknown>>,
  { now, stack = 'test', ...more }: Partial<RawConfig> & { now?: Date; stack?: string } = {},
): Settings => readSettings({ values, problems: [], ...more }, stack, { now });

/** A resource as it is asked of the engine. */
export interface Request {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  readonly inputs: Record<string, unknown>;
  /** The components it is in, by URN. */
  readonly parents: readonly string[];
  /** Everything that has to be there before it, its parents and what they wait for among it, by URN. */
  readonly waitsFor: readonly string[];
}

/** The message the SDK sends, as far as it is read here; mocks keep its edges to themselves. */
interface Message {
  getType(): string;
  getName(): string;
  getParent(): string;
  getObject(): { toJavaScript(): Record<string, unknown> };
  getDependenciesList(): string[];
}
interface Answer {
  getUrn(): string;
}
interface Monitor {
  registerResource(message: Message, callback: (error: unknown, answer: Answer) => void): Promise<void>;
}

/** Everything that can be reached from these by edges. */
function reached(from: readonly string[], edges: ReadonlyMap<string, readonly string[]>): string[] {
  const seen = new Set<string>();
  const visit = (urn: string) => {
    if (seen.has(urn)) return;
    seen.add(urn);
    edges.get(urn)?.forEach(visit);
  };
  from.forEach(visit);
  return [...seen];
}

export interface ProgramRun {
  readonly outputs: Readonly<Record<string, unknown>>;
  readonly requests: readonly Request[];
  readonly refusal: Error | undefined;
}

/**
 * Runs the program and gives all that it asks of the engine, with what each has to wait for.
 *
 * @param last What the stack remembers of its release.
 */
export async function runProgram(
  values: Readonly<Record<string, unknown>>,
  { secrets = {}, last }: { secrets?: Readonly<Record<string, string>>; last?: AppliedRelease } = {},
): Promise<ProgramRun> {
  await pulumi.runtime.setMocks(
    {
      newResource: ({ name, inputs }) => ({ id: `${name}-id`, state: inputs as Record<string, unknown> }),
      call: () => ({ outputs: last === undefined ? {} : { release: { [last.service]: last } } }),
    },
    'bookinfo',
    'prod',
    false,
    'organization',
  );
  pulumi.runtime.setAllConfig(engineConfig({ ...values, ...secrets }), Object.keys(engineConfig(secrets)));
  const messages = new Map<string, Message>();
  const monitor = pulumi.runtime.getMonitor() as unknown as Monitor;
  const register = monitor.registerResource.bind(monitor);
  monitor.registerResource = (message, callback) =>
    register(message, (error, answer) => {
      if (message.getType() !== 'pulumi:pulumi:Stack') messages.set(answer.getUrn(), message);
      callback(error, answer);
    });
  let refusal: Error | undefined;
  let outputs: Record<string, unknown> = {};
  try {
    outputs = await program();
  } catch (error) {
    refusal = error as Error;
  }
  await settled();
  const direct = new Map(
    [...messages].map(([urn, message]) => [urn, [message.getParent(), ...message.getDependenciesList()]]),
  );
  const parents = new Map([...messages].map(([urn, message]) => [urn, [message.getParent()]]));
  const requests = [...messages].map(([urn, message]) => ({
    urn,
    type: message.getType(),
    name: message.getName(),
    inputs: message.getObject().toJavaScript(),
    parents: reached([message.getParent()], parents),
    waitsFor: reached(direct.get(urn)!, direct).filter((other) => messages.has(other)),
  }));
  return { outputs, requests, refusal };
}

/** Kubernetes objects as `Kind name`, in the order they were asked for. */
export const objectNames = (requests: readonly Request[]): string[] =>
  requests.filter(({ type }) => type.startsWith('kubernetes:')).map(nameOf);

export const nameOf = ({ type, inputs }: Request): string =>
  `${type.split(':').at(-1)} ${(inputs['metadata'] as { name: string }).name}`;

import * as pulumi from '@pulumi/pulumi';
import { ApiObject, App, Chart, type ChartProps } from 'cdk8s';
import type { Construct } from 'constructs';
import {
  ChartError,
  planChart,
  type ChartProblem,
  type PlannedObject,
} from '../../../../components/cdk8s/pure';

/** A chart in an app of its own. */
export function chartOf(fill: (chart: Chart) => void, props?: ChartProps): Chart {
  const chart = new Chart(new App(), 'chart', props);
  fill(chart);
  return chart;
}

export const configMap = (scope: Construct, id: string, more: Record<string, unknown> = {}): ApiObject =>
  new ApiObject(scope, id, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: id }, ...more });

/** The problems that planning reports. */
export function problemsOf(plan: () => unknown): readonly ChartProblem[] {
  try {
    plan();
  } catch (error) {
    if (error instanceof ChartError) return error.problems;
    throw error;
  }
  throw new Error('nothing was refused');
}

/** The one object of the plan with that name in Kubernetes. */
export function named(plan: readonly PlannedObject[], name: string): PlannedObject {
  const found = plan.filter((object) => object.manifest.metadata.name === name);
  if (found.length !== 1) throw new Error(`${found.length} objects are named ${name}`);
  return found[0]!;
}

/** What each object waits for, by names in Kubernetes. */
export const edges = (plan: readonly PlannedObject[]): Record<string, string[]> =>
  Object.fromEntries(
    plan.map(({ manifest, dependsOn }) => [
      manifest.metadata.name,
      dependsOn.map((other) => other.manifest.metadata.name).sort(),
    ]),
  );

export const manifestsOf = (...args: Parameters<typeof planChart>) =>
  planChart(...args).map(({ manifest }) => manifest);

/** One registration as it goes to the engine: mocks hide secrets, dependencies and aliases from those who set them. */
export interface Request {
  readonly type: string;
  readonly name: string;
  readonly parent: string;
  readonly object: Record<string, unknown>;
  /** Names of the resources in dependsOn and in the inputs. */
  readonly dependencies: readonly string[];
  readonly aliases: readonly string[];
  readonly version: string;
  readonly secretOutputs: readonly string[];
}

/** The protobuf message, as far as it is read here. */
interface Message {
  getType(): string;
  getName(): string;
  getParent(): string;
  getObject(): { toJavaScript(): Record<string, unknown> };
  getDependenciesList(): string[];
  getAliasesList(): { getSpec(): { getType(): string } }[];
  getVersion(): string;
  getAdditionalsecretoutputsList(): string[];
}
interface Monitor {
  registerResource(message: Message, callback: unknown): unknown;
}

/** Runs a program against mocks and gives what it asked the engine to register, the stack left out. */
export async function requestsOf(program: () => void, preview = false): Promise<readonly Request[]> {
  const requests: Request[] = [];
  await pulumi.runtime.setMocks(
    {
      newResource: ({ name, inputs }) => ({ id: `${name}-id`, state: inputs as Record<string, unknown> }),
      call: () => ({}),
    },
    'project',
    'stack',
    preview,
  );
  const monitor = pulumi.runtime.getMonitor() as unknown as Monitor;
  const register = monitor.registerResource.bind(monitor);
  monitor.registerResource = (message, callback) => {
    requests.push({
      type: message.getType(),
      name: message.getName(),
      parent: message.getParent(),
      object: message.getObject().toJavaScript(),
      dependencies: message.getDependenciesList().map((urn) => urn.split('::').at(-1)!),
      aliases: message
        .getAliasesList()
        .map((alias) => alias.getSpec().getType())
        .sort(),
      version: message.getVersion(),
      secretOutputs: message.getAdditionalsecretoutputsList(),
    });
    return register(message, callback);
  };
  program();
  await pulumi.runtime.disconnect();
  return requests.filter(({ type }) => type !== 'pulumi:pulumi:Stack');
}

const SIGNATURE = '4dabf18193072939515e22adb298388d';
const SECRET = '1b47061264138c4ac30d75fd1eb44270';

/** The value inside a secret on the wire; undefined where the value is not marked as one. */
export function secretValue(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  const wrapped = value as Record<string, unknown>;
  return wrapped[SIGNATURE] === SECRET ? wrapped['value'] : undefined;
}

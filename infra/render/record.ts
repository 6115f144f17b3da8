import * as pulumi from '@pulumi/pulumi';
import { program } from '../program';
import { SECRET_PLACEHOLDER, type StackConfig } from './stackFile';

/** A Kubernetes object as the program declared it. */
export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string } & Record<string, unknown>;
  readonly [field: string]: unknown;
}

/** Marks a secret among serialised values; fixed by Pulumi's wire format. */
const SIGNATURE_KEY = '4dabf18193072939515e22adb298388d';

/** Replaces every value and keeps the keys, so that the object keeps its shape. */
function concealed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(concealed);
  if (typeof value !== 'object' || value === null) return SECRET_PLACEHOLDER;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, concealed(entry)]));
}

/**
 * Takes secrets out of what a mock was given. The SDK marks a whole field of an object (`data`, `stringData`) when
 * something in it is secret, so everything beside the secret is hidden with it.
 */
function conceal(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(conceal);
  if (typeof value !== 'object' || value === null) return value;
  if (SIGNATURE_KEY in value) return concealed((value as { readonly value?: unknown }).value);
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, conceal(entry)]));
}

function isKubernetesObject(inputs: unknown): inputs is KubernetesObject {
  return typeof inputs === 'object' && inputs !== null && 'apiVersion' in inputs && 'kind' in inputs;
}

/**
 * Runs the program without an engine and gives every Kubernetes object it declares, in the order they are applied in:
 * a resource is registered only after all that it depends on.
 *
 * One call at a time: the SDK keeps its state in the process.
 * @param run What declares the objects. Default: the program, without a look at what is applied.
 * @throws RunError with the program's own words when the config is refused.
 */
export async function recordObjects(
  stack: string,
  config: StackConfig,
  run: () => Promise<unknown> = () => program({ checkMoves: false }),
): Promise<readonly KubernetesObject[]> {
  const objects: KubernetesObject[] = [];
  const mocks: pulumi.runtime.Mocks = {
    newResource: ({ type, name, inputs, custom }) => {
      const declared = conceal(inputs);
      if (custom === true && type.startsWith('kubernetes:') && isKubernetesObject(declared)) {
        objects.push(declared);
      }
      return { id: `${name}-id`, state: inputs as Record<string, unknown> };
    },
    call: ({ token }) => {
      throw new Error(`the program called ${token}, which only an engine can answer`);
    },
  };
  await pulumi.runtime.setMocks(mocks, config.project, stack, false, 'organization');
  pulumi.runtime.setAllConfig({ ...config.values }, [...config.secretKeys]);
  // Not thrown through the SDK's own promises: it would end the process with a stack trace.
  let refusal: { readonly reason: unknown } | undefined;
  await pulumi.runtime.runInPulumiStack(async () => {
    try {
      return await run();
    } catch (reason) {
      refusal = { reason };
      return {};
    }
  });
  await pulumi.runtime.disconnect();
  if (refusal !== undefined) throw refusal.reason;
  return objects;
}

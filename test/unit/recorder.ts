import * as pulumi from '@pulumi/pulumi';

/** One resource as the program registered it. */
export interface Registration {
  readonly type: string;
  readonly name: string;
  readonly inputs: Record<string, unknown>;
}

export interface RecorderOptions {
  /** Config as the engine hands it over. */
  readonly config?: Readonly<Record<string, string>>;
  readonly secretKeys?: readonly string[];
  readonly preview?: boolean;
  readonly stack?: string;
  /** The answer to a function the program calls, by its token. */
  readonly call?: (token: string, inputs: unknown) => Record<string, unknown>;
}

/** Sets mocks up anew and gives the list that registrations are appended to; the stack itself is left out. */
export async function record(options: RecorderOptions = {}): Promise<Registration[]> {
  const registered: Registration[] = [];
  const mocks: pulumi.runtime.Mocks = {
    newResource: ({ type, name, inputs }) => {
      if (type !== 'pulumi:pulumi:Stack') {
        registered.push({ type, name, inputs: inputs as Record<string, unknown> });
      }
      return { id: `${name}-id`, state: inputs as Record<string, unknown> };
    },
    call: ({ token, inputs }) => options.call?.(token, inputs) ?? {},
  };
  await pulumi.runtime.setMocks(
    mocks,
    'bookinfo',
    options.stack ?? 'prod',
    options.preview ?? false,
    'organization',
  );
  pulumi.runtime.setAllConfig({ ...options.config }, [...(options.secretKeys ?? [])]);
  return registered;
}

/** Waits until everything that was declared is registered. */
export const settled = (): Promise<void> => pulumi.runtime.disconnect();

/** The plain value of an output. */
export const valueOf = <T>(output: pulumi.Input<T>): Promise<T> =>
  new Promise((resolve) => pulumi.output(output).apply((value) => resolve(value as T)));

/** How many registrations there are of each type. */
export function countByType(registered: readonly Registration[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { type } of registered) counts[type] = (counts[type] ?? 0) + 1;
  return counts;
}

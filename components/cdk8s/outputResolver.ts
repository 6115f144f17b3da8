import { App, type IResolver, type ResolutionContext } from 'cdk8s';
import type { IConstruct } from 'constructs';
import { asString, isDeferred, type Deferred } from './outputs';
import { throwIfAny, type ChartProblem } from './problems';

/** An Output that went into a construct, and where. */
export interface Passed {
  readonly value: Deferred;
  /** `spec.template.spec.containers.0.image` */
  readonly field: string;
}

const metadataFields = new Set([
  'annotations',
  'finalizers',
  'labels',
  'name',
  'namespace',
  'ownerReferences',
]);

/** cdk8s resolves metadata by itself, so that its fields come without their parent. */
const fieldName = (key: readonly string[]): string =>
  (metadataFields.has(key[0] ?? '') ? ['metadata', ...key] : key).join('.');

/** `IntOrString.fromNumber(output)` and the like: cdk8s unwraps such objects only where they hold a plain value. */
function unionOf(value: unknown): Deferred | undefined {
  if (typeof value !== 'object' || value === null || value.constructor === Object) return undefined;
  const inner = (value as { value?: unknown }).value;
  return isDeferred(inner) ? inner : undefined;
}

/** Lets Outputs through cdk8s, which renders plain values only: each leaves a mark that is taken back afterwards. */
export class OutputResolver implements IResolver {
  private passed: Passed[] = [];

  resolve(context: ResolutionContext): void {
    const value: unknown = context.value;
    if (isDeferred(value)) context.replaceValue(this.mark(value, context.key));
    else {
      const inner = unionOf(value);
      if (inner !== undefined) context.replaceValue({ value: this.mark(inner, context.key) });
    }
  }

  /** The Outputs met since the last call. */
  take(): readonly Passed[] {
    const { passed } = this;
    this.passed = [];
    return passed;
  }

  private mark(value: Deferred, key: readonly string[]): string {
    this.passed.push({ value, field: fieldName(key) });
    return asString(value);
  }
}

/**
 * Runs with Outputs let through. The resolver is put into the app for that time only, so that an app need not be made
 * for this bridge and still refuses Outputs where it writes files.
 * @throws ChartError where a tree has no app
 */
export function withOutputs<T>(
  roots: readonly IConstruct[],
  run: (resolver: OutputResolver) => readonly T[],
): readonly T[] {
  const problems: ChartProblem[] = [];
  const resolver = new OutputResolver();
  const lists = new Set<unknown[]>();
  for (const root of roots) {
    const { resolvers } = App.of(root) as Partial<App>;
    if (resolvers !== undefined) lists.add(resolvers);
    else {
      const remedy = 'make the chart with an App as its scope: new Chart(new App(), ...)';
      problems.push({ path: root.node.path, problem: 'stands in no cdk8s App', remedy });
    }
  }
  throwIfAny(problems);
  for (const list of lists) list.unshift(resolver);
  try {
    return run(resolver);
  } finally {
    for (const list of lists) list.splice(list.indexOf(resolver), 1);
  }
}

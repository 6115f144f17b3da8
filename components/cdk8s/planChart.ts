import { ApiObject, type App, type Chart } from 'cdk8s';
import type { IConstruct } from 'constructs';
import { edgesOf, type Edges } from './edges';
import { duplicates, hasIdentity, identityProblem, proposedName, type Candidate } from './identity';
import { typeToken } from './kinds';
import type { Manifest } from './manifest';
import { topologicalOrder } from './order';
import { withOutputs } from './outputResolver';
import type { Deferred } from './outputs';
import { ChartError, messageOf, throwIfAny, type ChartProblem } from './problems';
import { render } from './render';
import { Scope } from './scope';

/** One object of a chart, as it will be declared. */
export interface PlannedObject {
  /** The path of the construct it comes from; an item of a list adds its place. */
  readonly path: string;
  /** The type token, `kubernetes:apps/v1:Deployment`. */
  readonly type: string;
  /** The name in Pulumi: kind, namespace and name of the object, so that it survives a move in the construct tree. */
  readonly name: string;
  readonly manifest: Manifest;
  /** The objects of the plan that come before it. */
  readonly dependsOn: readonly PlannedObject[];
  /** Constructs outside of the plan that it depends on. */
  readonly requires: readonly ApiObject[];
  readonly source: ApiObject;
}

/** Changes an object before it is declared; undefined leaves it out, and nothing waits for it any more. */
export type Transformation = (manifest: Manifest, path: string) => Manifest | undefined;

export interface PlanOptions {
  /** The namespace of namespaced objects that name none. Default: none, which leaves it to the provider. */
  readonly namespace?: string | Deferred;
  /**
   * Cluster-scoped kinds as `group/Kind`, `cert-manager.io/ClusterIssuer`. Kubernetes' own and those whose definition is
   * in the chart are known. Default: none.
   */
  readonly clusterScoped?: readonly string[];
  /** Applied to each object one after the other, namespaces in place. Default: none. */
  readonly transformations?: readonly Transformation[];
  /** Another name in Pulumi than the one proposed. Default: the one proposed. */
  readonly resourceName?: (name: string, manifest: Manifest, path: string) => string;
}

/** What can be planned: a chart with all charts in it, several of them, or a whole app. */
export type ChartSource = Chart | App | readonly Chart[];

/** The trees that are planned. */
export const rootsOf = (source: ChartSource): readonly IConstruct[] =>
  Array.isArray(source) ? (source as readonly Chart[]) : [source as IConstruct];

/**
 * Turns charts into a list of objects to declare, in an order in which each comes after those it depends on.
 *
 * Reads the construct tree and changes nothing in it. Does not need the engine.
 * @throws ChartError with everything that is wrong
 */
export function planChart(source: ChartSource, options: PlanOptions = {}): readonly PlannedObject[] {
  const roots = rootsOf(source);
  const constructs = new Set(roots.flatMap((root) => root.node.findAll()));
  const rendered = renderAll(roots, constructs);
  const problems: ChartProblem[] = [];
  const objects = transformed(rendered, options, problems);
  const names = objects.map((object) => {
    const name = proposedName(object.manifest);
    return options.resourceName?.(name, object.manifest, object.path) ?? name;
  });
  problems.push(...duplicates(objects, names));
  throwIfAny(problems);
  return ordered(objects, names, edgesOf(objects, roots, constructs));
}

/** Everything the constructs render, checked as cdk8s checks it before it writes files. */
function renderAll(roots: readonly IConstruct[], constructs: ReadonlySet<IConstruct>): readonly Candidate[] {
  const problems: ChartProblem[] = [];
  const rendered = withOutputs(roots, (resolver) => {
    for (const construct of constructs) validate(construct, problems);
    return [...constructs]
      .filter((construct) => ApiObject.isApiObject(construct))
      .flatMap((object) => render(object, resolver, problems));
  });
  const objects = rendered.filter((object) => hasIdentity(object, problems));
  throwIfAny(problems);
  return objects;
}

function ordered(
  objects: readonly Candidate[],
  names: readonly string[],
  { within, outside }: Edges,
): readonly PlannedObject[] {
  const result = topologicalOrder(within);
  if ('cycle' in result) throw cyclic(result.cycle.map((place) => objects[place]!.path));
  const planned: PlannedObject[] = [];
  for (const place of result.order) {
    const { source, path, manifest } = objects[place]!;
    planned[place] = {
      path,
      type: typeToken(manifest.apiVersion, manifest.kind),
      name: names[place]!,
      manifest,
      dependsOn: [...within[place]!].sort((a, b) => a - b).map((other) => planned[other]!),
      requires: [...outside[place]!],
      source,
    };
  }
  return result.order.map((place) => planned[place]!);
}

function cyclic(paths: readonly string[]): ChartError {
  const [path = '', ...rest] = paths;
  const problem = `waits for ${rest.map((other) => `"${other}"`).join(', which waits for ')}`;
  const remedy =
    'remove one of these dependencies; objects wait for their namespace and definition by themselves';
  return new ChartError([{ path, problem, remedy }]);
}

function validate(construct: IConstruct, problems: ChartProblem[]): void {
  for (const problem of construct.node.validate()) {
    problems.push({
      path: construct.node.path,
      problem: `is not valid: ${problem}`,
      remedy: 'correct the construct',
    });
  }
}

function transformed(
  objects: readonly Candidate[],
  options: PlanOptions,
  problems: ChartProblem[],
): readonly Candidate[] {
  const { namespace, clusterScoped = [], transformations = [] } = options;
  const scope = new Scope(
    namespace,
    clusterScoped,
    objects.map(({ manifest }) => manifest),
  );
  return objects.flatMap(({ source, path, manifest }) => {
    let object: Manifest | undefined = scope.apply(manifest);
    try {
      for (const transform of transformations) {
        if (object === undefined) return [];
        object = transform(object, path);
      }
    } catch (error) {
      problems.push({
        path,
        problem: `was refused by a transformation: ${messageOf(error)}`,
        remedy: 'correct the transformation or leave this object out in it',
      });
      return [];
    }
    if (object === undefined) return [];
    const broken = identityProblem(object);
    if (broken === undefined) return [{ source, path, manifest: object }];
    problems.push({ path, problem: `${broken.problem} after the transformations`, remedy: broken.remedy });
    return [];
  });
}

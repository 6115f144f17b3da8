import * as pulumi from '@pulumi/pulumi';
import { ApiObject } from 'cdk8s';
import type { IConstruct } from 'constructs';
import { KubernetesObject } from './kubernetesObject';
import {
  planChart,
  rootsOf,
  type ChartSource,
  type PlannedObject,
  type PlanOptions,
  type Transformation,
} from './planChart';
import { ChartError, throwIfAny, type ChartProblem } from './problems';

export interface Cdk8sChartArgs {
  /** A chart with all charts in it, several charts, or a whole app. */
  readonly chart: ChartSource;
  /** The namespace of namespaced objects that name none. Default: none, which leaves it to the provider. */
  readonly namespace?: pulumi.Input<string>;
  /** Cluster-scoped kinds as `group/Kind` beside those that are known. Default: none. */
  readonly clusterScoped?: readonly string[];
  /** Applied to each object one after the other before it is declared. Default: none. */
  readonly transformations?: readonly Transformation[];
  /** Another name in Pulumi than the one proposed, `Deployment/bookinfo/reviews-v1`. Default: the one proposed. */
  readonly resourceName?: PlanOptions['resourceName'];
  /** Resource options of an object: ignoreChanges, protect, customTimeouts, aliases ... Default: none. */
  readonly resourceOptions?: (object: PlannedObject) => pulumi.CustomResourceOptions;
}

/** What was declared of each construct, so that charts declared apart from each other can still depend on each other. */
const declared = new WeakMap<ApiObject, KubernetesObject[]>();

/**
 * Declares the objects of cdk8s charts, each as a resource of its own under the type that the Kubernetes provider knows.
 *
 * @throws RunError with everything that is wrong with the charts, each problem with the path of its construct
 */
export class Cdk8sChart extends pulumi.ComponentResource {
  /** The declared objects by their names in Pulumi. */
  readonly objects: ReadonlyMap<string, KubernetesObject>;

  constructor(name: string, args: Cdk8sChartArgs, opts: pulumi.ComponentResourceOptions = {}) {
    const plan = planned(args);
    super('cdk8s:index:Chart', name, {}, opts);
    const made = new Map<PlannedObject, KubernetesObject>();
    for (const object of plan) {
      const before = [
        ...object.dependsOn.map((other) => made.get(other)!),
        ...object.requires.flatMap((construct) => declared.get(construct) ?? []),
      ];
      const resource = new KubernetesObject(object.type, object.name, object.manifest, {
        // A component's own dependsOn is not handed down to its children by the SDK.
        ...pulumi.mergeOptions(
          { dependsOn: before },
          pulumi.mergeOptions({ dependsOn: opts.dependsOn }, args.resourceOptions?.(object) ?? {}),
        ),
        parent: this,
      });
      made.set(object, resource);
    }
    for (const source of rootsOf(args.chart).flatMap(apiObjectsOf)) declared.set(source, []);
    for (const [object, resource] of made) declared.get(object.source)?.push(resource);
    this.objects = new Map([...made].map(([object, resource]) => [object.name, resource]));
    this.registerOutputs();
  }

  /** What was declared of a construct and everything in it, to depend on or to read outputs of. */
  static objectsOf(construct: IConstruct): readonly KubernetesObject[] {
    return apiObjectsOf(construct).flatMap((object) => declared.get(object) ?? []);
  }
}

const apiObjectsOf = (construct: IConstruct): readonly ApiObject[] =>
  construct.node.findAll().filter((child) => ApiObject.isApiObject(child));

function planned(args: Cdk8sChartArgs): readonly PlannedObject[] {
  try {
    const plan = planChart(args.chart, args);
    throwIfAny(undeclared(plan));
    return plan;
  } catch (error) {
    // Of a program's errors, the engine prints only these without a stack trace.
    throw error instanceof ChartError ? new pulumi.RunError(error.message) : error;
  }
}

function undeclared(plan: readonly PlannedObject[]): ChartProblem[] {
  return plan.flatMap(({ path, requires }) =>
    requires
      .filter((construct) => !declared.has(construct))
      .map((construct) => ({
        path,
        problem: `depends on "${construct.node.path}", which is not declared`,
        remedy: 'declare the chart of that one first, or both charts together',
      })),
  );
}

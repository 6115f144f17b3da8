import type { CallEdge } from '../../components/canary/pure';
import type { Demand, Enforcement, Environment } from '../model/policy';
import type { BlockList } from './blockList';

/** Leave for one object to break one policy, for a time. */
export interface Exception {
  /** The policy's id, or its number alone: `R19`. */
  readonly policy: string;
  /** `Kind/namespace/name`; a `*` at the end stands for any rest. */
  readonly object: string;
  /** Printed with the exception, so that whoever reads the report knows. */
  readonly reason: string;
  /** The last day it holds, UTC: `2027-03-31`. */
  readonly until: string;
}

/** What a stack sets for its policies. */
export interface Settings {
  readonly enforcement: Readonly<Record<string, Enforcement>>;
  readonly exceptions: readonly Exception[];
  /** Demands beyond what every stack must keep. */
  readonly require: readonly Demand[];
  /** What images may come from: a registry, or a registry and the beginning of a repository. */
  readonly registries: readonly string[];
  /** Ids of the workloads that may reach into their node. */
  readonly nodeAgents: readonly string[];
  /** Namespaces whose pods have no sidecar and need none. */
  readonly outsideMesh: readonly string[];
  /** Who calls whom; by its service's short name. */
  readonly calls: readonly CallEdge[];
  /** Versions that must get no requests any more, by service. */
  readonly retired: Readonly<Record<string, readonly string[]>>;
  readonly blockList: BlockList | undefined;
  /** Kinds that no policy knows and somebody looked at, as `<group>/<Kind>`: their objects are taken as they are. */
  readonly kinds: readonly string[];
  /** What checks the signatures of images, by the beginning of their names. */
  readonly signatures: readonly { readonly images: string; readonly verifiedBy: string }[];
  /** Days after which a block list is too old to be trusted. */
  readonly blockListMaxAgeDays: number;
  /** Points by which a subset's share may grow in one update where the release's own steps are not known. */
  readonly maxWeightStep: number;
  /** Whether a value that is not known yet stops a preview, or is only told. */
  readonly unknown: 'refuse' | 'tell';
  /** The day exceptions and the block list are measured against. */
  readonly today: Date;
}

/** Stacks whose name does not say what they are for count as production: the strict side is the safe one. */
export function environmentOf(stack: string): Environment {
  if (/^rehearsal|^mesh-release/.test(stack)) return 'rehearsal';
  return /(^|[-_.])(test|dev|staging|sandbox)($|[-_.\d])/.test(stack) ? 'test' : 'production';
}

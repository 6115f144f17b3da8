import { join } from 'node:path';
import { bookinfo, callersOf } from '../../components/application/pure';
import type { Release } from '../../components/canary/pure';
import { routerOf, type Manifest, type Weights } from '../../components/routing/pure';
import {
  type AppliedObject,
  callerAdmins,
  type Capacity,
  clusterApi,
  clusterIdentity,
  isThere,
  type JobRun,
  type LiveObject,
  lookAtProxies,
  type NamedDeployment,
  type ObjectName,
  observePods,
  readApplied,
  type ProxiesLook,
  readCapacity,
  readDeployments,
  readRoutingObjects,
  type RoutingObjects,
  readObject,
  routeBack,
  startJob,
  tryJob,
  type WantedJob,
} from '../cluster';
import type { ReleaseContext } from '../context';
import { StackEngine } from '../engine';
import { type HealthObservation, type HealthSettings, type PodsObservation, probeHealth } from '../gates';
import { type Machine, thisMachine } from '../lock';

/** What a release reads of the cluster. */
export interface ClusterPort {
  /** What tells this cluster from every other one; undefined where the account may not read it. */
  readonly identity: (signal?: AbortSignal) => Promise<string | undefined>;
  /** Whether the cluster serves a group and version, such as `apps/v1`. */
  readonly serves: (apiVersion: string, signal?: AbortSignal) => Promise<boolean>;
  readonly pods: (version: string, signal?: AbortSignal) => Promise<PodsObservation>;
  readonly capacity: (version: string, signal?: AbortSignal) => Promise<Capacity>;
  readonly isThere: ReturnType<typeof isThere>;
  readonly read: (name: ObjectName, signal?: AbortSignal) => Promise<LiveObject | undefined>;
  /** Everything that routes requests. */
  readonly routes: (signal?: AbortSignal) => Promise<RoutingObjects>;
  /** The Deployments of the namespace. */
  readonly deployments: (signal?: AbortSignal) => Promise<readonly NamedDeployment[]>;
  /** An object as the engine's provider applied it; undefined where the cluster does not show that it did. */
  readonly applied: (name: ObjectName, signal?: AbortSignal) => Promise<AppliedObject | undefined>;
  /** Sends an object of the routes as it was applied, but for what `back` changes. */
  readonly routeBack: (
    applied: AppliedObject,
    back: (applied: Manifest) => Manifest,
    options: { readonly force?: boolean; readonly signal?: AbortSignal },
  ) => Promise<void>;
  /** Makes a Job of a check of the stack's own. */
  readonly startJob: (job: WantedJob, signal?: AbortSignal) => Promise<JobRun>;
  /** Asks whether such a Job would be taken; nothing is made. */
  readonly tryJob: (job: WantedJob, signal?: AbortSignal) => Promise<void>;
  /** Asks the callers' proxies, once, whether they route by these weights. */
  readonly proxies: (weights: Weights, signal?: AbortSignal) => Promise<ProxiesLook>;
}

type EnginePort = Pick<
  StackEngine,
  'preview' | 'up' | 'refresh' | 'state' | 'tags' | 'setTag' | 'removeDeadLocks' | 'cancel' | 'repair'
>;

/** Everything that a sequence touches besides what its context holds; replaced in tests. */
export interface Ports {
  readonly engine: EnginePort;
  /** An engine that a stop of the command does not end: for what has to be known or put back afterwards. */
  readonly lastEngine: EnginePort;
  readonly cluster: ClusterPort;
  readonly health: (settings: HealthSettings, signal?: AbortSignal) => Promise<HealthObservation>;
  readonly machine: Machine;
}

/** The service that ports are made for. */
export interface Released {
  readonly release: Release;
  readonly namespace: string;
  /** Whether requests come to it from outside of the mesh as well. */
  readonly isEntry: boolean;
}

/** The real ones. */
export function portsOf(ctx: ReleaseContext, { release, namespace, isEntry }: Released): Ports {
  const { projectDir, stack, env, emit, signal, settings, cluster } = ctx;
  const { service } = release;
  const api = clusterApi(cluster);
  const router = routerOf(release);
  const services = callersOf(settings.application ?? bookinfo, service);
  const proxies =
    settings.proxies ??
    callerAdmins({ api, namespace, services, gateway: isEntry ? router.gatewayPods : undefined });
  const view = router.proxies(service, namespace);
  const options = { projectDir, stack, env, emit };
  return {
    engine: new StackEngine({ ...options, signal }),
    lastEngine: new StackEngine(options),
    cluster: {
      identity: (during) => clusterIdentity(api, during),
      serves: async (apiVersion, during) => (await api.get(`/apis/${apiVersion}`, during)) !== undefined,
      pods: (version, during) => observePods(api, namespace, service, version, during),
      capacity: (version, during) => readCapacity(api, namespace, service, version, during),
      isThere: isThere(api),
      routes: (during) => readRoutingObjects(api, namespace, during),
      read: (name, during) => readObject(api, name, during),
      deployments: (during) => readDeployments(api, namespace, during),
      applied: (name, during) => readApplied(api, name, during),
      routeBack: (applied, back, how) => routeBack(api, applied, back, how),
      startJob: (job, during) => startJob(api, namespace, job, during),
      tryJob: (job, during) => tryJob(api, namespace, job, during),
      proxies: (weights, during) =>
        lookAtProxies({ proxies, host: `${service}.${namespace}.svc`, view }, weights, during),
    },
    health: probeHealth,
    machine: thisMachine(),
  };
}

/** The project's own pack. The executable, because an engine built without the language host for packs can run it too. */
export const policyPackOf = ({ projectDir, policyPack }: ReleaseContext): string =>
  policyPack ?? join(projectDir, 'policies', 'bookinfo-policies');

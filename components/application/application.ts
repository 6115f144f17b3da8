import type { z } from 'zod';
import type { autoscalingSchema, disruptionSchema } from './scaling';
import type { Manifest } from './sources/manifest';
import type { VersionSpec } from './version';
import type { Workload } from './workload/workload';

/** What a container asks for and what it is stopped at, as Kubernetes quantities. */
export interface Resources {
  readonly requests: { readonly cpu: string; readonly memory: string };
  readonly limits: { readonly cpu: string; readonly memory: string };
}

/** A call from one service to another, as the caller's code makes it. */
export interface Call {
  /** The service that is called. */
  readonly service: string;
  /** The caller's versions that make this call. Default: all. */
  readonly versions?: readonly string[];
  /** After how long the caller's own HTTP client gives up on one try, as a duration such as `2.5s`. */
  readonly clientTimeout?: string;
  /** HTTP methods of the call. Default GET alone: that much and no more is allowed to the caller. */
  readonly methods?: readonly string[];
}

/** How the application's lines of log are taken apart. */
export interface LogForm {
  /** DataKit's script, `<name>.p`. Default plain.p. */
  readonly pipeline?: string;
  /** How the first line of an entry begins (RE2); other lines belong to the entry before. Default: found by DataKit. */
  readonly multilineMatch?: string;
}

/** A path of requests from outside: this very one, or every one that begins so. */
export type EntryPath = { readonly exact: string } | { readonly prefix: string };

/** How a service is called from outside of the mesh, by way of the ingress gateway. */
export interface Entry {
  /** HTTP methods that are let in. */
  readonly methods: readonly string[];
  /** Paths that are let in; everything else stays inside. The first is the one that people are told. Default: all. */
  readonly paths?: readonly EntryPath[];
}

/** Somewhere outside of the application that a service connects to: a host, ranges of addresses, or both. */
export interface Egress {
  /** A host name; `*.example.com` for all below one. */
  readonly host?: string;
  /** Address ranges. Default for a host: every public address. */
  readonly cidrs?: readonly string[];
  readonly ports: readonly number[];
  /** What is spoken, as Istio names it. Default HTTP on port 80, TLS on 443, TCP on any other. */
  readonly protocol?: string;
}

/** What every service has, wherever its workload is described. */
interface ServiceBase {
  /** The Service's name and its pods' `app` label. */
  readonly name: string;
  /** The versions that there are, each a Deployment `<name>-<version>` when it is declared. */
  readonly versions: readonly string[];
  /** What versions have of their own, by version. Default: nothing but their images. */
  readonly overrides?: Readonly<Record<string, VersionSpec>>;
  /** Whom it calls. Default: nobody; where its workload is not described by the table, it is not known. */
  readonly calls?: readonly Call[];
  /** Where it connects to outside of the application. Default: nothing is said of it. */
  readonly egress?: readonly Egress[];
  /** Default: not called from outside by way of the gateway. */
  readonly entry?: Entry;
  /** A HorizontalPodAutoscaler for each version. Default: none beside those of the manifests. */
  readonly autoscaling?: z.output<typeof autoscalingSchema>;
  /** A PodDisruptionBudget for each version. Default: none beside those of the manifests. */
  readonly disruption?: z.output<typeof disruptionSchema>;
}

/** A microservice whose workload the table describes. */
export interface TableService extends ServiceBase {
  readonly port: number;
  /** The path that answers 200 when the process can serve. It must not call other services. */
  readonly health: string;
  /** How long the slowest start may take before the container is started anew. */
  readonly startSeconds: number;
  readonly resources: Resources;
  readonly env?: Readonly<Record<string, string>>;
  /** Empty folders that live as long as the pod: volume name to mount path. */
  readonly scratch?: Readonly<Record<string, string>>;
  readonly logs?: LogForm;
}

/** A service whose workload its own manifests describe. */
export interface ManifestService extends ServiceBase {
  readonly workload: Workload;
}

/** One port of a service, as Kubernetes has it. */
export interface ServicePort {
  /** The port's name; Istio reads the protocol from its first part where there is no `appProtocol`. */
  readonly name?: string;
  /** What callers connect to. */
  readonly port: number;
  /** The port of the pod; undefined where it is named and no container has a port of that name. */
  readonly targetPort?: number;
  /** TCP or UDP. Default TCP. */
  readonly protocol?: string;
  readonly appProtocol?: string;
}

/** A service whose versions somebody else runs: the stack has its routes and nothing else. */
export interface ExistingService extends ServiceBase {
  readonly existing: {
    /** The Deployment of each version. */
    readonly deployments: Readonly<Record<string, string>>;
    /** The ports of its Service. Default: not known, which is enough unless it is the entry. */
    readonly ports?: readonly ServicePort[];
  };
}

/** One microservice, as data. */
export type ServiceSpec = TableService | ManifestService | ExistingService;

/** A set of microservices that call each other. Another application is another value of this type. */
export interface Application {
  /** Prefix of the service accounts, `<name>-<service>`, and the name of the routes from the gateway. */
  readonly name: string;
  /** Images of all versions, with `{service}`, `{version}` and `{tag}` in it. Default: none, each is named in the config. */
  readonly image?: string;
  /** What `{tag}` stands for where the config says nothing else. */
  readonly imageTag?: string;
  readonly services: readonly ServiceSpec[];
  /** Objects of the manifests that belong to no version: Services, ConfigMaps, other workloads. Default: none. */
  readonly objects?: readonly Manifest[];
  /** Cluster-scoped kinds of the manifests as `group/Kind`, beside those that are known. Default: none. */
  readonly clusterScoped?: readonly string[];
}

/** Whether the table itself describes the service's workload. */
export const isTableService = (spec: ServiceSpec): spec is TableService => 'health' in spec;

/** An application whose table describes every workload. */
export interface TableApplication extends Application {
  readonly services: readonly TableService[];
}

/** The service of that name, or undefined. */
export function findService<S extends ServiceSpec>(
  application: { readonly services: readonly S[] },
  name: string,
): S | undefined {
  return application.services.find((service) => service.name === name);
}

/** The service that requests from outside enter by, or undefined. */
export function findEntry(application: Application): (ServiceSpec & { readonly entry: Entry }) | undefined {
  return application.services.find(
    (service): service is ServiceSpec & { readonly entry: Entry } => service.entry !== undefined,
  );
}

/** The paths that are let in from outside. */
export const entryPaths = ({ paths = [{ prefix: '/' }] }: Entry): readonly EntryPath[] => paths;

/** The path that people are told: the first of those that are let in. */
export function entryPage(entry: Entry): string {
  const [first = { prefix: '/' }] = entryPaths(entry);
  return 'exact' in first ? first.exact : first.prefix;
}

/** The image of a service's version by the application's table; undefined where it names none. */
export function imageOf(
  { image, imageTag = '' }: Pick<Application, 'image' | 'imageTag'>,
  service: string,
  version: string,
  tag: string = imageTag,
): string | undefined {
  return image?.replaceAll('{service}', service).replaceAll('{version}', version).replaceAll('{tag}', tag);
}

/** One service that calls another, as some version of it really does. */
export interface CallEdge {
  readonly caller: string;
  readonly callee: string;
  readonly clientTimeout?: string;
  /** HTTP methods of the call. */
  readonly methods?: readonly string[];
}

/**
 * Who calls whom.
 *
 * @param running The versions that run, by service; a service without an entry counts with all its versions.
 */
export function callGraph(
  application: Application,
  running: Readonly<Record<string, readonly string[]>> = {},
): readonly CallEdge[] {
  return application.services.flatMap(({ name, versions, calls = [] }) => {
    const alive = running[name] ?? versions;
    return calls
      .filter((call) => (call.versions ?? alive).some((version) => alive.includes(version)))
      .map(({ service, clientTimeout, methods = ['GET'] }) => ({
        caller: name,
        callee: service,
        clientTimeout,
        methods,
      }));
  });
}

/** The services that call one, each once. */
export function callersOf(application: Application, service: string): readonly string[] {
  const calls = callGraph(application).filter(({ callee }) => callee === service);
  return [...new Set(calls.map(({ caller }) => caller))];
}

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

/** One microservice, as data. */
export interface ServiceSpec {
  /** The Service's name and its pods' `app` label. */
  readonly name: string;
  readonly port: number;
  /** The versions that there are, each a Deployment `<name>-<version>` when it is declared. */
  readonly versions: readonly string[];
  /** The path that answers 200 when the process can serve. It must not call other services. */
  readonly health: string;
  /** How long the slowest start may take before the container is started anew. */
  readonly startSeconds: number;
  readonly resources: Resources;
  readonly env?: Readonly<Record<string, string>>;
  /** Empty folders that live as long as the pod: volume name to mount path. */
  readonly scratch?: Readonly<Record<string, string>>;
  readonly calls?: readonly Call[];
  /** How it is called from outside of the mesh, by way of the ingress gateway. Default: not at all. */
  readonly entry?: { readonly methods: readonly string[] };
  readonly logs?: LogForm;
}

/** A set of microservices that call each other. Another application is another value of this type. */
export interface Application {
  /** Prefix of the service accounts: `<name>-<service>`. */
  readonly name: string;
  readonly services: readonly ServiceSpec[];
}

/** The service of that name, or undefined. */
export function findService(application: Application, name: string): ServiceSpec | undefined {
  return application.services.find((service) => service.name === name);
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

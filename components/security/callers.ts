import { accountOf, callGraph, findService, type Application, type ServiceSpec } from '../application/pure';
import type { ResolvedSecurity } from './settings';

/** Whose pods may open a connection to a service, and what they may ask for. */
export interface Caller {
  readonly namespace: string;
  /** The service account, which is the caller's name in the mesh. */
  readonly account: string;
  /** Labels of its pods; every pod of its namespace where there are none. */
  readonly labels?: Readonly<Record<string, string>>;
  readonly methods: readonly string[];
}

/** The label by which a service's pods are found, whatever their version. */
export const podLabels = (service: string) => ({ app: service });

/**
 * Who may call a service: the services that do by the application's table, the ingress gateway where the service is an
 * entry, and whoever the settings add.
 *
 * Calls of every version count, running or not: what a service may do must not change with the step of a release.
 */
export function callersOf(
  { name, entry }: ServiceSpec,
  application: Application,
  namespace: string,
  settings: ResolvedSecurity,
): readonly Caller[] {
  const edges = callGraph(application).filter(({ callee }) => callee === name);
  const inside = [...new Set(edges.map(({ caller }) => caller))].map((caller): Caller => ({
    namespace,
    account: accountOf(application.name, findService(application, caller)!) ?? 'default',
    labels: podLabels(caller),
    methods: [
      ...new Set(edges.filter((edge) => edge.caller === caller).flatMap(({ methods = ['GET'] }) => methods)),
    ],
  }));
  const outside = entry === undefined ? [] : [{ ...settings.gateway, methods: entry.methods }];
  return [...outside, ...inside, ...settings.extraCallers.filter(({ service }) => service === name)];
}

/** The services that a service calls. */
export function calleesOf(service: string, application: Application): readonly ServiceSpec[] {
  const called = callGraph(application)
    .filter(({ caller }) => caller === service)
    .map(({ callee }) => callee);
  return application.services.filter(({ name }) => called.includes(name));
}

import { isExposed, type Application, type ServiceSpec } from '../application/pure';
import { allowCallersManifest } from './authorization';
import { calleesOf, callersOf, podLabels } from './callers';
import { servicePolicyManifest } from './network';
import type { ResolvedSecurity } from './settings';

/** What protects the pods of the application's own services, and no other pod of the namespace. */
export interface PodScope {
  readonly application: Application;
  readonly namespace: string;
}

/** Services whose pods this stack declares. What somebody else runs is theirs to protect. */
const ownServices = ({ services }: Application): readonly ServiceSpec[] =>
  services.filter((spec) => !('existing' in spec));

/** Whether a service's calls are known, all of them to services of the application. */
function knowsCallees(spec: ServiceSpec, { services }: Application): boolean {
  const names = services.map(({ name }) => name);
  return spec.calls?.every(({ service }) => names.includes(service)) ?? 'health' in spec;
}

/** Whether all who may call are known: every service says whom it calls, and nothing comes in past the mesh. */
const knowsCallers = (spec: ServiceSpec, application: Application): boolean =>
  !isExposed(spec, application.objects) &&
  application.services.every(({ calls, ...rest }) => calls !== undefined || 'health' in rest);

/** Whether the pods of each service take plain text. One that a node's port or a load balancer leads to has to. */
export const podAuthentications = ({ application, namespace }: PodScope, { mtls }: ResolvedSecurity) =>
  ownServices(application).map((spec) => ({
    apiVersion: 'security.istio.io/v1',
    kind: 'PeerAuthentication',
    metadata: { name: spec.name, namespace, labels: podLabels(spec.name) },
    spec: {
      selector: { matchLabels: podLabels(spec.name) },
      mtls: { mode: isExposed(spec, application.objects) ? 'PERMISSIVE' : mtls },
    },
  }));

/** Who may call each service. Nothing is said of a service some of whose callers are not known. */
export const podAuthorization = ({ application, namespace }: PodScope, settings: ResolvedSecurity) =>
  ownServices(application)
    .filter((spec) => knowsCallers(spec, application))
    .map((spec) => {
      const callers = callersOf(spec, application, namespace, settings);
      return (
        allowCallersManifest(spec, callers, namespace, settings) ?? {
          apiVersion: 'security.istio.io/v1',
          kind: 'AuthorizationPolicy',
          metadata: { name: spec.name, namespace, labels: podLabels(spec.name) },
          // A policy that allows and has no rule: whoever no other policy lets in is refused.
          spec: { selector: { matchLabels: podLabels(spec.name) } },
        }
      );
    });

/** Which connections the pods of each service have, in the directions that are known. */
export const podNetworkPolicies = ({ application, namespace }: PodScope, settings: ResolvedSecurity) =>
  ownServices(application).flatMap((spec) => {
    const whole = servicePolicyManifest(
      spec,
      callersOf(spec, application, namespace, settings),
      calleesOf(spec.name, application),
      namespace,
      settings,
    );
    const directions = [
      ...(knowsCallers(spec, application) ? ['Ingress' as const] : []),
      ...(knowsCallees(spec, application) ? ['Egress' as const] : []),
    ];
    if (directions.length === 0) return [];
    const { ingress, egress, ...rest } = { ingress: undefined, ...whole.spec };
    return [
      {
        ...whole,
        spec: {
          ...rest,
          policyTypes: directions,
          ...(directions.includes('Ingress') && ingress !== undefined ? { ingress } : {}),
          ...(directions.includes('Egress') ? { egress } : {}),
        },
      },
    ];
  });

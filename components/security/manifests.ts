import type { Application } from '../application/pure';
import { intakePolicyManifest, scrapePolicyManifest } from '../datakit/pure';
import { allowCallersManifest, allowNothingManifest } from './authorization';
import { calleesOf, callersOf } from './callers';
import { defaultDenyManifest, meshPolicyManifest, servicePolicyManifest } from './network';
import type { ResolvedSecurity } from './settings';

/** What is to be protected. */
export interface Protected {
  readonly application: Application;
  /** The namespace of the application. Plain, because callers are named by it. */
  readonly namespace: string;
}

/** The AuthorizationPolicies: one for each service that is called, and the one that allows nothing. */
export const authorizationManifests = (
  { application, namespace }: Protected,
  settings: ResolvedSecurity,
) => ({
  open: application.services.flatMap((spec) => {
    const callers = callersOf(spec, application, namespace, settings);
    return allowCallersManifest(spec, callers, namespace, settings) ?? [];
  }),
  close: allowNothingManifest(namespace),
});

/** The NetworkPolicies. Those of the services stand alone, see there; the others only add to them. */
export function networkManifests({ application, namespace }: Protected, settings: ResolvedSecurity) {
  const nodes = { namespace, nodeCidrs: settings.nodeCidrs };
  return {
    services: application.services.map((spec) =>
      servicePolicyManifest(
        spec,
        callersOf(spec, application, namespace, settings),
        calleesOf(spec.name, application),
        namespace,
        settings,
      ),
    ),
    common: [
      meshPolicyManifest(namespace, settings),
      scrapePolicyManifest(nodes),
      intakePolicyManifest(nodes),
    ],
    close: defaultDenyManifest(namespace),
  };
}

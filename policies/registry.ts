import type { Policy } from './model/policy';
import { weightSum } from './rules/R01-weight-sum';
import { undefinedSubset } from './rules/R02-undefined-subset';
import { subsetWithoutPods } from './rules/R03-subset-without-pods';
import { duplicates } from './rules/R04-duplicates';
import { unreachableMatch } from './rules/R05-unreachable-match';
import { stepJump } from './rules/R06-step-jump';
import { weightToNoReplicas } from './rules/R07-weight-to-no-replicas';
import { retiredVersion } from './rules/R08-retired-version';
import { subsetAndRouteRemoved } from './rules/R09-subset-and-route-removed';
import { missingDependsOn } from './rules/R10-missing-depends-on';
import { retryBudget } from './rules/R11-retry-budget';
import { timeoutHierarchy } from './rules/R12-timeout-hierarchy';
import { faultInProduction } from './rules/R13-fault-in-production';
import { promAnnotation } from './rules/R14-prom-annotation';
import { hostPortClash } from './rules/R15-host-port-clash';
import { nodePort } from './rules/R16-node-port';
import { plaintextSecret } from './rules/R17-plaintext-secret';
import { tokenNotSecret } from './rules/R18-token-not-secret';
import { mutableImage } from './rules/R19-mutable-image';
import { imageRegistry } from './rules/R20-registry';
import { blockedImage } from './rules/R21-blocked-image';
import { sidecarInjection } from './rules/R22-sidecar-injection';
import { strictMtls } from './rules/R23-strict-mtls';
import { authorization } from './rules/R24-authorization';
import { probes } from './rules/R25-probes';
import { resources } from './rules/R26-resources';
import { singleReplica } from './rules/R27-single-replica';
import { disruptionBudget } from './rules/R28-disruption-budget';
import { podSecurity } from './rules/R29-pod-security';
import { nodeAccess } from './rules/R30-node-access';
import { rbac } from './rules/R31-rbac';
import { networkPolicy } from './rules/R32-network-policy';
import { portName } from './rules/R33-port-name';
import { serviceSelector } from './rules/R34-service-selector';
import { selectorChange } from './rules/R35-selector-change';
import { escapeHatch } from './rules/R36-escape-hatch';
import { defaultPlace } from './rules/R37-default-place';
import { blockListAge } from './rules/R38-block-list-age';
import { judgedKinds } from './rules/R39-judged-kinds';
import { secretMark } from './rules/R40-secret-mark';
import { secondRoute } from './rules/R41-second-route';
import { autoscaler } from './rules/R42-autoscaler';
import { exposure } from './rules/R43-exposure';
import { missingReference } from './rules/R44-missing-reference';
import { accountToken } from './rules/R45-account-token';
import { refused } from './rules/R46-refused';
import { signedImage } from './rules/R47-signed-image';
import { capacityBelowWeight } from './rules/R48-capacity-below-weight';

/** All policies, by number. */
export const registry: readonly Policy[] = [
  weightSum,
  undefinedSubset,
  subsetWithoutPods,
  duplicates,
  unreachableMatch,
  stepJump,
  weightToNoReplicas,
  retiredVersion,
  subsetAndRouteRemoved,
  missingDependsOn,
  retryBudget,
  timeoutHierarchy,
  faultInProduction,
  promAnnotation,
  hostPortClash,
  nodePort,
  plaintextSecret,
  tokenNotSecret,
  mutableImage,
  imageRegistry,
  blockedImage,
  sidecarInjection,
  strictMtls,
  authorization,
  probes,
  resources,
  singleReplica,
  disruptionBudget,
  podSecurity,
  nodeAccess,
  rbac,
  networkPolicy,
  portName,
  serviceSelector,
  selectorChange,
  escapeHatch,
  defaultPlace,
  blockListAge,
  judgedKinds,
  secretMark,
  secondRoute,
  autoscaler,
  exposure,
  missingReference,
  accountToken,
  refused,
  signedImage,
  capacityBelowWeight,
];

/** The policy of an id, or of a number alone: `R19`. */
export function findPolicy(name: string): Policy | undefined {
  return registry.find(({ id }) => id === name || id.startsWith(`${name}-`));
}

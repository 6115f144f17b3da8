import { bookinfo, isTableService, type Application } from '../application/pure';
import { ProblemsError } from '../validation';
import { PRIVATE_RANGES, type ResolvedSecurity, type SecuritySettings } from './settings';
import { securityProblems } from './settingsSchema';

/**
 * Checks settings and fills in the defaults.
 * @throws ProblemsError naming everything that is wrong.
 */
export function resolveSecuritySettings(
  settings: SecuritySettings = {},
  path = 'security',
  application: Application = bookinfo,
): ResolvedSecurity {
  const problems = securityProblems(settings, path, application);
  if (problems.length > 0) throw new ProblemsError(path, problems);
  return {
    scope: settings.scope ?? (application.services.every(isTableService) ? 'namespace' : 'pods'),
    mtls: settings.mtls ?? 'STRICT',
    authorization: settings.authorization ?? true,
    networkPolicies: settings.networkPolicies ?? true,
    nodeCidrs: settings.nodeCidrs ?? PRIVATE_RANGES,
    trustDomain: settings.trustDomain ?? 'cluster.local',
    istiodNamespace: settings.istiodNamespace ?? 'istio-system',
    gateway: {
      namespace: settings.gateway?.namespace ?? 'istio-system',
      account: settings.gateway?.account ?? 'istio-ingressgateway',
      labels: settings.gateway?.labels ?? { istio: 'ingressgateway' },
    },
    dnsCidrs: settings.dnsCidrs ?? [],
    extraCallers: (settings.extraCallers ?? []).map((caller) => ({
      ...caller,
      methods: caller.methods ?? ['GET'],
    })),
  };
}

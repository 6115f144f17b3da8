import { bookinfo } from '../application/pure';
import { DEFAULT_ROUTING } from '../canary/pure';
import { ProblemsError } from '../validation';
import { accountsNamespaceOf, type AccessSettings, type ResolvedAccess } from './settings';
import { accessProblems } from './settingsSchema';

/** Fills in what settings leave out. @throws ProblemsError naming everything that is wrong */
export function resolveAccess(settings: AccessSettings, path: string): ResolvedAccess {
  const problems = accessProblems(settings, path);
  if (problems.length > 0) throw new ProblemsError('Access', problems);
  return {
    namespace: accountsNamespaceOf(settings),
    services: settings.services ?? bookinfo.services.map(({ name }) => name),
    readProxies: settings.readProxies ?? false,
    routing: settings.routing ?? [DEFAULT_ROUTING],
  };
}

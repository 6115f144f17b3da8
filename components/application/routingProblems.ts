import type { PlacedPolicy } from '../canary/pure';
import { routerOf } from '../routing/pure';
import type { Problem } from '../validation';
import { callersOf, entryPaths, findEntry, findService, type Application } from './application';
import { portsOf } from './ports';
import { withRouting } from './routing';

/** What of the releases and route policies of an application their routing APIs cannot express. */
export const routingProblems = (
  application: Application,
  placed: Readonly<Record<string, PlacedPolicy>>,
): readonly Problem[] =>
  Object.entries(placed).flatMap(([service, { policy, path }]) => {
    const spec = findService(application, service);
    const entry = findEntry(application);
    return routerOf(withRouting(application, service, policy)).problems(policy, {
      path,
      callers: callersOf(application, service),
      // A service that the table does not have is reported as that.
      ...(spec === undefined ? {} : { ports: portsOf(spec) }),
      ...(entry?.name === service ? { entry: { paths: entryPaths(entry.entry) } } : {}),
    });
  });

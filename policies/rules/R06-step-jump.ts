import type { AppliedRelease } from '../../components/canary/pure';
import { fieldPath, listAt } from '../model/json';
import { judge } from '../model/judge';
import type { KubeObject } from '../model/object';
import { everywhere, finding, type Finding, type Policy } from '../model/policy';
import type { ClusterView } from '../model/view';
import { serviceOf } from '../view/hosts';
import { destinationsOf, httpRoutes, subsetsOf, virtualServices } from '../view/routing';

interface Shares {
  readonly field: string;
  readonly host: string;
  readonly weights: ReadonlyMap<string, number>;
}

/** The shares of the route that takes what no match takes. */
function defaultShares(object: KubeObject): Shares | undefined {
  const route = httpRoutes(object).findLast((entry) => listAt(entry.route, 'match').length === 0);
  if (route === undefined) return undefined;
  const field = fieldPath(...route.path, 'route');
  const entries = destinationsOf(object).filter(
    ({ path, mirror, subset }) => !mirror && subset !== undefined && fieldPath(...path).startsWith(field),
  );
  if (entries.length === 0) return undefined;
  return {
    field,
    host: entries[0]!.host,
    weights: new Map(entries.map(({ subset, weight }) => [subset!, weight ?? 0])),
  };
}

function byRecord(
  view: ClusterView,
  object: KubeObject,
  now: Shares,
  last: AppliedRelease,
): Finding | undefined {
  const stranger = [...now.weights].find(([subset, weight]) => weight > 0 && !last.subsets.includes(subset));
  if (stranger !== undefined && last.weights[stranger[0]] === undefined) {
    return finding(
      object,
      now.field,
      `sends ${stranger[1]} per cent to ${stranger[0]}, which the last update did not have yet`,
      'add the version at step 0, in an update of its own, then raise its weight',
    );
  }
  const canary = last.canary.version;
  const before = last.weights[canary] ?? 0;
  const after = now.weights.get(canary) ?? 0;
  if (after <= before || view.overrides?.[last.service]?.from === last.step) return undefined;
  const next = last.steps.find((step) => step > before);
  if (next !== undefined && after <= next && last.step !== 'baseline') return undefined;
  const legal = last.step === 'baseline' ? 0 : (next ?? before);
  return finding(
    object,
    now.field,
    `takes ${canary} from ${before} to ${after} per cent, past the step ${legal}: the gates of the steps between were never asked`,
    `take step ${legal} first`,
  );
}

function byObjects(
  view: ClusterView,
  object: KubeObject,
  now: Shares,
  previous: readonly KubeObject[],
): (Finding | undefined)[] {
  const old = previous.find(({ id }) => id === object.id);
  const last = old === undefined ? undefined : defaultShares(old);
  if (last === undefined) return [];
  const known = previous
    .filter(({ kind }) => kind === 'DestinationRule')
    .flatMap(subsetsOf)
    .filter(({ host }) => host === now.host)
    .map(({ name }) => name);
  return [...now.weights].map(([subset, weight]) => {
    const before = last.weights.get(subset) ?? 0;
    // Of what was imported into a state, the route may be there without the DestinationRule.
    const isNew = !known.includes(subset) && !last.weights.has(subset);
    // A version that was there already may get everything back at once: that is a rollback.
    if (!isNew && (before === 0 || weight - before <= view.settings.maxWeightStep)) return undefined;
    if (isNew && weight === 0) return undefined;
    return finding(
      object,
      now.field,
      `takes ${subset} from ${isNew ? 'nothing' : `${before} per cent`} to ${weight} per cent in one update`,
      isNew
        ? 'add the version and its subset in an update of its own, without weight'
        : `raise it by at most ${view.settings.maxWeightStep} points`,
    );
  });
}

export const stepJump: Policy = {
  id: 'R06-step-jump',
  title: 'A canary gains weight one step at a time',
  severity: 'high',
  enforcement: everywhere('mandatory'),
  scope: 'stack',
  compares: true,
  remedy: 'Take the next step of the release; go down as far as you like at any time.',
  document:
    'The release’s own list of steps, kept in the stack output `release`; without one, the routes that are applied',
  check: (view) =>
    judge(virtualServices(view), (object) => {
      const { previous } = view;
      const now = previous === undefined ? undefined : defaultShares(object);
      if (previous === undefined || now === undefined) return [];
      const record = previous.releases[serviceOf(now.host)?.name ?? ''];
      return record === undefined
        ? byObjects(view, object, now, previous.objects)
        : byRecord(view, object, now, record);
    }),
};

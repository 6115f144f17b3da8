import { fieldPath } from '../model/json';
import { judge } from '../model/judge';
import { everywhere, finding, type Policy } from '../model/policy';
import { destinationRules, isWild, podsOfSubset, seesPodsOf, subsetsOf } from '../view/routing';

export const subsetWithoutPods: Policy = {
  id: 'R03-subset-without-pods',
  title: "A subset's labels select pods of its Service",
  severity: 'high',
  enforcement: everywhere('mandatory'),
  scope: 'stack',
  remedy: 'Give the subset the labels of a pod template behind the host’s Service, or remove the subset.',
  document: 'Istio configuration analysis, IST0173 DestinationRuleSubsetNotSelectPods',
  check: (view) =>
    judge(destinationRules(view), (object) =>
      subsetsOf(object).map((subset) => {
        // What this view does not show may have the labels: a wildcard's hosts, other controllers' pods.
        if (isWild(subset.host) || !seesPodsOf(view, subset.host)) return undefined;
        if (podsOfSubset(view, subset).length > 0) return undefined;
        const labels = Object.entries(subset.labels).map(([key, value]) => `${key}=${value}`);
        return finding(
          object,
          fieldPath(...subset.path, 'labels'),
          `selects ${labels.join(', ')}, which no pod of ${subset.host} has: requests routed to subset ${subset.name} get a 503`,
          'use the labels of a pod template behind that Service, or remove the subset after its routes',
        );
      }),
    ),
};

import { isKnownKind } from '../model/kinds';
import type { KubeObject } from '../model/object';
import { everywhere, type Policy, type Undecided } from '../model/policy';

function undecided({ id, group, kind }: KubeObject): Undecided {
  return {
    object: id,
    field: 'kind',
    reason: `is ${group === '' ? kind : `${group}/${kind}`}, a kind that no policy judges`,
    remedy: `look at what it does; then list ${group}/${kind} under kinds, or name the object as an exception of R39 with an end`,
  };
}

export const judgedKinds: Policy = {
  id: 'R39-judged-kinds',
  title: 'Every object is of a kind that the policies judge, or that somebody looked at',
  severity: 'high',
  enforcement: everywhere('mandatory'),
  scope: 'object',
  remedy: 'List the kind under kinds, or name the object as an exception.',
  document:
    'What nobody judges is not known to be harmless: EnvoyFilters and webhooks change routes and pods, Helm releases hold objects unseen',
  check: (view) => ({
    findings: [],
    undecided: view.objects
      .filter(
        ({ group, kind }) => !isKnownKind(group, kind) && !view.settings.kinds.includes(`${group}/${kind}`),
      )
      .map(undecided),
  }),
};

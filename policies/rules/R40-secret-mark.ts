import { judge } from '../model/judge';
import type { KubeObject } from '../model/object';
import { everywhere, finding, type Policy } from '../model/policy';

/** What is made of a secret without being one. */
const DERIVED = /checksum|hash|digest/i;

/** Whether a mark hides nothing that a policy has to see. */
function mayBeSecret({ kind, group }: KubeObject, field: string): boolean {
  if (kind === 'Secret' && group === '') return /^(data|stringData)($|[.[])/.test(field);
  // Values of charts are judged by nobody here, and R18 wants their passwords marked.
  if (group === 'helm.sh') return true;
  return /\.annotations[.[]/.test(field) && DERIVED.test(field);
}

export const secretMark: Policy = {
  id: 'R40-secret-mark',
  title: 'Nothing but the data of Secrets is marked as secret',
  severity: 'critical',
  enforcement: everywhere('mandatory'),
  scope: 'object',
  remedy: 'Take pulumi.secret off structure; put a value that must be kept into a Secret and refer to it.',
  document:
    'Pulumi, Secrets: a marked value is not shown to policies, so what it holds is judged by none of them; in the cluster it stands in plain text all the same',
  check: (view) =>
    judge(view.objects, (object) =>
      (object.secretFields ?? [])
        .filter((field) => !mayBeSecret(object, field))
        .map((field) =>
          finding(
            object,
            field === '' ? 'spec' : field,
            'is marked as a secret: no policy sees what it holds, and the cluster keeps it in plain text',
            'give it a plain value; what must be kept belongs into a Secret',
          ),
        ),
    ),
};

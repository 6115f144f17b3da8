import { fieldPath, listAt, mapAt, textAt, textsIn, type Segment } from '../model/json';
import { judge } from '../model/judge';
import type { KubeObject } from '../model/object';
import { everywhere, finding, type Finding, type Policy } from '../model/policy';
import { secretByName, secretShape } from '../view/secrets';
import { containersOf, isWorkload, workload } from '../view/workloads';

const remedy =
  'put it into a Secret and read it with valueFrom.secretKeyRef or a mounted file; then replace it, it has been seen';

const told = (object: KubeObject, path: readonly Segment[], what: string): Finding =>
  finding(
    object,
    fieldPath(...path),
    `holds ${what} in plain text: whoever may read the object has it`,
    remedy,
  );

/** Shapes are looked for in every text; a Secret's own fields are where secrets belong. */
function byShape(object: KubeObject): Finding[] {
  const found: Finding[] = [];
  for (const [path, text] of textsIn(object.manifest)) {
    if (object.kind === 'Secret' && (path[0] === 'data' || path[0] === 'stringData')) continue;
    const what = secretShape(text);
    if (what !== undefined) found.push(told(object, path, what));
  }
  return found;
}

function named(object: KubeObject): Finding[] {
  const env = isWorkload(object) ? envFindings(object) : [];
  const data =
    object.kind === 'ConfigMap'
      ? Object.entries(mapAt(object.manifest, 'data')).flatMap(([key, value]) =>
          typeof value === 'string' && secretByName(key, value)
            ? [told(object, ['data', key], 'what its name calls a secret')]
            : [],
        )
      : [];
  const annotations = Object.entries(mapAt(object.manifest, 'metadata', 'annotations')).flatMap(
    ([key, value]) =>
      typeof value === 'string' && secretByName(key, value)
        ? [told(object, ['metadata', 'annotations', key], 'what its name calls a secret')]
        : [],
  );
  return [...env, ...data, ...annotations];
}

function envFindings(object: KubeObject): Finding[] {
  return containersOf(workload(object)).flatMap(({ container, path }) =>
    listAt(container, 'env').flatMap((entry, place) => {
      const value = textAt(entry, 'value');
      return value !== undefined && secretByName(textAt(entry, 'name') ?? '', value)
        ? [told(object, [...path, 'env', place, 'value'], 'what its name calls a secret')]
        : [];
    }),
  );
}

export const plaintextSecret: Policy = {
  id: 'R17-plaintext-secret',
  title: 'No secret stands in plain text in an environment, a ConfigMap, an annotation or a URL',
  severity: 'critical',
  enforcement: everywhere('mandatory'),
  scope: 'object',
  remedy: 'Put it into a Secret, read it from there, and replace the one that was seen.',
  document: 'CIS Kubernetes Benchmark 5.4.1',
  check: (view) =>
    judge(view.objects, (object) => {
      const shaped = byShape(object);
      const places = new Set(shaped.map(({ field }) => field));
      return [...shaped, ...named(object).filter(({ field }) => !places.has(field))];
    }),
};

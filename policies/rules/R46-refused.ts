import { fieldPath, mapAt, textsIn } from '../model/json';
import { judge, together } from '../model/judge';
import type { KubeObject } from '../model/object';
import { everywhere, finding, type Finding, type Policy } from '../model/policy';
import { routingObjects } from '../view/routing';

/** API versions that no supported release of Kubernetes serves, and what to write instead. */
const removed: Readonly<Record<string, string>> = {
  'extensions/v1beta1': 'apps/v1 or networking.k8s.io/v1',
  'apps/v1beta1': 'apps/v1',
  'apps/v1beta2': 'apps/v1',
  'batch/v1beta1': 'batch/v1',
  'batch/v2alpha1': 'batch/v1',
  'policy/v1beta1': 'policy/v1',
  'autoscaling/v2beta1': 'autoscaling/v2',
  'autoscaling/v2beta2': 'autoscaling/v2',
  'networking.k8s.io/v1beta1': 'networking.k8s.io/v1',
  'rbac.authorization.k8s.io/v1beta1': 'rbac.authorization.k8s.io/v1',
  'rbac.authorization.k8s.io/v1alpha1': 'rbac.authorization.k8s.io/v1',
  'apiextensions.k8s.io/v1beta1': 'apiextensions.k8s.io/v1',
  'admissionregistration.k8s.io/v1beta1': 'admissionregistration.k8s.io/v1',
  'storage.k8s.io/v1beta1': 'storage.k8s.io/v1',
  'scheduling.k8s.io/v1beta1': 'scheduling.k8s.io/v1',
  'discovery.k8s.io/v1beta1': 'discovery.k8s.io/v1',
  'coordination.k8s.io/v1beta1': 'coordination.k8s.io/v1',
};

/** Kinds of such versions that are served again under the same name. */
const servedAgain = new Set([
  'ValidatingAdmissionPolicy',
  'ValidatingAdmissionPolicyBinding',
  'IPAddress',
  'ServiceCIDR',
  'VolumeAttributesClass',
  'MutatingAdmissionPolicy',
  'MutatingAdmissionPolicyBinding',
  'LeaseCandidate',
]);

function versionFinding(object: KubeObject): Finding | undefined {
  const { apiVersion, kind } = object;
  const instead = servedAgain.has(kind) ? undefined : removed[apiVersion];
  return instead === undefined
    ? undefined
    : finding(
        object,
        'apiVersion',
        `is ${apiVersion}, which Kubernetes serves no more: the object is refused`,
        `write ${instead}`,
      );
}

/** What RE2, which Envoy uses, does not have: looking around, back references, possessive and atomic groups. */
const NOT_RE2 = /\(\?(=|!|<=|<!|>)|\\[1-9]|[*+?}]\+|\(\?<(?![A-Za-z])/;

function isRe2(regex: string): boolean {
  if (NOT_RE2.test(regex)) return false;
  try {
    // Linear, for nothing is matched with it. Flags in front, named groups and classes are written otherwise in JavaScript; all else reads the same.
    new RegExp(
      regex
        .replace(/\(\?[imsU-]+\)/g, '')
        .replace(/\(\?[imsU-]+:/g, '(?:')
        .replace(/\(\?P</g, '(?<')
        .replace(/\\[pP]\{\w+\}|\[\[:\w+:\]\]/g, '.')
        .replace(/\\[zAQE]/g, ''),
    );
    return true;
  } catch {
    return false;
  }
}

function regexFindings(object: KubeObject): (Finding | undefined)[] {
  return [...textsIn(mapAt(object.manifest, 'spec'), ['spec'])].map(([path, text]) =>
    path.at(-1) === 'regex' && !isRe2(text)
      ? finding(
          object,
          fieldPath(...path),
          'is no regular expression of RE2: Istio refuses the object, or Envoy the route',
          'write it without looking around and back references, and close every bracket',
        )
      : undefined,
  );
}

export const refused: Policy = {
  id: 'R46-refused',
  title: 'The cluster takes the object: its API version is served, its regular expressions are RE2',
  severity: 'high',
  enforcement: everywhere('mandatory'),
  scope: 'object',
  remedy: 'Write the version that is served today, and regular expressions as RE2 has them.',
  document: 'Kubernetes, Deprecated API Migration Guide; Istio reference, StringMatch.regex; RE2 syntax',
  check: (view) => together(judge(view.objects, versionFinding), judge(routingObjects(view), regexFindings)),
};

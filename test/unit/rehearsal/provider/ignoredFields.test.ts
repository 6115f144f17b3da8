import type { JsonObject } from '../../../../rehearsal/provider/json';
import { withIgnoredFields } from '../../../../rehearsal/provider/ignoredFields';

const OURS = 'pulumi-kubernetes-1234';
const theirs = { manager: 'kube-controller-manager', operation: 'Update', subresource: 'scale' };
const ours = { manager: OURS, operation: 'Apply' };
const fields = { fieldsV1: { 'f:spec': { 'f:replicas': {} } } };
const live = (replicas: number | undefined, ...managers: JsonObject[]): JsonObject => ({
  metadata: { name: 'cart', managedFields: managers.map((manager) => ({ ...manager, ...fields })) },
  spec: replicas === undefined ? {} : { replicas },
});
const inputs = { metadata: { name: 'cart' }, spec: { replicas: 3, template: {} } };
const without = { metadata: { name: 'cart' }, spec: { template: {} } };

/**
 * Who owns the number of pods, how many there are, and what is applied
 * [pulumi/pulumi-kubernetes provider/pkg/await/await.go handleSSAIgnoreFields].
 */
test.each([
  ['others alone', live(7, theirs), inputs, without],
  ['others alone, and the program names none', live(7, theirs), without, without],
  ['we alone', live(5, ours), inputs, { ...inputs, spec: { replicas: 5, template: {} } }],
  ['both', live(7, ours, theirs), inputs, { ...inputs, spec: { replicas: 7, template: {} } }],
  ['nobody: it has its default', live(1), without, { ...without, spec: { replicas: 1, template: {} } }],
  ['nobody, and it is not there', live(undefined), inputs, inputs],
])('where the field belongs to %s', (_title, object, given, applied) => {
  expect(withIgnoredFields(given, object, ['spec.replicas'], OURS)).toEqual(applied);
});

test('fields that are not ignored are applied as they are', () => {
  expect(withIgnoredFields(inputs, live(7, theirs), [], OURS)).toEqual(inputs);
});

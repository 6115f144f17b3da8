import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  changesLine,
  kindLines,
  objectsOf,
  showPlan,
  stepChanges,
} from '../../../../rehearsal/scenario/plan';

const object = (kind: string, name: string, more = '', namespace = '') =>
  [`kind: ${kind}`, `metadata: {name: ${name}${namespace}}`, more].join('\n');
const text = (...objects: string[]) => objects.join('\n---\n');

test('what leads from one step to the next is told by what the objects are, not by how they are written', () => {
  const before = objectsOf(text(object('Service', 'a', 'spec: {x: 1, y: 2}'), object('Service', 'b')));
  const after = objectsOf(
    text(object('Service', 'a', 'spec:\n  x: 1\n  y: 2'), object('Deployment', 'c', '', ', namespace: shop')),
  );
  const changes = stepChanges(before, after);
  expect(changes).toEqual({ added: ['Deployment/shop/c'], changed: [], removed: ['Service/b'] });
  expect(changesLine(changes)).toBe('+ Deployment/shop/c, - Service/b');
  expect(changesLine(stepChanges(before, before))).toBe('nothing changes');
  const other = objectsOf(text(object('Service', 'a', 'spec: {x: 1, y: 3}'), object('Service', 'b')));
  expect(changesLine(stepChanges(before, other))).toBe('~ Service/a');
});

test('objects are listed by kind', () => {
  const objects = objectsOf(
    text(object('Service', 'b'), object('Deployment', 'c'), object('Service', 'a'), ''),
  );
  expect(kindLines(objects)).toEqual(['Deployment (1): c', 'Service (2): b, a']);
});

test('a plan that is interrupted ends with the reason', async () => {
  const controller = new AbortController();
  controller.abort(new Error('interrupted'));
  const plan = showPlan({
    steps: ['0'],
    out: mkdtempSync(join(tmpdir(), 'plan-')),
    signal: controller.signal,
    write: () => {},
  });
  await expect(plan).rejects.toThrow('interrupted');
});

import { resolve } from 'node:path';
import { evaluate, type Report } from '../../../policies/evaluate';
import { changed, type Change, type Manifest } from '../../../policies/examples/change';
import { readBase, readExamples, type Example, type Examples } from '../../../policies/examples/read';
import { exampleView } from '../../../policies/examples/view';
import type { ClusterView } from '../../../policies/model/view';

export { idOf } from '../../../policies/examples/change';
export { TODAY } from '../../../policies/examples/view';
export type Case = Example;

export const ROOT = resolve(__dirname, '../../..');

export const examples: readonly Examples[] = readExamples(ROOT);
const base = readBase(ROOT);

export const changedObjects = (change: Change): readonly Manifest[] => changed(base, change);

export const viewOf = (given: Case): ClusterView => exampleView(base, given);

/** What all policies say to a case; that images lack a digest counts only where it is asked for. */
export function ask(given: Case): Report {
  const report = evaluate(viewOf(given));
  const wantsDigests = given.settings?.require?.includes('digests') === true;
  return {
    ...report,
    findings: report.findings.filter(({ unlessRequired }) => wantsDigests || unlessRequired !== 'digests'),
  };
}

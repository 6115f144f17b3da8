import type { ResourceOp } from '../events';

/** What GitLab's merge request widget reads (`artifacts:reports:terraform`). */
export interface ChangeSummary {
  readonly create: number;
  readonly update: number;
  readonly delete: number;
}

/** Counts a preview's operations as the widget does: what is replaced is deleted and created. */
export function summarise(changes: readonly { readonly op: ResourceOp }[]): ChangeSummary {
  const count = (...ops: readonly ResourceOp[]) => changes.filter(({ op }) => ops.includes(op)).length;
  return {
    create: count('create', 'replace', 'import'),
    update: count('update', 'other'),
    delete: count('delete', 'replace'),
  };
}

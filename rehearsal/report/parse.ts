import { ProblemsError, type Problem } from '../../components/validation';
import { reportSchema, type Report } from './model';

/** `['steps', 2, 'share']` as a reader writes it: `steps[2].share`. */
function pathText(path: readonly PropertyKey[]): string {
  const text = path.map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`)).join('');
  return text.replace(/^\./, '') || '(the whole report)';
}

/**
 * Checks that `value` is a report of schema 1.
 *
 * @throws ProblemsError with everything that is wrong at once
 */
export function parseReport(value: unknown): Report {
  const result = reportSchema.safeParse(value);
  if (result.success) return result.data;
  const problems = result.error.issues.map((issue): Problem => ({
    path: pathText(issue.path),
    problem: issue.message,
    remedy: 'write what rehearsal/report/model.ts says of this key',
  }));
  throw new ProblemsError('report.json', problems);
}

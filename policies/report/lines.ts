import type { Origin } from '../model/object';
import type { Report, ReportedFinding, ReportedUndecided } from '../evaluate';

/** Where an object was read, for people. */
export function originText(origin: Origin | undefined): string {
  if (origin === undefined) return '';
  if ('urn' in origin) return origin.urn;
  return origin.line === undefined ? `${origin.file}[${origin.index}]` : `${origin.file}:${origin.line}`;
}

/** What is wrong and what to write instead, as it is told beside the object. */
export const findingText = ({ object, field, problem, remedy }: ReportedFinding): string =>
  `${object}: ${field} ${problem}\n  remedy: ${remedy}`;

/** The words a pipeline looks for: they are the engine's own for a policy that met an unknown value. */
export const undecidedText = ({ policy, object, field, reason, remedy }: ReportedUndecided): string =>
  `can't run policy '${policy}' on ${object}: ${field} ${reason ?? 'is not known before the update'}\n` +
  `  remedy: ${remedy ?? `give it a value that is known in previews, or name the object as an exception of ${policy}`}`;

/** Findings and what could not be judged as one list, the strict ones first. */
export interface Line {
  readonly policy: string;
  readonly title: string;
  readonly severity: string;
  readonly enforcement: 'mandatory' | 'advisory';
  readonly object: string;
  readonly field: string;
  readonly text: string;
  readonly undecided: boolean;
  readonly origin: Origin | undefined;
}

export function linesOf(report: Report): readonly Line[] {
  const lines = [
    ...report.findings.map((found) => ({ ...found, text: findingText(found), undecided: false })),
    ...report.undecided.map((found) => ({ ...found, text: undecidedText(found), undecided: true })),
  ];
  return lines.sort((a, b) => Number(b.enforcement === 'mandatory') - Number(a.enforcement === 'mandatory'));
}

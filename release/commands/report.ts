import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { ReleaseError } from '../exitCodes';
import { parseReleaseReport, renderMarkdown, type ReleaseReport } from '../report';
import { releaseFolder } from '../sequence/journal';
import type { Shown } from './shown';

export interface ReportOptions {
  /** The folder of Pulumi.yaml. */
  readonly projectDir: string;
  readonly stack: string;
  /** Another release.json; default the stack's last one. */
  readonly from?: string;
  readonly format?: 'html' | 'md' | 'json';
}

/** Where the last run of a stack left its report. */
export const reportFile = (projectDir: string, stack: string): string =>
  join(releaseFolder({ projectDir, stack }), 'release.json');

export async function readReport(file: string, stack: string): Promise<ReleaseReport> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new ReleaseError(
      'usage',
      code === 'ENOENT' ? `there is no report at ${file}` : `the report at ${file} cannot be read (${code})`,
      `run a release first (release advance --stack ${stack}), or name a report with --from`,
    );
  }
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    throw new ReleaseError('usage', `${file} is no JSON`, 'name the release.json that a run has written');
  }
  return parseReleaseReport(content);
}

async function rendered(report: ReleaseReport, format: ReportOptions['format']): Promise<string> {
  if (format === 'json') return `${JSON.stringify(report, null, 2)}\n`;
  if (format !== 'html') return renderMarkdown(report);
  // The plots' library is large; only the page needs it.
  const { renderReleaseHtml } = await import('../report/html');
  return renderReleaseHtml(report);
}

/** The report of the last release, in the form that was asked for. @throws ReleaseError (usage) where there is none */
export async function report({ projectDir, stack, from, format }: ReportOptions): Promise<Shown> {
  const file = from === undefined ? reportFile(projectDir, stack) : resolve(projectDir, from);
  const found = await readReport(file, stack);
  const text = await rendered(found, format);
  return {
    result: { outcome: 'done', summary: found.summary, next: [] },
    data: { report: found },
    text: () => text,
  };
}

import { createHash } from 'node:crypto';
import { isAbsolute, relative } from 'node:path';
import type { Report } from '../evaluate';
import { registry } from '../registry';
import type { Severity } from '../model/policy';
import { findingText, linesOf, originText, type Line } from './lines';

export const formats = ['text', 'json', 'junit', 'sarif', 'codequality'] as const;
export type Format = (typeof formats)[number];

/** A report and where findings point that were read in no file of the project. */
export interface Printed {
  readonly report: Report;
  /** A file of the project, e.g. the stack's config. */
  readonly fallback: string;
}

function place(
  { origin }: Pick<Line, 'origin'>,
  fallback: string,
): { readonly path: string; readonly line: number } {
  if (origin === undefined || 'urn' in origin || origin.file === '-') return { path: fallback, line: 1 };
  return {
    path: isAbsolute(origin.file) ? relative(process.cwd(), origin.file) : origin.file,
    line: origin.line ?? 1,
  };
}

const plural = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`;

/** A comparison that did not happen must not look like one that found nothing. */
function notComparedText({ notCompared }: Report): string {
  return notCompared.length === 0
    ? ''
    : `Without an earlier state to compare with, these say less: ${notCompared.join(', ')}\n`;
}

/** What is switched off has to be seen as well. */
const disabledText = ({ disabled }: Report): string =>
  disabled.length === 0 ? '' : `Disabled by the settings or for this environment: ${disabled.join(', ')}\n`;

function text({ report }: Printed): string {
  const lines = linesOf(report);
  const strict = lines.filter(({ enforcement }) => enforcement === 'mandatory').length;
  const parts = lines.map((line) => {
    const origin = originText(line.origin);
    return `[${line.enforcement}] ${line.policy}  ${line.title}\n  ${line.text}${origin === '' ? '' : `\n  at: ${origin}`}\n`;
  });
  const excepted = report.excepted.map(
    ({ finding, exception }) =>
      `[excepted] ${finding.policy} ${finding.object}: ${exception.reason} (until ${exception.until})\n`,
  );
  const summary = [
    `${plural(report.objects, 'object')}, ${report.policies} policies:`,
    `${plural(strict, 'mandatory violation')},`,
    `${lines.length - strict} advisory,`,
    `${report.undecided.length} not judged,`,
    `${plural(report.excepted.length, 'exception')} used`,
  ].join(' ');
  return [...parts, ...excepted, `${summary}\n${notComparedText(report)}${disabledText(report)}`].join('\n');
}

function json({ report }: Printed): string {
  const entries = linesOf(report).map(({ origin, text: message, ...line }) => ({
    ...line,
    message,
    at: originText(origin),
  }));
  const excepted = report.excepted.map(({ finding, exception }) => ({
    policy: finding.policy,
    object: finding.object,
    field: finding.field,
    reason: exception.reason,
    until: exception.until,
  }));
  const { objects, policies, notCompared, disabled } = report;
  return `${JSON.stringify({ objects, policies, findings: entries, excepted, notCompared, disabled }, null, 2)}\n`;
}

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};
/** Control characters have no place in XML, not even escaped. */
const xml = (value: string): string =>
  value
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, '')
    .replace(/[&<>"']/g, (sign) => escapes[sign]!);

function junit({ report }: Printed): string {
  const lines = linesOf(report);
  const cases = registry.map(({ id, title }) => {
    const own = lines.filter(({ policy }) => policy === id);
    const failures = own.filter(({ enforcement }) => enforcement === 'mandatory');
    const told = own.filter(({ enforcement }) => enforcement !== 'mandatory').map((line) => line.text);
    if (report.notCompared.includes(id)) told.push('no earlier state to compare with');
    const isSkipped = report.disabled.includes(id);
    const body = [
      ...(isSkipped ? ['      <skipped message="disabled by the settings or for this environment"/>'] : []),
      ...(failures.length === 0
        ? []
        : [
            `      <failure message="${xml(plural(failures.length, 'violation'))}">${xml(failures.map((line) => line.text).join('\n'))}</failure>`,
          ]),
      ...(told.length === 0 ? [] : [`      <system-out>${xml(told.join('\n'))}</system-out>`]),
    ];
    return {
      failed: failures.length > 0,
      skipped: isSkipped,
      lines: [`    <testcase classname="${xml(id)}" name="${xml(title)}">`, ...body, '    </testcase>'],
    };
  });
  const exceptions = report.excepted.map(({ finding, exception }) => ({
    failed: false,
    skipped: true,
    lines: [
      `    <testcase classname="${xml(finding.policy)}" name="${xml(`exception: ${finding.object} ${finding.field}`)}">`,
      `      <skipped message="${xml(`${exception.reason} (until ${exception.until})`)}"/>`,
      '    </testcase>',
    ],
  }));
  const all = [...cases, ...exceptions];
  const failed = all.filter((entry) => entry.failed).length;
  const skipped = all.filter((entry) => entry.skipped).length;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites>`,
    `  <testsuite name="policies" tests="${all.length}" failures="${failed}" errors="0" skipped="${skipped}">`,
    ...all.flatMap((entry) => entry.lines),
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}

/**
 * What stays the same from run to run for one finding, and differs between any two of a report: viewers take two with
 * the same fingerprint for one.
 */
function fingerprints(lines: readonly Line[]): readonly string[] {
  const seen = new Map<string, number>();
  return lines.map(({ policy, object, field }) => {
    const key = [policy, object, field].join('\0');
    const before = seen.get(key) ?? 0;
    seen.set(key, before + 1);
    return createHash('sha256')
      .update(before === 0 ? key : `${key}\0${before}`)
      .digest('hex');
  });
}

/** Severities as numbers, which GitHub sorts by: from 0.1 low, 4.0 medium, 7.0 high, 9.0 critical. */
const securitySeverity: Readonly<Record<Severity, string>> = {
  low: '2.0',
  medium: '5.0',
  high: '8.0',
  critical: '9.5',
};

function sarif({ report, fallback }: Printed): string {
  const lines = linesOf(report);
  const prints = fingerprints(lines);
  const results = lines.map((line, at) => {
    const { path, line: startLine } = place(line, fallback);
    return {
      ruleId: line.policy,
      level: line.enforcement === 'mandatory' ? 'error' : 'warning',
      message: { text: line.text },
      partialFingerprints: { place: prints[at]! },
      locations: [
        {
          physicalLocation: { artifactLocation: { uri: encodeURI(path) }, region: { startLine } },
          logicalLocations: [{ fullyQualifiedName: `${line.object}#${line.field}`, kind: 'object' }],
        },
      ],
    };
  });
  const excepted = report.excepted.map(({ finding: found, exception }) => {
    const { path, line: startLine } = place({ origin: found.origin }, fallback);
    return {
      ruleId: found.policy,
      level: 'note',
      message: { text: findingText(found) },
      suppressions: [{ kind: 'external', justification: `${exception.reason} (until ${exception.until})` }],
      locations: [
        {
          physicalLocation: { artifactLocation: { uri: encodeURI(path) }, region: { startLine } },
          logicalLocations: [{ fullyQualifiedName: `${found.object}#${found.field}`, kind: 'object' }],
        },
      ],
    };
  });
  const rules = registry.map(({ id, title, remedy, document, severity }) => ({
    id,
    shortDescription: { text: title },
    help: { text: `${remedy}\n\n${document}` },
    properties: { severity, 'security-severity': securitySeverity[severity] },
  }));
  const note = (text_: string) => (id: string) => ({
    level: 'note',
    descriptor: { id },
    message: { text: text_ },
  });
  const notes = [
    ...report.notCompared.map(note('no earlier state to compare with')),
    ...report.disabled.map(note('disabled by the settings or for this environment')),
  ];
  const run = {
    tool: { driver: { name: 'bookinfo-policies', rules } },
    invocations: [{ executionSuccessful: true, toolExecutionNotifications: notes }],
    results: [...results, ...excepted],
  };
  return `${JSON.stringify({ $schema: 'https://json.schemastore.org/sarif-2.1.0.json', version: '2.1.0', runs: [run] }, null, 2)}\n`;
}

const gitlabSeverity: Readonly<Record<string, string>> = {
  low: 'minor',
  medium: 'major',
  high: 'critical',
  critical: 'blocker',
};

function codequality({ report, fallback }: Printed): string {
  const lines = linesOf(report);
  const prints = fingerprints(lines);
  const issues = lines.map((line, at) => {
    const { path, line: begin } = place(line, fallback);
    return {
      description: `${line.policy}: ${line.text}`,
      check_name: line.policy,
      fingerprint: prints[at]!,
      severity: line.enforcement === 'mandatory' ? gitlabSeverity[line.severity] : 'info',
      location: { path, lines: { begin } },
    };
  });
  return `${JSON.stringify(issues, null, 2)}\n`;
}

const writers: Readonly<Record<Format, (printed: Printed) => string>> = {
  text,
  json,
  junit,
  sarif,
  codequality,
};

/** Writes a report in a format: for people, for JUnit, for SARIF viewers, for GitLab's code quality widget. */
export const printReport = (format: Format, printed: Printed): string => writers[format](printed);

import { stepName, type Step } from '../../components/canary/pure';
import type { ReleaseContext } from '../context';
import type { StackState } from '../engine';
import type { BareEvent, DiagnosticEvent, ResourceOp } from '../events';
import { ReleaseError } from '../exitCodes';
import { escapeMarkdown } from '../report';
import { commandLine, openSession, standing, subjectOf, type Ports, type Session } from '../sequence';
import { atStep, placeOf, withCopy } from '../sequence/configFile';
import { findOtherRoads, otherRoadsRemedy, otherRoadsText } from '../sequence/otherRoads';
import { policyPackOf } from '../sequence/ports';
import { chooseStep, type Subject } from '../sequence/subject';
import { diagnosticLines, isChatter, opSign, padEnd, plainText, wrap } from '../terminal';
import type { Canvas, Shown } from './shown';

export interface PreviewOptions {
  readonly service?: string;
  /** Default the next step. */
  readonly to?: Step;
  readonly format?: 'text' | 'md' | 'json';
  readonly ports?: Ports;
}

/** What a step would do. */
export interface StepPreview {
  readonly stack: string;
  readonly service: string;
  readonly stable: string;
  readonly canary: string;
  readonly from: string;
  readonly to: string;
  readonly changes: readonly {
    readonly op: ResourceOp;
    readonly type: string;
    readonly name: string;
    readonly urn: string;
  }[];
  /** Resources that stay as they are. */
  readonly unchanged: number;
  readonly findings: readonly Pick<DiagnosticEvent, 'severity' | 'policy' | 'text'>[];
  /** Why it cannot be taken, in words; undefined where nothing stands against it. */
  readonly refusal?: string;
}

const isNothing = (op: ResourceOp): boolean => op === 'same' || op === 'read' || op === 'refresh';

/** Gathers what a preview tells while it runs. */
export function previewListener() {
  const changes = new Map<string, StepPreview['changes'][number]>();
  const unchanged = new Set<string>();
  const findings: StepPreview['findings'][number][] = [];
  const hear = (event: BareEvent): void => {
    if (event.kind === 'resource' && event.phase === 'preview') {
      const { op, type, name, urn } = event;
      // The stack and the providers are the engine's bookkeeping, and components only group objects.
      if (!type.startsWith('kubernetes:')) return;
      if (isNothing(op)) unchanged.add(urn);
      else changes.set(urn, { op, type, name, urn });
    }
    if (event.kind === 'diagnostic' && !isChatter(event)) {
      const { severity, policy, text } = event;
      findings.push({ severity, policy, text });
    }
  };
  return { hear, changes, unchanged, findings };
}

/** What is to be said of other roads to the service; undefined where there is none. A preview goes on where they are unknown. */
async function otherRoads(
  { ports, ctx, release: { service } }: Session,
  subject: Subject,
  state: StackState,
): Promise<string | undefined> {
  try {
    const { roads } = findOtherRoads(await ports.cluster.routes(ctx.signal), subject, state);
    if (roads.length === 0) return undefined;
    return `${otherRoadsText(service, roads)}; remedy: ${otherRoadsRemedy(service)}`;
  } catch (thrown) {
    ctx.signal.throwIfAborted();
    return `whether other routes lead to ${service} is not known: ${(thrown as Error).message}`;
  }
}

async function readPreview(
  ctx: ReleaseContext,
  { service, to, ports }: PreviewOptions,
): Promise<{ preview: StepPreview; error?: ReleaseError } | { done: string }> {
  const heard = previewListener();
  const emit = (event: BareEvent): void => {
    heard.hear(event);
    ctx.emit(event);
  };
  const session: Session = openSession({ ...ctx, emit }, { service, ports });
  const { release } = session;
  const state = await session.ports.engine.state();
  const subject = subjectOf(session, state);
  const step = chooseStep(subject, to);
  if (step === undefined)
    return { done: `${release.service} is finished: ${release.canary.version} has everything` };
  const roads = await otherRoads(session, subject, state);
  if (roads !== undefined) emit({ kind: 'diagnostic', severity: 'warning', text: roads });
  let error: ReleaseError | undefined;
  try {
    await withCopy(ctx.configFile, atStep(placeOf(session), step), (copy) =>
      session.ports.engine.preview({ phase: 'preview', configFile: copy, policyPack: policyPackOf(ctx) }),
    );
  } catch (thrown) {
    if (!(thrown instanceof ReleaseError) || thrown.outcome !== 'policy') throw thrown;
    error = thrown;
  }
  return {
    error,
    preview: {
      stack: ctx.stack,
      service: release.service,
      stable: release.stable.version,
      canary: release.canary.version,
      from: standing(subject),
      to: stepName(step),
      changes: [...heard.changes.values()],
      unchanged: [...heard.unchanged].filter((urn) => !heard.changes.has(urn)).length,
      findings: heard.findings,
      refusal: error?.message,
    },
  };
}

const kindOf = (type: string): string => type.slice(type.lastIndexOf(':') + 1);

/** The preview for a merge request: what changes first, then what the policies say. */
export function previewMarkdown({
  stack,
  service,
  stable,
  canary,
  from,
  to,
  changes,
  unchanged,
  findings,
  refusal,
}: StepPreview): string {
  const safe = escapeMarkdown;
  return [
    `## ${refusal === undefined ? 'Preview' : 'Refused by policy'}: ${safe(service)} ${safe(stable)} → ${safe(canary)} on ${safe(stack)}, step ${safe(from)} → ${safe(to)}`,
    '',
    changes.length === 0
      ? `No object changes; ${unchanged} stay as they are.`
      : `${changes.length} ${changes.length === 1 ? 'object changes' : 'objects change'}, ${unchanged} stay as they are.`,
    ...(changes.length === 0
      ? []
      : [
          '',
          '| | Kind | Name |',
          '| --- | --- | --- |',
          ...changes.map(({ op, type, name }) => `| ${op} | ${safe(kindOf(type))} | ${safe(name)} |`),
        ]),
    ...(findings.length === 0
      ? ['', 'No policy has anything to say.']
      : [
          '',
          '### Findings',
          '',
          ...findings.map(
            ({ severity, policy, text }) =>
              `- **${severity}**${policy === undefined ? '' : ` ${safe(policy)}`}: ${safe(text)}`,
          ),
        ]),
    '',
  ].join('\n');
}

function previewText(preview: StepPreview, { style, width }: Canvas): string {
  const { colours } = style;
  const { service, stack, from, to, changes, unchanged, findings } = preview;
  const paint = { error: colours.red, warning: colours.yellow, info: colours.dim };
  return [
    colours.bold(`${plainText(service)} on ${plainText(stack)}: ${from} ${style.arrow} ${to}`),
    '',
    ...changes.map(
      ({ op, type, name }) => `  ${padEnd(opSign(op), 2)} ${padEnd(kindOf(type), 20)} ${plainText(name)}`,
    ),
    `  ${changes.length} to change, ${unchanged} unchanged`,
    ...findings.flatMap((finding) => [
      '',
      ...diagnosticLines(finding).flatMap((line, index) =>
        wrap(index === 0 ? `${finding.severity}: ${line}` : line, width - 4).map((part, at) =>
          at === 0 && index === 0 ? `  ${paint[finding.severity](part)}` : `    ${part}`,
        ),
      ),
    ]),
  ].join('\n');
}

/** What a step would change, with the policies; nothing is changed and no file is written. */
export async function preview(ctx: ReleaseContext, options: PreviewOptions = {}): Promise<Shown> {
  const found = await readPreview(ctx, options);
  if ('done' in found) {
    return {
      result: { outcome: 'done', summary: found.done, next: [] },
      data: { preview: null },
      text: () => found.done,
    };
  }
  const { preview: step, error } = found;
  const { format = 'text' } = options;
  const summary =
    error?.message ??
    `${step.service} ${step.from} to ${step.to}: ${step.changes.length} to change, no policy refuses it`;
  return {
    result: {
      outcome: error === undefined ? 'done' : 'policy',
      summary,
      next: error === undefined ? [commandLine(ctx, 'advance')] : [],
    },
    data: { preview: step },
    markdown: previewMarkdown(step),
    text: (canvas) =>
      format === 'json'
        ? JSON.stringify(step, null, 2)
        : format === 'md'
          ? previewMarkdown(step)
          : previewText(step, canvas),
  };
}

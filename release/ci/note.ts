import { routingKinds } from '../../components/routing/pure';
import type { PlannedStep } from '../commands/plan';
import type { StepPreview } from '../commands/preview';
import { escapeMarkdown as safe } from '../report';
import { spell } from '../terminal';

/** What a preview of a pipeline tells: of a step of a release, or of a stack that has none. */
export type PipelinePreview = Pick<
  StepPreview,
  'stack' | 'changes' | 'unchanged' | 'findings' | 'refusal'
> & {
  readonly release?: ReleaseSide;
};

export interface ReleaseSide extends Pick<StepPreview, 'service' | 'stable' | 'canary' | 'from' | 'to'> {
  /** Per cent by version, before and after. */
  readonly weights: {
    readonly before: Readonly<Record<string, number>>;
    readonly after: Readonly<Record<string, number>>;
  };
  /** The step that the config file names. */
  readonly named: string;
  /** The steps to come, this one first. */
  readonly remaining: readonly PlannedStep[];
}

const row = (...cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
const rule = (columns: number): string => row(...Array.from({ length: columns }, () => '---'));

const weightsText = (weights: Readonly<Record<string, number>>): string =>
  Object.entries(weights)
    .map(([version, weight]) => `${safe(version)} ${weight} %`)
    .join(', ') || 'none';

const kindOf = (type: string): string => type.slice(type.lastIndexOf(':') + 1);

const counted = (count: number): string => `${count} ${count === 1 ? 'object changes' : 'objects change'}`;

function heading({ stack, release, refusal }: PipelinePreview): string {
  const verdict = refusal === undefined ? 'Preview' : 'Refused by policy';
  const what =
    release === undefined
      ? ''
      : `${safe(release.service)} ${safe(release.stable)} → ${safe(release.canary)} on `;
  return `## ${verdict}: ${what}${safe(stack)}`;
}

function stepTable({ changes, unchanged, release }: PipelinePreview): readonly string[] {
  const objects = `${counted(changes.length)}, ${unchanged} unchanged`;
  if (release === undefined) return [`${objects}.`];
  const { from, to, weights, named } = release;
  return [
    row('Step', 'Weights before', 'Weights after', 'Objects'),
    rule(4),
    row(`${safe(from)} → ${safe(to)}`, weightsText(weights.before), weightsText(weights.after), objects),
    ...(named === to
      ? []
      : [
          '',
          `The config names step ${safe(named)}; the release stands at ${safe(from)}, and ${safe(to)} is next.`,
        ]),
  ];
}

const changesWeights = (wanted: string): boolean =>
  routingKinds.some(({ kind, role }) => role === 'weights' && kind === wanted);

function remainingTable({ release }: PipelinePreview): readonly string[] {
  if (release === undefined) return [];
  if (release.remaining.length === 0) return ['', 'No step is left after this one.'];
  return [
    '',
    '### Remaining plan',
    '',
    row('Step', 'Routes', 'Objects changed', 'Watched'),
    rule(4),
    ...release.remaining.map(({ from, to, changes, bakeMs }) =>
      row(
        `${safe(from)} → ${safe(to)}`,
        safe(changes.find(({ kind }) => changesWeights(kind))?.detail ?? ''),
        changes
          .filter(({ op }) => op !== 'same')
          .map(({ op, kind, name }) => `${op} ${kind} ${safe(name)}`)
          .join(', ') || 'none',
        bakeMs === 0 ? 'no' : spell(bakeMs / 1_000),
      ),
    ),
  ];
}

/** The note on a merge request: the step, what changes, what the policies say, what comes after. */
export function previewNote(preview: PipelinePreview): string {
  const { changes, findings } = preview;
  return [
    heading(preview),
    '',
    ...stepTable(preview),
    ...(changes.length === 0
      ? []
      : [
          '',
          row('', 'Kind', 'Name'),
          rule(3),
          ...changes.map(({ op, type, name }) => row(op, safe(kindOf(type)), safe(name))),
        ]),
    '',
    '### Policy findings',
    '',
    ...(findings.length === 0
      ? ['None.']
      : findings.map(
          ({ severity, policy, text }) =>
            `- **${severity}**${policy === undefined ? '' : ` ${safe(policy)}`}: ${safe(text)}`,
        )),
    ...remainingTable(preview),
    '',
  ].join('\n');
}

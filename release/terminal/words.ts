import type { DiagnosticEvent, PhaseName, ResourceEvent, ResourceOp } from '../events';
import { plainText } from './text';

/** How the phases are called where they are shown. */
export const phaseWords: Readonly<Record<PhaseName, string>> = {
  lock: 'lock',
  repair: 'repair',
  drift: 'drift',
  preview: 'preview',
  up: 'update',
  converge: 'proxies',
  bake: 'bake',
  record: 'record',
  rollback: 'roll back',
};

/** Cells that the longest of them takes. */
export const PHASE_CELLS = Math.max(...Object.values(phaseWords).map(({ length }) => length));

const signs: Readonly<Record<ResourceOp, string>> = {
  create: '+',
  update: '~',
  replace: '+-',
  delete: '-',
  same: ' ',
  read: '>',
  import: '=',
  refresh: '~',
  other: '?',
};

export const opSign = (op: ResourceOp): string => signs[op];

/** Whether it changes something; what stays as it is would hide the one line that changes. */
const isChange = (op: ResourceOp): boolean => op !== 'same' && op !== 'read' && op !== 'refresh';

/** Whether a person wants to know: an object that changes, or anything that failed. Components only group objects. */
export const isWorthTelling = ({ type, op, state }: Pick<ResourceEvent, 'type' | 'op' | 'state'>): boolean =>
  state === 'failed' || (type.startsWith('kubernetes:') && isChange(op));

/** What the engine says of its own at every run, and of which nothing follows. */
export const isChatter = ({
  severity,
  text,
  policy,
}: Pick<DiagnosticEvent, 'severity' | 'text' | 'policy'>): boolean =>
  (severity === 'info' && policy === undefined) || /^using pulumi-\S+ from \$PATH/.test(text);

/** `VirtualService reviews`. */
export const resourceText = ({ type, name }: Pick<ResourceEvent, 'type' | 'name'>): string =>
  plainText(`${type.slice(type.lastIndexOf(':') + 1)} ${name}`);

/** `1 min 5 s`, `12.3 s`; seconds alone get a digit, so that a quick phase is not shown as none. */
export function spell(seconds: number): string {
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  const minutes = Math.floor(whole / 60);
  return minutes < 60
    ? `${minutes} min ${whole % 60} s`
    : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** What is left, in whole seconds: `3 min 12 s`. */
export function countdown(milliseconds: number): string {
  const seconds = Math.max(0, Math.ceil(milliseconds / 1_000));
  return seconds < 60 ? `${seconds} s` : spell(seconds);
}

/** What a diagnostic says, a line each; empty lines are for the eye and are left out. */
export function diagnosticLines({
  text,
  policy,
  urn,
}: Pick<DiagnosticEvent, 'text' | 'policy' | 'urn'>): readonly string[] {
  const about = policy === undefined ? '' : `${plainText(policy)}: `;
  const where = urn === undefined ? '' : ` (${plainText(urn.slice(urn.lastIndexOf('::') + 2))})`;
  const lines = text
    .split('\n')
    .map(plainText)
    .filter((line) => line !== '');
  return lines.map(
    (line, index) => `${index === 0 ? about : ''}${line}${index === lines.length - 1 ? where : ''}`,
  );
}

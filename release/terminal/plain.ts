import { percent, milliseconds } from '../gates/words';
import type { LookEvent, ReleaseEvent } from '../events';
import { bakeCountdown, unfulfilled } from './bakeTable';
import { moveText, type Style } from './style';
import { plainText } from './text';
import { diagnosticLines, isChatter, isWorthTelling, opSign, phaseWords, resourceText, spell } from './words';

/** A log is read afterwards: a line about a bake that nothing changed in is worth one in half a minute. */
const QUIET_LOOKS_MS = 30_000;

const timeOf = (at: string): string => at.slice(11, 19);

function lookText(event: LookEvent): string {
  const { state, checks } = event.step;
  const { plan, points } = state;
  const last = points.at(-1);
  const total = (last?.canary?.requests ?? 0) + (last?.stable?.requests ?? 0);
  const told = (['stable', 'canary'] as const).map((part) => {
    const point = last?.[part];
    if (point === undefined) return `${plainText(plan[part])} unknown`;
    const share = total === 0 ? '' : `, ${percent(point.requests / total)}`;
    const errors = point.requests === 0 ? '' : `, ${percent(point.errors / point.requests)} errors`;
    const latency = point.quantileMs === undefined ? '' : `, ${milliseconds(point.quantileMs)}`;
    return `${plainText(plan[part])} ${point.requests} requests${share}${errors}${latency}`;
  });
  const open = unfulfilled(checks).map(({ id, verdict }) =>
    verdict === 'fail' ? `${id} failed` : `${id} open`,
  );
  const state_ = open.length === 0 ? 'all checks hold' : open.join(', ');
  return `${bakeCountdown(event, Date.parse(event.at))}; ${told.join('; ')}; ${state_}`;
}

/** What of a look a reader must hear of at once: which checks do not hold, and that it is decided. */
const signature = ({ step }: LookEvent): string =>
  `${unfulfilled(step.checks)
    .map(({ id, verdict }) => `${id}=${verdict}`)
    .join()}${step.decision?.verdict ?? ''}`;

/** Turns events into the lines of a log. It remembers what it said of a bake, and so says it again only when it changes. */
export function plainLines(style: Style): (event: ReleaseEvent) => readonly string[] {
  let told: { readonly at: number; readonly signature: string } | undefined;
  const lines = (event: ReleaseEvent): readonly string[] => {
    switch (event.kind) {
      case 'phase': {
        const what = plainText(event.detail);
        const took = event.seconds === undefined ? '' : ` (${spell(event.seconds)})`;
        if (event.phase === 'bake') told = undefined;
        const state = { started: '', done: 'done: ', failed: 'FAILED: ' }[event.state];
        return [`${phaseWords[event.phase]}: ${state}${what}${took}`];
      }
      case 'resource': {
        if (event.state === 'started' || !isWorthTelling(event)) return [];
        const failed = event.state === 'failed' ? ' FAILED' : '';
        const took = event.seconds === undefined ? '' : ` (${spell(event.seconds)})`;
        return [`  ${opSign(event.op).padEnd(2)} ${resourceText(event)}${failed}${took}`];
      }
      case 'diagnostic':
        return isChatter(event)
          ? []
          : diagnosticLines(event).map((line, index) =>
              index === 0 ? `${event.severity}: ${line}` : `  ${line}`,
            );
      case 'moved':
        return [
          `moved: ${plainText(event.service)} ${moveText(style, plainText(event.from), plainText(event.to))}, ${event.weight} % to the canary`,
        ];
      case 'note':
        return [`${event.level === 'warning' ? 'warning' : 'note'}: ${plainText(event.text)}`];
      case 'look': {
        const now = { at: Date.parse(event.at), signature: signature(event) };
        if (told !== undefined && told.signature === now.signature && now.at - told.at < QUIET_LOOKS_MS)
          return [];
        told = now;
        return [`bake: ${lookText(event)}`];
      }
    }
  };
  return (event) => lines(event).map((line) => `${timeOf(event.at)} ${plainText(event.stack)} ${line}`);
}

import type { ReleaseEvent } from '../events';

/**
 * An event as `--json` prints it: as it is, but for a look, of whose points only the newest is told, for the others were
 * told before and a long bake has thousands.
 */
export function machineEvent(event: ReleaseEvent): object {
  if (event.kind !== 'look') return event;
  const { step } = event;
  return { ...event, step: { ...step, state: { ...step.state, points: step.state.points.slice(-1) } } };
}

/** What JSON leaves as it is, and a terminal that shows it acts on: C1 controls, and marks that turn the direction of text. */
// eslint-disable-next-line no-control-regex
const acting = /[\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

/** One line of JSON; JSON itself has no line end in it. */
export const jsonLine = (value: object): string =>
  `${JSON.stringify(value).replace(acting, (mark) => `\\u${mark.charCodeAt(0).toString(16).padStart(4, '0')}`)}\n`;

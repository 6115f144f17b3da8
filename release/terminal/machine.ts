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

/** One line of JSON; JSON itself has no line end in it. */
export const jsonLine = (value: object): string => `${JSON.stringify(value)}\n`;

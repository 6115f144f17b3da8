import { stepName, type Step } from '../../components/canary/pure';
import type { CommandResult, ReleaseContext } from '../context';
import type { OnDrift } from '../sequence/driftCheck';
import { underLock } from '../sequence/hold';
import { goOn, resultOf } from '../sequence/goOn';
import type { Ports } from '../sequence/ports';

export interface AdvanceOptions {
  /** Whose release; default the only one. */
  readonly service?: string;
  /** The step to take; default the next one. The state machine allows no other one upwards. */
  readonly to?: Step;
  readonly onDrift?: OnDrift;
  /** For tests. */
  readonly ports?: Ports;
}

/** Takes one step of the release, watches it, and rolls back automatically when the canary is bad. */
export function advance(ctx: ReleaseContext, options: AdvanceOptions = {}): Promise<CommandResult> {
  const operation = options.to === undefined ? 'advance' : `advance to ${stepName(options.to)}`;
  return underLock(ctx, operation, options, async (session) =>
    resultOf(session, await goOn(session, options)),
  );
}

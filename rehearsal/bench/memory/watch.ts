import type { Role } from '../model';
import { childrenOf, sampleTree, type ProcessSample } from './processTree';
import { roleOf } from './role';

/** Milliseconds between two looks: short enough to meet a process that lives for a twentieth of a second. */
const LOOK_EVERY_MS = 10;

/** The most memory of one run, MiB. */
export interface Peak {
  /** All processes at one moment. */
  readonly whole: number;
  readonly byRole: Readonly<Partial<Record<Role, number>>>;
}

/** Gathers looks at the processes of a run. */
export class PeakKeeper {
  private whole = 0;
  private readonly byRole: Partial<Record<Role, number>> = {};

  take(samples: readonly ProcessSample[]): void {
    const sum = samples.reduce((total, { resident }) => total + resident, 0);
    this.whole = Math.max(this.whole, sum);
    for (const { command, peak } of samples) {
      const role = roleOf(command);
      this.byRole[role] = Math.max(this.byRole[role] ?? 0, peak);
    }
  }

  peak(): Peak {
    return { whole: this.whole, byRole: { ...this.byRole } };
  }
}

/** Looks at everything that this process starts while the work is under way. What it had started before does not count. */
export async function watched(work: () => Promise<unknown>): Promise<Peak> {
  const before = new Set(childrenOf(process.pid));
  const keeper = new PeakKeeper();
  const look = () =>
    keeper.take(
      childrenOf(process.pid)
        .filter((pid) => !before.has(pid))
        .flatMap(sampleTree),
    );
  const timer = setInterval(look, LOOK_EVERY_MS);
  try {
    await work();
  } finally {
    clearInterval(timer);
  }
  return keeper.peak();
}

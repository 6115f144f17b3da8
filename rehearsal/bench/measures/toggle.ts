/** The two steps that the timed commands go between: one object differs, the VirtualService of the service under release. */
export const steps = ['0', '10'] as const;

export type StepName = (typeof steps)[number];

/** Gives the steps in turn, so that every command has something to change. The first is the one that is not there yet. */
export class Toggle {
  private next = 1;

  take(): StepName {
    const step = steps[this.next % steps.length] ?? steps[0];
    this.next += 1;
    return step;
  }
}

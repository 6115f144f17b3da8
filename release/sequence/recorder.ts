import { allSteps, type Release, stepName } from '../../components/canary/pure';
import type { ReleaseContext } from '../context';
import type { BareEvent } from '../events';
import { exitCodes, type Outcome } from '../exitCodes';
import type { ReleaseReport, ReportGate, ReportStep } from '../report/model';
import { evidenceAtLook } from '../report/evidence';
import { releaseFolder } from './journal';

type ReportEvent = ReleaseReport['events'][number];

const kinds: Readonly<Partial<Record<string, ReportEvent['kind']>>> = {
  lock: 'lock',
  drift: 'drift',
  up: 'step',
  converge: 'step',
  bake: 'gate',
  rollback: 'rollback',
};

/** Gathers what a report tells, while it happens. */
export class Recorder {
  readonly steps: ReportStep[] = [];
  rollback: ReleaseReport['rollback'];
  private readonly events: ReportEvent[] = [];
  private readonly evidence: NonNullable<ReportGate['evidence']> = [];
  private readonly startedAt: number;

  constructor(
    private readonly ctx: Pick<ReleaseContext, 'stack' | 'clock' | 'by' | 'projectDir' | 'reportDir'>,
    private readonly release: Release,
  ) {
    this.startedAt = ctx.clock.now();
  }

  /** Whether anything was done that is worth a report. */
  get isWorthIt(): boolean {
    return this.steps.length > 0 || this.rollback !== undefined;
  }

  /** Adds a step. @returns how to add to it what comes of it */
  step(entry: ReportStep): (more: Partial<ReportStep>) => void {
    const index = this.steps.push(entry) - 1;
    return (more) => {
      this.steps[index] = { ...this.steps[index]!, ...more };
    };
  }

  hear(event: BareEvent): void {
    const at = new Date(this.ctx.clock.now()).toISOString();
    const who = this.ctx.by.user;
    if (event.kind === 'phase' && event.state !== 'started') {
      const { detail: what, seconds: tookSeconds } = event;
      this.events.push({ at, kind: kinds[event.phase] ?? 'note', what, who, tookSeconds });
    }
    if (event.kind === 'look') {
      this.evidence.push({ at, checks: evidenceAtLook(event.step.checks) });
    }
    if (event.kind === 'moved') {
      this.events.push({ at, kind: 'step', what: `${event.service}: ${event.from} to ${event.to}`, who });
    }
    if (event.kind === 'diagnostic' && event.policy !== undefined) {
      this.events.push({ at, kind: 'policy', what: `${event.policy}: ${event.text}` });
    }
    if (event.kind === 'note') this.events.push({ at, kind: 'note', what: event.text });
  }

  report(outcome: Outcome, summary: string): ReleaseReport {
    const { stack, clock, by } = this.ctx;
    const { service, stable, canary } = this.release;
    return {
      schema: 1,
      stack,
      service,
      stable: stable.version,
      canary: canary.version,
      startedAt: new Date(this.startedAt).toISOString(),
      endedAt: new Date(clock.now()).toISOString(),
      outcome,
      exitCode: exitCodes[outcome],
      summary,
      by,
      plan: allSteps(this.release).map(stepName),
      steps: this.steps.map((step) => this.withEvidence(step)),
      ...(this.rollback === undefined ? {} : { rollback: this.rollback }),
      events: this.events,
    };
  }

  /** A gate with the evidence of the looks that were taken during it. */
  private withEvidence(step: ReportStep): ReportStep {
    const { gate } = step;
    if (gate === undefined) return step;
    const [from, to] = [Date.parse(gate.startedAt), Date.parse(gate.endedAt)];
    const evidence = this.evidence.filter(({ at }) => from <= Date.parse(at) && Date.parse(at) <= to);
    return evidence.length === 0 ? step : { ...step, gate: { ...gate, evidence } };
  }

  /** Where its files go. */
  get folder(): string {
    return releaseFolder(this.ctx);
  }
}

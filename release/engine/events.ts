import type { EngineEvent } from '@pulumi/pulumi/automation/events';
import type { BareEvent, ResourceEvent, ResourceOp } from '../events';

/** Which phase of a release an engine works for. */
export type EnginePhase = ResourceEvent['phase'];

const ops: Readonly<Record<string, ResourceOp>> = {
  create: 'create',
  'create-replacement': 'replace',
  update: 'update',
  replace: 'replace',
  delete: 'delete',
  'delete-replaced': 'delete',
  discard: 'other',
  same: 'same',
  read: 'read',
  'read-replacement': 'read',
  refresh: 'refresh',
  import: 'import',
  'import-replacement': 'import',
};

const changes: ReadonlySet<ResourceOp> = new Set(['create', 'update', 'replace', 'delete', 'import']);

/** The engine marks colours as `<{%reset%}>`, whatever it was asked for. */
const plain = (text: string): string => text.replace(/<\{%[^%]*%\}>/g, '').trimEnd();

/** The name of a URN, its last part. */
const urnName = (urn: string): string => urn.slice(urn.lastIndexOf('::') + 2);

/** What an engine run did, gathered from its events. */
interface Gathered {
  /** URNs of what was created, changed, replaced or deleted, or would be; bookkeeping of the engine left out. */
  readonly changed: ReadonlySet<string>;
  readonly errors: readonly string[];
  /** What mandatory policies refuse. */
  readonly violations: readonly string[];
  readonly failed: ReadonlySet<string>;
}

/** Turns the engine's events into a release's, and keeps what the run comes to. */
export class EventTeller implements Gathered {
  readonly changed = new Set<string>();
  readonly errors: string[] = [];
  readonly violations: string[] = [];
  readonly failed = new Set<string>();
  private readonly begun = new Map<string, number>();

  constructor(
    private readonly phase: EnginePhase,
    private readonly emit: (event: BareEvent) => void,
    private readonly now: () => number = Date.now,
  ) {}

  take(event: EngineEvent): void {
    if (event.resourcePreEvent) this.resource('started', event.resourcePreEvent.metadata);
    if (event.resOutputsEvent) this.resource('done', event.resOutputsEvent.metadata);
    if (event.resOpFailedEvent) this.resource('failed', event.resOpFailedEvent.metadata);
    if (event.diagnosticEvent) this.diagnostic(event.diagnosticEvent);
    if (event.policyEvent) this.policy(event.policyEvent);
  }

  private resource(
    state: ResourceEvent['state'],
    { urn, type, op }: { readonly urn: string; readonly type: string; readonly op: string },
  ): void {
    // The events' own time is in whole seconds.
    const at = this.now();
    // The stack itself and the providers are bookkeeping of the engine, not objects of the program.
    if (type === 'pulumi:pulumi:Stack' || type.startsWith('pulumi:providers:')) return;
    const what = ops[op] ?? 'other';
    if (changes.has(what)) this.changed.add(urn);
    if (state === 'failed') this.failed.add(urn);
    if (state === 'started') this.begun.set(urn, at);
    const since = this.begun.get(urn);
    this.emit({
      kind: 'resource',
      phase: this.phase,
      urn,
      type,
      name: urnName(urn),
      op: what,
      state,
      ...(state === 'started' || since === undefined ? {} : { seconds: (at - since) / 1_000 }),
    });
  }

  private diagnostic(event: NonNullable<EngineEvent['diagnosticEvent']>): void {
    const text = plain(event.message);
    // The log has debug lines too, whole objects with all they hold; the type of the API does not tell of them.
    const known = ['info', 'info#err', 'warning', 'error'].includes(event.severity);
    if (event.ephemeral === true || text === '' || !known) return;
    const severity = event.severity === 'info#err' ? 'info' : event.severity;
    if (severity === 'error') this.errors.push(text);
    this.emit({ kind: 'diagnostic', severity, text, ...(event.urn ? { urn: event.urn } : {}) });
  }

  private policy(event: NonNullable<EngineEvent['policyEvent']>): void {
    const policy = `${event.policyPackName}/${event.policyName}`;
    const text = plain(event.message);
    const mandatory = event.enforcementLevel === 'mandatory';
    if (mandatory) this.violations.push(`${policy}: ${text}`);
    this.emit({
      kind: 'diagnostic',
      severity: mandatory ? 'error' : 'warning',
      policy,
      text,
      ...(event.resourceUrn ? { urn: event.resourceUrn } : {}),
    });
  }
}

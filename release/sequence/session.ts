import { findEntry, findService } from '../../components/application/pure';
import type { Release, Step } from '../../components/canary/pure';
import type { ReleaseContext } from '../context';
import type { BareEvent, PhaseName } from '../events';
import type { LockRecord } from '../lock';
import type { Notice } from '../notify';
import { readReleaseStack, releaseOf } from '../settings';
import { type Ports, portsOf } from './ports';
import { JournalWriter } from './journal';
import { Recorder } from './recorder';

/** One command at work on one service of one stack: what all phases share. */
export interface Session {
  readonly ctx: ReleaseContext;
  readonly ports: Ports;
  readonly release: Release;
  readonly namespace: string;
  /** Whether requests come to the service from outside of the mesh as well. */
  readonly isEntry: boolean;
  /** The Deployment of each version, where somebody else runs them; undefined where the stack does. */
  readonly existing?: Readonly<Record<string, string>>;
  /** The step that the stack's config names; undefined where it names none. */
  readonly named?: Step;
  /** Whether the stack itself installs Istio. */
  readonly installsIstio: boolean;
  /** The same for the definitions of the Gateway API. */
  readonly installsGatewayApi: boolean;
  readonly recorder: Recorder;
  /** Written once the lock is held; others on this machine follow the command in it. */
  readonly journal: JournalWriter;
  /** The lock that was broken for this command; its holder is gone. */
  readonly broken?: LockRecord;
  /** Tells an event, and keeps what belongs into the report. */
  readonly emit: (event: BareEvent) => void;
  /** Told of what somebody outside should hear; never waited for while traffic is to be moved. */
  readonly notices: Promise<unknown>[];
}

export interface SessionOptions {
  /** Whose release; default the only one. */
  readonly service?: string;
  readonly ports?: Ports;
}

/** Reads the stack's config and brings the session up. @throws ProblemsError with everything that is wrong */
export function openSession(ctx: ReleaseContext, { service, ports }: SessionOptions = {}): Session {
  const { projectDir, project, stack, configFile } = ctx;
  const config = readReleaseStack({ projectDir, project, stack, configFile });
  const release = releaseOf(config, service);
  const recorder = new Recorder(ctx, release);
  const journal = new JournalWriter(ctx);
  const emit = (event: BareEvent) => {
    recorder.hear(event);
    journal.hear(event);
    ctx.emit(event);
  };
  const own = { ...ctx, emit };
  const isEntry = findEntry(config.application)?.name === release.service;
  const spec = findService(config.application, release.service);
  return {
    ctx: own,
    release,
    namespace: config.namespace,
    isEntry,
    existing: spec !== undefined && 'existing' in spec ? spec.existing.deployments : undefined,
    named: config.steps[release.service],
    installsIstio: config.installsIstio,
    installsGatewayApi: config.installsGatewayApi,
    recorder,
    journal,
    emit,
    notices: [],
    ports: ports ?? portsOf(own, { release, namespace: config.namespace, isEntry }),
  };
}

/** Runs one phase and tells of its beginning and its end. `sum` puts what came of it into a sentence. */
export async function phase<T>(
  { emit, ctx: { clock } }: Session,
  name: PhaseName,
  about: string,
  work: () => Promise<T>,
  sum: (value: T) => { readonly detail: string; readonly failed?: boolean },
): Promise<T> {
  const begun = clock.now();
  const seconds = () => (clock.now() - begun) / 1_000;
  emit({ kind: 'phase', phase: name, state: 'started', detail: about });
  try {
    const value = await work();
    const { detail, failed } = sum(value);
    emit({
      kind: 'phase',
      phase: name,
      state: failed === true ? 'failed' : 'done',
      detail,
      seconds: seconds(),
    });
    return value;
  } catch (thrown) {
    const detail = (thrown as Error).message.split('\n')[0] ?? '';
    emit({ kind: 'phase', phase: name, state: 'failed', detail, seconds: seconds() });
    throw thrown;
  }
}

/** Tells whoever is configured; whether they hear it decides nothing. */
export function notify(
  session: Session,
  notice: Pick<Notice, 'kind' | 'summary'> & Partial<Pick<Notice, 'from' | 'to' | 'weight' | 'verdict'>>,
): void {
  const { ctx, release, notices } = session;
  const { notifiers } = ctx.settings;
  if (notifiers.length === 0) return;
  const whole: Notice = {
    at: new Date(ctx.clock.now()).toISOString(),
    stack: ctx.stack,
    service: release.service,
    stable: release.stable.version,
    canary: release.canary.version,
    by: ctx.by.user,
    ...notice,
  };
  notices.push(
    import('../notify').then(async ({ tell }) => {
      for (const { name, ok, detail } of await tell(notifiers, whole)) {
        if (!ok) session.emit({ kind: 'note', level: 'warning', text: `${name} was not told: ${detail}` });
      }
    }),
  );
}

/** The command line of a sub-command for this stack, ready to be pasted. */
export const commandLine = ({ stack }: Pick<ReleaseContext, 'stack'>, ...words: string[]): string =>
  ['release', ...words, '--stack', stack].join(' ');

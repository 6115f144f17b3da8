import type { LookEvent, PhaseEvent, PhaseName, ReleaseEvent, ResourceEvent } from '../events';

/** A phase under way. */
export interface RunningPhase {
  readonly phase: PhaseName;
  readonly detail: string;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  /** Resources that the engine is at, by URN. */
  readonly resources: ReadonlyMap<string, ResourceEvent>;
  readonly look?: LookEvent;
}

/** What is going on: all that a live view draws. What is over has been printed and is not kept. */
export interface View {
  /** The innermost last: a rollback may begin while a bake runs. */
  readonly running: readonly RunningPhase[];
}

export const emptyView: View = { running: [] };

function withPhase(view: View, event: PhaseEvent): View {
  const others = view.running.filter(({ phase }) => phase !== event.phase);
  if (event.state !== 'started') return { running: others };
  const begun: RunningPhase = {
    phase: event.phase,
    detail: event.detail,
    startedAt: Date.parse(event.at),
    resources: new Map(),
  };
  return { running: [...others, begun] };
}

const changed = (view: View, phase: PhaseName, change: (running: RunningPhase) => RunningPhase): View => ({
  running: view.running.map((running) => (running.phase === phase ? change(running) : running)),
});

function withResource(view: View, event: ResourceEvent): View {
  return changed(view, event.phase, (running) => {
    const resources = new Map(running.resources);
    if (event.state === 'started') resources.set(event.urn, event);
    else resources.delete(event.urn);
    return { ...running, resources };
  });
}

/** Takes in an event. Pure: the same events give the same view. */
export function follow(view: View, event: ReleaseEvent): View {
  switch (event.kind) {
    case 'phase':
      return withPhase(view, event);
    case 'resource':
      return withResource(view, event);
    case 'look':
      return changed(view, 'bake', (running) => ({ ...running, look: event }));
    case 'diagnostic':
    case 'moved':
    case 'note':
      return view;
  }
}

import { at, numberAt, stringAt, type JsonObject } from '../json';
import { condition, failed, isObserved, READY, waiting, type Verdict } from './verdict';

const NOT_OBSERVED = 'its controller has not looked at the change yet';

function status(object: JsonObject, field: string): number {
  return numberAt(object, 'status', field) ?? 0;
}

export function deployment(object: JsonObject): Verdict {
  if (!isObserved(object)) return waiting(NOT_OBSERVED);
  if (at(object, 'spec', 'paused') === true) return READY;
  const progress = condition(object, 'Progressing');
  if (progress?.status === 'False') return failed(`${progress.reason}: ${progress.message}`);
  const replicas = numberAt(object, 'spec', 'replicas') ?? 1;
  if (status(object, 'updatedReplicas') < replicas) {
    return waiting(`${status(object, 'updatedReplicas')} of ${replicas} pods have the new template`);
  }
  if (status(object, 'replicas') > status(object, 'updatedReplicas')) {
    return waiting(
      `${status(object, 'replicas') - status(object, 'updatedReplicas')} old pods are still there`,
    );
  }
  if (status(object, 'availableReplicas') < replicas) {
    return waiting(`${status(object, 'availableReplicas')} of ${replicas} pods are available`);
  }
  return READY;
}

export function statefulSet(object: JsonObject): Verdict {
  if (!isObserved(object)) return waiting(NOT_OBSERVED);
  const replicas = numberAt(object, 'spec', 'replicas') ?? 1;
  if (status(object, 'readyReplicas') < replicas) {
    return waiting(`${status(object, 'readyReplicas')} of ${replicas} pods are ready`);
  }
  if (stringAt(object, 'spec', 'updateStrategy', 'type') === 'OnDelete') return READY;
  const partition = numberAt(object, 'spec', 'updateStrategy', 'rollingUpdate', 'partition') ?? 0;
  const expected = Math.max(0, replicas - partition);
  const atRevision =
    stringAt(object, 'status', 'updateRevision') === stringAt(object, 'status', 'currentRevision');
  if (status(object, 'updatedReplicas') < expected && !(partition === 0 && atRevision)) {
    return waiting(`${status(object, 'updatedReplicas')} of ${expected} pods have the new template`);
  }
  return READY;
}

export function daemonSet(object: JsonObject): Verdict {
  if (!isObserved(object)) return waiting(NOT_OBSERVED);
  const desired = status(object, 'desiredNumberScheduled');
  const updated = status(object, 'updatedNumberScheduled');
  if (stringAt(object, 'spec', 'updateStrategy', 'type') !== 'OnDelete' && updated < desired) {
    return waiting(`${updated} of ${desired} nodes have the new template`);
  }
  const available = status(object, 'numberAvailable');
  return available < desired ? waiting(`pods are available on ${available} of ${desired} nodes`) : READY;
}

export function job(object: JsonObject): Verdict {
  if (at(object, 'spec', 'suspend') === true) return READY;
  const failure = condition(object, 'Failed');
  if (failure?.status === 'True') return failed(`${failure.reason}: ${failure.message}`);
  if (condition(object, 'Complete')?.status === 'True') return READY;
  const wanted = numberAt(object, 'spec', 'completions') ?? 1;
  return waiting(`${status(object, 'succeeded')} of ${wanted} completions`);
}

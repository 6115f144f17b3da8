import type { RenderedObject } from '../objects';
import { manifestIn, writeManifest, type Rival } from './rival';

/** kubectl on all objects, once by comparing with what was applied last, once by sending each as a whole. */
export function kubectlApply(kubectl: string): Rival {
  return {
    id: 'kubectl-apply',
    what: 'kubectl apply, all objects',
    namespace: 'bench-apply',
    write: writeManifest,
    commands: (folder) => [[kubectl, 'apply', '--filename', manifestIn(folder)]],
  };
}

export function kubectlReplace(kubectl: string): Rival {
  return {
    id: 'kubectl-replace',
    what: 'kubectl replace, all objects',
    namespace: 'bench-replace',
    write: writeManifest,
    commands: (folder) => [[kubectl, 'replace', '--filename', manifestIn(folder)]],
    first: (folder) => [[kubectl, 'create', '--filename', manifestIn(folder)]],
  };
}

/**
 * kubectl on the one object that a weight step changes: the least that anybody could do, by somebody who knows which one.
 *
 * @param changed Whether an object is it.
 */
export function kubectlApplyOne(kubectl: string, changed: (object: RenderedObject) => boolean): Rival {
  return {
    id: 'kubectl-apply-one',
    what: 'kubectl apply, the one object',
    namespace: 'bench-one',
    write: (folder, objects) => writeManifest(folder, objects.filter(changed)),
    commands: (folder) => [[kubectl, 'apply', '--filename', manifestIn(folder)]],
  };
}

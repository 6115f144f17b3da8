import { kubeObject, type KubeObject } from '../../../policies/model/object';
import { changedObjects, idOf } from './cases';

/** The good stack as many whole times as 1,000 objects take, each in a namespace of its own. */
export function thousand(): readonly KubeObject[] {
  const base = changedObjects({});
  const objects = Array.from({ length: Math.ceil(1000 / base.length) * base.length }, (_, index) => {
    const namespace = `prod-${Math.floor(index / base.length)}`;
    const manifest = base[index % base.length]!;
    const text = JSON.stringify(manifest).replaceAll('"prod"', `"${namespace}"`);
    return JSON.parse(text.replaceAll('/ns/prod/', `/ns/${namespace}/`)) as typeof manifest;
  });
  return objects.map((manifest, index) => {
    const earlier = objects.slice(index - (index % base.length), index).map(idOf);
    const routing = ['DestinationRule', 'VirtualService'].includes(manifest.kind);
    const origin = { file: 'thousand.yaml', index };
    return kubeObject({ manifest, origin, dependsOn: new Set(routing ? earlier : []) });
  });
}

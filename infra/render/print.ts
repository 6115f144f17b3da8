import { stringify } from 'yaml';
import type { KubernetesObject } from './record';

/** Writes objects as one YAML stream, the fields that name an object first. */
export function printObjects(objects: readonly KubernetesObject[]): string {
  return objects
    .map(({ apiVersion, kind, metadata, spec, ...rest }) =>
      stringify(
        { apiVersion, kind, metadata, ...(spec === undefined ? {} : { spec }), ...rest },
        { lineWidth: 0, aliasDuplicateObjects: false },
      ),
    )
    .join('---\n');
}

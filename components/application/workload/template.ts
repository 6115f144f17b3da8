import { listAt, mapAt } from '../sources/manifest';
import type { Template } from './workload';

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

/** The image that the template's own container names. */
export const templateImage = ({ deployment, container }: Pick<Template, 'deployment' | 'container'>) =>
  text(
    listAt(deployment, 'spec', 'template', 'spec', 'containers').find(({ name }) => name === container)?.[
      'image'
    ],
  );

/** How many pods the template asks for; undefined where it leaves that to Kubernetes, which makes one. */
export function templateReplicas({ deployment }: Pick<Template, 'deployment'>): number | undefined {
  const { replicas } = mapAt(deployment, 'spec');
  return typeof replicas === 'number' ? replicas : undefined;
}

/** The service account of the template's pods: their identity in the mesh. */
export function templateAccount({ deployment }: Pick<Template, 'deployment'>): string {
  const spec = mapAt(deployment, 'spec', 'template', 'spec');
  // `serviceAccount` is the older name of the same field.
  return text(spec['serviceAccountName']) ?? text(spec['serviceAccount']) ?? 'default';
}

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { yamlOf } from '../objects';
import type { Rival } from './rival';

/** A text that Helm's templates give back as it is. */
export const asTemplate = (text: string): string => text.replaceAll('{{', '{{ "{{" }}');

/**
 * `helm upgrade` of a chart whose templates are the objects.
 *
 * @param home A folder for what Helm keeps: nothing of this user's is read or written.
 */
export function helmUpgrade(helm: string, home: string): Rival {
  const namespace = 'bench-helm';
  const upgrade = (folder: string) =>
    [helm, 'upgrade', '--install', 'bench', folder, '--namespace', namespace] as const;
  return {
    id: 'helm-upgrade',
    what: 'helm upgrade, an equal chart',
    namespace,
    env: {
      HELM_CACHE_HOME: join(home, 'cache'),
      HELM_CONFIG_HOME: join(home, 'config'),
      HELM_DATA_HOME: join(home, 'data'),
    },
    write: (folder, objects) => {
      const chart = { apiVersion: 'v2', name: 'bench', version: '1.0.0' };
      mkdirSync(join(folder, 'templates'), { recursive: true });
      writeFileSync(join(folder, 'Chart.yaml'), stringify(chart));
      writeFileSync(join(folder, 'templates', 'objects.yaml'), asTemplate(yamlOf(objects)));
    },
    commands: (folder) => [upgrade(folder)],
  };
}

import { createHash } from 'node:crypto';
import { configFiles, nginxConfig } from './nginxConfig';
import type { ResolvedEdge } from './resolve';
import { rumScript } from './rumScript';

/** The data of the ConfigMap. */
export const configData = (settings: ResolvedEdge): Readonly<Record<string, string>> => ({
  [configFiles.nginx]: nginxConfig(settings),
  [configFiles.script]: rumScript(settings),
});

/** For the pod template: nginx reads its configuration once, so a change of it has to replace the pods. */
export const configChecksum = (settings: ResolvedEdge): string =>
  createHash('sha256')
    .update(JSON.stringify(configData(settings)))
    .digest('hex');

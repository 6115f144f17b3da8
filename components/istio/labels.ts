import { resolveIstioSettings } from './resolve';
import { DEFAULT_REVISION, type IstioSettings } from './settings';

/**
 * Labels of a namespace whose pods get a sidecar. A namespace must not have both: `istio-injection` wins, and the pods
 * would stay with the control plane that is named `default`.
 * @throws ProblemsError where the settings are wrong
 */
export function namespaceLabels(settings: IstioSettings): Readonly<Record<string, string>> {
  const { active, tag } = resolveIstioSettings(settings);
  const revision = tag ?? active.name;
  return revision === DEFAULT_REVISION ? { 'istio-injection': 'enabled' } : { 'istio.io/rev': revision };
}

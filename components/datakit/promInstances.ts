import { examine, ProblemsError } from '../validation';
import { toml } from './collectors/collector';
import { promInstance, type PromSettings } from './promSettings';

/** The annotation of a pod template from which DataKit starts `prom` collectors on the pod's own node. */
export const PROM_ANNOTATION = 'datakit/prom.instances';

/**
 * The annotation's value: one TOML document with a `[[inputs.prom]]` table per collector.
 *
 * One table that DataKit cannot read makes it drop them all, so everything is checked here.
 * @throws ProblemsError naming every setting that is unknown, missing or out of range.
 */
export function promInstances(collectors: readonly PromSettings[]): string {
  const problems = collectors.flatMap(
    (settings, index) =>
      examine(promInstance.schema, settings, `prom[${index}]`, promInstance.examples).problems,
  );
  if (problems.length > 0) throw new ProblemsError(`annotation ${PROM_ANNOTATION}`, problems);
  return toml('prom', 'list', collectors.map(promInstance.render));
}

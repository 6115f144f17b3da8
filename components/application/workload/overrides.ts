import { listAt, mapAt } from '../sources/manifest';
import type { Version } from '../version';
import { strategicMerge } from './strategicMerge';

type Json = Readonly<Record<string, unknown>>;

/** The entries of `env` as a container has them. */
const envEntries = (env: Version['env']): readonly Json[] =>
  Object.entries(env ?? {}).map(([name, value]) =>
    typeof value === 'string' ? { name, value } : { name, ...value },
  );

/** Variables that a version gives another value keep their place: later ones may refer to them by `$(NAME)`. */
function withEnv(current: readonly Json[], added: readonly Json[]): readonly Json[] {
  const changed = current.map((entry) => added.find(({ name }) => name === entry['name']) ?? entry);
  const names = current.map(({ name }) => name);
  return [...changed, ...added.filter(({ name }) => !names.includes(name))];
}

function withVersion(container: Json, version: Version): Json {
  const { image, args, resources, envFrom = [] } = version;
  const env = envEntries(version.env);
  return {
    ...container,
    ...(image === undefined ? {} : { image }),
    ...(args === undefined ? {} : { args: [...args] }),
    ...(env.length === 0 ? {} : { env: withEnv(listAt(container, 'env'), env) }),
    ...(envFrom.length === 0 ? {} : { envFrom: [...listAt(container, 'envFrom'), ...envFrom] }),
    ...(resources === undefined ? {} : { resources: strategicMerge(container['resources'], resources) }),
  };
}

/** A patch may be one of the pod template or, shorter, of the pod's spec, which has neither of the template's two keys. */
const asTemplatePatch = (patch: Json): Json =>
  Object.keys(patch).every((key) => key === 'metadata' || key === 'spec') ? patch : { spec: patch };

/** A Deployment as far as it is changed here. */
interface Templated {
  readonly spec: { readonly template: unknown };
}

/** Lays what a version says over a Deployment: the image and the rest in one container, then the patch of the whole pod. */
export function withOverrides<D extends Templated>(deployment: D, container: string, version: Version): D {
  const { template } = deployment.spec;
  const podSpec = mapAt(template, 'spec');
  const containers = listAt(podSpec, 'containers').map((one) =>
    one['name'] === container ? withVersion(one, version) : one,
  );
  const changed = { ...mapAt(deployment, 'spec', 'template'), spec: { ...podSpec, containers } };
  const patched =
    version.podOverrides === undefined
      ? changed
      : strategicMerge(changed, asTemplatePatch(version.podOverrides));
  return { ...deployment, spec: { ...deployment.spec, template: patched } };
}

import { isMap } from '../../validation';
import type { Manifest } from '../manifest';
import type { Weights } from '../weights';
import { versionOfService } from './names';

type Json = Readonly<Record<string, unknown>>;

const maps = (value: unknown): readonly Json[] => (Array.isArray(value) ? value.filter(isMap) : []);

/** The service that a route is for: the one among its parents. */
function serviceOf(spec: unknown): string | undefined {
  const parent = maps(isMap(spec) ? spec['parentRefs'] : undefined).find(({ kind }) => kind === 'Service');
  return typeof parent?.['name'] === 'string' ? parent['name'] : undefined;
}

/** The rule for requests that no other rule singles out. The API sorts rules by what they ask for, so the name tells it. */
const isDefault = ({ name }: Json): boolean => name === 'default';

const versionOf = (service: string, { name }: Json): string | undefined =>
  typeof name === 'string' ? (versionOfService(service, name) ?? name) : undefined;

/** The API's default for a backend without a weight. */
const weightOf = ({ weight = 1 }: Json): number => (typeof weight === 'number' ? weight : 0);

/** The weights of a route's default rule, per cent. */
export function weightsOf(spec: unknown): Weights | undefined {
  const service = serviceOf(spec);
  const rule = maps(isMap(spec) ? spec['rules'] : undefined).find(isDefault);
  if (service === undefined || rule === undefined) return undefined;
  const refs = maps(rule['backendRefs']);
  const sum = refs.reduce((total, ref) => total + weightOf(ref), 0);
  const weights: Record<string, number> = {};
  for (const ref of refs) {
    const version = versionOf(service, ref);
    if (version === undefined || sum === 0) return undefined;
    weights[version] = (weights[version] ?? 0) + (100 * weightOf(ref)) / sum;
  }
  return weights;
}

/** Every version that a route sends requests or copies to, by whatever rule. */
export function mentionedIn(spec: unknown): readonly string[] {
  const service = serviceOf(spec);
  if (service === undefined) return [];
  const refs = maps(isMap(spec) ? spec['rules'] : undefined).flatMap((rule) => [
    ...maps(rule['backendRefs']),
    ...maps(rule['filters']).flatMap(({ requestMirror }) =>
      isMap(requestMirror) && isMap(requestMirror['backendRef']) ? [requestMirror['backendRef']] : [],
    ),
  ]);
  const versions = refs.map((ref) =>
    typeof ref['name'] === 'string' && ref['name'] !== service
      ? versionOfService(service, ref['name'])
      : undefined,
  );
  return [...new Set(versions.filter((version) => version !== undefined))];
}

/** The same route with its default rule leading to the stable version alone; matches of the release stay. */
export function back(applied: Manifest, stable: string): Manifest {
  const spec = applied.spec as Json;
  const service = serviceOf(spec);
  const rules = maps(spec['rules']).map((rule) => {
    const [first] = maps(rule['backendRefs']);
    if (!isDefault(rule) || first === undefined || service === undefined) return rule;
    const { filters: _copies, ...rest } = rule;
    return { ...rest, backendRefs: [{ ...first, name: `${service}-${stable}`, weight: 100 }] };
  });
  return { ...applied, spec: { ...spec, rules } };
}

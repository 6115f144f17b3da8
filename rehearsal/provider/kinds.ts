/** A resource type token of the Kubernetes package, taken apart. */
export interface TypeToken {
  readonly apiVersion: string;
  readonly kind: string;
}

const CORE = 'core/';

export function parseToken(type: string): TypeToken | undefined {
  const match = /^kubernetes:([^:]+):([^:]+)$/.exec(type);
  if (match === null) return undefined;
  const group = match[1]!;
  return { apiVersion: group.startsWith(CORE) ? group.slice(CORE.length) : group, kind: match[2]! };
}

/** The group of an apiVersion; the core group is the empty text. */
export function groupOf(apiVersion: string): string {
  const slash = apiVersion.indexOf('/');
  return slash < 0 ? '' : apiVersion.slice(0, slash);
}

const official = 'install the official Kubernetes plugin for it';

/** Why a type is not handled here, or undefined when it is. */
export function refusal(type: string): string | undefined {
  if (/^kubernetes:helm\.sh\//.test(type)) {
    return `this plugin does not do Helm (${type}); render the chart to objects first, or ${official}`;
  }
  if (/^kubernetes:yaml(\/v\d+)?:/.test(type)) {
    return `this plugin does not do YAML files and groups (${type}); declare the objects one by one, or ${official}`;
  }
  if (/^kubernetes:kustomize(\/v\d+)?:/.test(type)) {
    return `this plugin does not do kustomize (${type}); build it to objects first, or ${official}`;
  }
  const token = parseToken(type);
  if (token === undefined) return `this plugin does not know the type ${type}`;
  if (token.kind.endsWith('Patch')) {
    return `this plugin does not patch objects it does not own (${type}); declare the whole object, or ${official}`;
  }
  const builtIn = !groupOf(token.apiVersion).includes('.') || groupOf(token.apiVersion).endsWith('.k8s.io');
  if (token.kind.endsWith('List') && builtIn) {
    return `this plugin does not do list kinds (${type}); declare the items one by one, or ${official}`;
  }
  return undefined;
}

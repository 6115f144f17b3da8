import { parse } from 'yaml';
import { isMap } from '../../components/validation';
import { proxyContainer, type PodView } from './pods';

/** Istio's ProxyConfig as plain data: what a proxy is told about itself when it starts. */
export type ProxyConfig = Readonly<Record<string, unknown>>;

/** Pod annotation by which one workload changes its ProxyConfig. */
const proxyConfigAnnotation = 'proxy.istio.io/config';

function merged(base: Record<string, unknown>, over: Record<string, unknown>): Record<string, unknown> {
  const result = { ...base };
  for (const [key, value] of Object.entries(over)) {
    const before = result[key];
    result[key] = isMap(before) && isMap(value) ? merged(before, value) : value;
  }
  return result;
}

/** A text that is no ProxyConfig is passed over: the injector has refused such a pod, or warned of it, long before. */
function read(text: string | undefined): Record<string, unknown> {
  if (!text) return {};
  try {
    const value: unknown = parse(text);
    return isMap(value) ? value : {};
  } catch {
    return {};
  }
}

/**
 * The ProxyConfig of a pod's proxy, made as Istio's agent makes it: what the injector wrote into the container's variable
 * `PROXY_CONFIG`, and over it the pod's annotation. Undefined where neither says anything.
 */
export function proxyConfigOf(pod: Pick<PodView, 'containers' | 'annotations'>): ProxyConfig | undefined {
  const proxy = pod.containers.find(({ name }) => name === proxyContainer);
  const config = merged(read(proxy?.env['PROXY_CONFIG']), read(pod.annotations[proxyConfigAnnotation]));
  return Object.keys(config).length > 0 ? config : undefined;
}

/** Tags that are to be on every span, as Istio writes them: a literal, or a request header with a default. */
export type CustomTags = Readonly<Record<string, CustomTag>>;

interface CustomTag {
  readonly literal?: { readonly value?: string };
  readonly header?: { readonly name?: string; readonly defaultValue?: string };
  readonly environment?: { readonly name?: string; readonly defaultValue?: string };
}

/** The custom tags that a ProxyConfig asks for. */
export function customTagsOf(config: ProxyConfig | undefined): CustomTags {
  const tracing = config?.['tracing'];
  const tags = isMap(tracing) ? tracing['customTags'] : undefined;
  return isMap(tags) ? (tags as CustomTags) : {};
}

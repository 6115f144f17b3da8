import { isMap, labelsAt, listAt, numberAt, textAt, textsAt } from '../../model/json';
import { hostCovers } from './hosts';

/** A condition on a text. `segments`: a prefix of whole path segments, as the Gateway API has it. */
interface TextMatch {
  readonly kind: 'exact' | 'prefix' | 'segments' | 'regex' | 'present';
  readonly value: string;
}

/** What a request must be like; what is left out takes every request. */
export interface Match {
  readonly texts: Readonly<Record<string, TextMatch>>;
  /** Headers by name in small letters. */
  readonly headers: Readonly<Record<string, TextMatch>>;
  readonly withoutHeaders: Readonly<Record<string, TextMatch>>;
  readonly queryParams: Readonly<Record<string, TextMatch>>;
  readonly sourceLabels: Readonly<Record<string, string>>;
  readonly sourceNamespace: string | undefined;
  readonly port: number | undefined;
  /** Where requests come in; undefined where the API does not say it in matches. */
  readonly gateways: readonly string[] | undefined;
  /** Names in the TLS handshake; empty for all. */
  readonly sniHosts: readonly string[];
  readonly subnets: readonly string[];
  readonly ignoreUriCase: boolean;
}

export const EVERYTHING: Match = {
  texts: {},
  headers: {},
  withoutHeaders: {},
  queryParams: {},
  sourceLabels: {},
  sourceNamespace: undefined,
  port: undefined,
  gateways: undefined,
  sniHosts: [],
  subnets: [],
  ignoreUriCase: false,
};

/** Headers that every request has when Istio's proxy matches it: of HTTP/2, of Envoy, and of every client. */
const ALWAYS =
  /^(:\w+|host|user-agent|accept|x-request-id|x-forwarded-(proto|for)|x-envoy-.+|x-b3-.+|traceparent|x-forwarded-client-cert)$/;

const isAlwaysSet = (header: string): boolean => ALWAYS.test(header);

/** Regular expressions that every text meets, and those that are a prefix or a text written as one. */
function readRegex(regex: string): TextMatch {
  const inner = regex
    .replace(/^\(\?[a-z]+\)/, '')
    .replace(/^\^/, '')
    .replace(/\$$/, '');
  if (/^(\(?\.[*+]\??\)?|\[\^?\\?[sS]\\?[sS]?\][*+]|\/?\.\*|\(\?:\.\*\)|)$/.test(inner))
    return { kind: 'prefix', value: inner.startsWith('/') ? '/' : '' };
  const [, literal, tail = ''] =
    /^((?:[A-Za-z0-9/_:@,~ -]|\\[.\-/])*)((?:\(\/?\.\*\)\?|\/?\(\.\*\)|\.\*|\.\+|\(\/\.\*\)|\(\?:\/\.\*\)\?|\(\/\|\$\)\.\*|\(\$\|\/\)\.\*)?)$/.exec(
      inner,
    ) ?? [];
  if (literal === undefined) return { kind: 'regex', value: regex };
  const value = literal.replace(/\\(.)/g, '$1');
  if (tail === '') return { kind: 'exact', value };
  if (/^\((\?:)?\/\.\*\)\?$|\$/.test(tail)) return { kind: 'segments', value };
  return { kind: 'prefix', value: tail.includes('/') ? `${value}/` : value };
}

function readTextMatch(raw: unknown): TextMatch {
  const exact = textAt(raw, 'exact');
  if (exact !== undefined) return { kind: 'exact', value: exact };
  const prefix = textAt(raw, 'prefix');
  if (prefix !== undefined) return { kind: 'prefix', value: prefix };
  const regex = textAt(raw, 'regex');
  if (regex !== undefined) return readRegex(regex);
  return { kind: 'present', value: '' };
}

const textMatches = (raw: unknown, key: string): Readonly<Record<string, TextMatch>> => {
  const found = isMap(raw) ? raw[key] : undefined;
  return Object.fromEntries(
    Object.entries(isMap(found) ? found : {}).map(([name, value]) => [
      name.toLowerCase(),
      readTextMatch(value),
    ]),
  );
};

/** A match of a VirtualService. */
export function readIstioMatch(raw: unknown, gateways: readonly string[]): Match {
  const own = textsAt(raw, 'gateways');
  const texts = ['uri', 'authority', 'method', 'scheme'].flatMap((key) => {
    const value = isMap(raw) ? raw[key] : undefined;
    return value === undefined ? [] : [[key, readTextMatch(value)] as const];
  });
  return {
    ...EVERYTHING,
    texts: Object.fromEntries(texts),
    headers: textMatches(raw, 'headers'),
    withoutHeaders: textMatches(raw, 'withoutHeaders'),
    queryParams: textMatches(raw, 'queryParams'),
    sourceLabels: labelsAt(raw, 'sourceLabels'),
    sourceNamespace: textAt(raw, 'sourceNamespace'),
    port: numberAt(raw, 'port'),
    gateways: own.length === 0 ? gateways : own,
    sniHosts: textsAt(raw, 'sniHosts').map((host) => host.toLowerCase()),
    subnets: [...textsAt(raw, 'destinationSubnets'), ...textsAt(raw, 'sourceSubnets')],
    ignoreUriCase: (isMap(raw) ? raw['ignoreUriCase'] : undefined) === true,
  };
}

function gatewayText(raw: unknown, prefix: TextMatch['kind']): TextMatch {
  const value = textAt(raw, 'value') ?? (prefix === 'segments' ? '/' : '');
  switch (textAt(raw, 'type')) {
    case 'RegularExpression':
      return readRegex(value);
    case 'PathPrefix':
      return { kind: 'segments', value };
    case 'Exact':
      return { kind: 'exact', value };
    default:
      return { kind: prefix, value };
  }
}

/** A match of an HTTPRoute or a GRPCRoute. */
export function readGatewayMatch(raw: unknown): Match {
  const named = (key: string) =>
    Object.fromEntries(
      listAt(raw, key).map(
        (entry) => [(textAt(entry, 'name') ?? '').toLowerCase(), gatewayText(entry, 'exact')] as const,
      ),
    );
  const path = isMap(raw) ? raw['path'] : undefined;
  const method = isMap(raw) ? raw['method'] : undefined;
  const service = textAt(method, 'service');
  const call = textAt(method, 'method');
  const texts: Record<string, TextMatch> = {};
  if (path !== undefined) texts['uri'] = gatewayText(path, 'segments');
  if (typeof method === 'string') texts['method'] = { kind: 'exact', value: method };
  if (service !== undefined)
    texts['uri'] =
      call === undefined
        ? { kind: 'prefix', value: `/${service}/` }
        : { kind: 'exact', value: `/${service}/${call}` };
  return { ...EVERYTHING, texts, headers: named('headers'), queryParams: named('queryParams') };
}

/** Whether a condition holds for every text that can stand there. */
const takesAnyText = ({ kind, value }: TextMatch, key: string): boolean =>
  kind === 'present' ||
  ((kind === 'prefix' || kind === 'segments') && (value === '' || (key === 'uri' && value === '/')));

/** Whether every text that meets `narrow` meets `wide`, as far as can be seen without running regular expressions. */
function implies(narrow: TextMatch | undefined, wide: TextMatch, key: string, ignoreCase = false): boolean {
  if (takesAnyText(wide, key))
    return narrow !== undefined || ['uri', 'authority', 'method', 'scheme'].includes(key) || isAlwaysSet(key);
  if (narrow === undefined) return false;
  const fold = (text: string) => (ignoreCase ? text.toLowerCase() : text);
  const inner = fold(narrow.value);
  const outer = fold(wide.value);
  if (narrow.kind === wide.kind && inner === outer) return true;
  const below = outer.endsWith('/') ? outer : `${outer}/`;
  const isText = narrow.kind === 'exact' || narrow.kind === 'prefix' || narrow.kind === 'segments';
  if (!isText) return false;
  if (wide.kind === 'prefix') return inner.startsWith(outer);
  if (wide.kind === 'segments')
    return narrow.kind === 'prefix' ? inner.startsWith(below) : inner === outer || inner.startsWith(below);
  return false;
}

const impliedAll = (
  narrow: Readonly<Record<string, TextMatch>>,
  wide: Readonly<Record<string, TextMatch>>,
  ignoreCase = false,
): boolean =>
  Object.entries(wide).every(([key, value]) => implies(narrow[key], value, key, ignoreCase && key === 'uri'));

/** Whether a request that meets `narrow` surely lacks what `wide` wants absent. */
function leavesOut(narrow: Match, name: string, absent: TextMatch): boolean {
  const also = narrow.withoutHeaders[name];
  if (also !== undefined && implies(absent, also, name)) return true;
  const has = narrow.headers[name];
  return has?.kind === 'exact' && absent.kind === 'exact' && has.value !== absent.value;
}

/** Whether every request that meets `narrow` meets `wide`. */
export function covers(wide: Match, narrow: Match): boolean {
  return (
    impliedAll(narrow.texts, wide.texts, wide.ignoreUriCase) &&
    (wide.ignoreUriCase ||
      !narrow.ignoreUriCase ||
      wide.texts['uri'] === undefined ||
      takesAnyText(wide.texts['uri'], 'uri')) &&
    impliedAll(narrow.headers, wide.headers) &&
    impliedAll(narrow.queryParams, wide.queryParams) &&
    Object.entries(wide.withoutHeaders).every(([name, absent]) => leavesOut(narrow, name, absent)) &&
    Object.entries(wide.sourceLabels).every(([key, value]) => narrow.sourceLabels[key] === value) &&
    (wide.sourceNamespace === undefined || wide.sourceNamespace === narrow.sourceNamespace) &&
    (wide.port === undefined || wide.port === narrow.port) &&
    (wide.gateways === undefined ||
      (narrow.gateways ?? []).every((gateway) => wide.gateways!.includes(gateway))) &&
    (wide.sniHosts.length === 0 ||
      (narrow.sniHosts.length > 0 &&
        narrow.sniHosts.every((host) => wide.sniHosts.some((other) => hostCovers(other, host))))) &&
    (wide.subnets.length === 0 ||
      (narrow.subnets.length > 0 && narrow.subnets.every((net) => wide.subnets.includes(net))))
  );
}

/** Whether a match takes every request of the given way in. */
export const takesAll = (match: Match): boolean => covers(match, { ...EVERYTHING, gateways: match.gateways });

/**
 * Whether a match picks out people who asked for it, as a tester's header or cookie does. One on a path, a caller, a
 * port or a header that every request has takes whole groups of users along.
 */
export function picksTesters({ headers, queryParams }: Match): boolean {
  return (
    Object.keys(queryParams).length > 0 ||
    Object.entries(headers).some(([name, match]) => !isAlwaysSet(name) && !takesAnyText(match, name))
  );
}

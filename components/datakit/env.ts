import { z } from 'zod';
import { rule } from '../validation';
import {
  duration,
  fraction,
  list,
  map,
  oneOf,
  optional,
  regex,
  ruled,
  table,
  tags,
  text,
  whole,
  type Kind,
} from './table';

/** A variable of DataKit's container. */
export interface EnvVar {
  readonly name: string;
  readonly value: string;
}

/** Writes a kind's value as one text; an empty text is a variable that is left out. */
const written = <V>(kind: Kind<V>, render: (value: V) => string): Kind<V> => ({ ...kind, render });

/**
 * A switch that DataKit takes for on as soon as the variable is there: `"false"` and `"0"` switch it on too. Off can
 * only be said by leaving the variable out.
 */
const presence = (word = 'true'): Kind<boolean> => ({
  schema: z.boolean(),
  render: (value) => (value ? word : ''),
  example: 'true',
});

/** A switch whose text DataKit reads. */
const parsed: Kind<boolean> = { schema: z.boolean(), render: String, example: 'true' };

const commaList = (example: string): Kind<readonly string[]> =>
  written(
    list({
      ...text(example),
      schema: rule(z.string(), (value) =>
        /^[^\s,]+$/.test(value)
          ? undefined
          : [`is ${JSON.stringify(value)}, which a list with commas cannot hold`, 'remove commas and blanks'],
      ),
    }),
    (values) => values.join(','),
  );

/** Tags as `key=value,…`. DataKit passes over an entry that has a second equals sign. */
export const tagList: Kind<Readonly<Record<string, string>>> = written(
  ruled(tags, (entries) =>
    Object.entries(entries).flatMap(([key, value]) =>
      /^[^,=]+$/.test(value)
        ? []
        : [
            {
              key,
              finding: [
                value === '' ? 'is empty' : 'has a comma or an equals sign in its value',
                'write a value without them',
              ] as const,
            },
          ],
    ),
  ),
  renderTags,
);

export function renderTags(entries: Readonly<Record<string, string>>): string {
  return Object.entries(entries)
    .map(([key, value]) => `${key}=${value}`)
    .join(',');
}

const json = <V>(kind: Kind<V>): Kind<V> => written(kind, (value) => JSON.stringify(value));
const number = (kind: Kind<number>): Kind<number> => written(kind, String);

/** DataKit's own options, as far as they are not files. */
export interface DataKitOptions {
  /** Whether nodes elect one that does what must be done once. Default true here and in DataKit's manifest. */
  readonly enableElection?: boolean;
  /** Nodes elect among those of the same name. DataKit's default: `default`. */
  readonly electionNamespace?: string;
  /** Tags elected data with that name. Default false. */
  readonly enableElectionNamespaceTag?: boolean;
  /** Nodes that may be elected. Default: all. */
  readonly electionNodeWhitelist?: readonly string[];
  /** Where DataKit's own log goes: `stdout` or a file. */
  readonly log?: string;
  readonly logLevel?: 'debug' | 'info' | 'warn' | 'error';
  readonly disableLogColor?: boolean;
  /** Routes that others than the node itself may ask for, beside those of collectors. Keep /v1/ping: the probes ask it. */
  readonly httpPublicApis?: readonly string[];
  /** Origins whose pages may send data. Default: every one. */
  readonly httpAllowedCorsOrigins?: readonly string[];
  /** How long a request may take, as a Go duration. */
  readonly httpTimeout?: string;
  readonly disable404Page?: boolean;
  /** Header with the browser's address, set by a proxy before DataKit. */
  readonly rumOriginIpHeader?: string;
  /** RUM applications that are taken in. Default: every one. */
  readonly rumAppIds?: readonly string[];
  /** Requests a second and client. Default 100. */
  readonly requestRateLimit?: number;
  /** Default 60s. */
  readonly requestRateLimitTtl?: string;
  /** Default 500. */
  readonly requestRateLimitBurst?: number;
  /** Scripts for data nobody named one for, by category. */
  readonly defaultPipelines?: Readonly<Record<string, string>>;
  /** Forbids scripts to send requests. DataKit reads this one's text, unlike the other switches. */
  readonly pipelineDisableHttpRequest?: boolean;
  /** Default 30s. */
  readonly datawayTimeout?: string;
  readonly datawayHttpProxy?: string;
  readonly datawayMaxRetryCount?: number;
  /** Lets collectors run more often than their limits. Default false. */
  readonly disableProtectMode?: boolean;
  readonly enablePprof?: boolean;
}

const publicApis = ruled(commaList('/v1/ping'), (apis) =>
  apis.includes('/v1/ping')
    ? []
    : [{ finding: ['lacks /v1/ping, which the probes ask for', 'add /v1/ping'] as const }],
);

export const optionsKind: Kind<DataKitOptions> = table<DataKitOptions>({
  enableElection: optional('ENV_ENABLE_ELECTION', presence('enable')),
  electionNamespace: optional('ENV_NAMESPACE', text('default')),
  enableElectionNamespaceTag: optional('ENV_ENABLE_ELECTION_NAMESPACE_TAG', presence()),
  electionNodeWhitelist: optional('ENV_ELECTION_NODE_WHITELIST', json(list(text('node-1')))),
  log: optional('ENV_LOG', text('stdout')),
  logLevel: optional('ENV_LOG_LEVEL', oneOf('debug', 'info', 'warn', 'error')),
  disableLogColor: optional('ENV_DISABLE_LOG_COLOR', presence()),
  httpPublicApis: optional('ENV_HTTP_PUBLIC_APIS', publicApis),
  httpAllowedCorsOrigins: optional('ENV_HTTP_ALLOWED_CORS_ORIGINS', commaList('https://shop.example.com')),
  httpTimeout: optional('ENV_HTTP_TIMEOUT', duration('1s')),
  disable404Page: optional('ENV_DISABLE_404PAGE', presence()),
  rumOriginIpHeader: optional('ENV_RUM_ORIGIN_IP_HEADER', text('X-Forwarded-For')),
  rumAppIds: optional('ENV_RUM_APP_ID_WHITE_LIST', commaList('appid_bookinfo')),
  requestRateLimit: optional('ENV_REQUEST_RATE_LIMIT', number(fraction(1, 1_000_000))),
  requestRateLimitTtl: optional('ENV_REQUEST_RATE_LIMIT_TTL', duration('1s')),
  requestRateLimitBurst: optional('ENV_REQUEST_RATE_LIMIT_BURST', number(whole(1))),
  defaultPipelines: optional('ENV_PIPELINE_DEFAULT_PIPELINE', json(map(text('plain.p')))),
  pipelineDisableHttpRequest: optional('ENV_PIPELINE_DISABLE_HTTP_REQUEST_FUNC', parsed),
  datawayTimeout: optional('ENV_DATAWAY_TIMEOUT', duration('1s')),
  datawayHttpProxy: optional('ENV_DATAWAY_HTTP_PROXY', text('http://proxy.example.com:3128')),
  datawayMaxRetryCount: optional('ENV_DATAWAY_MAX_RETRY_COUNT', number(whole(1, 10))),
  disableProtectMode: optional('ENV_DISABLE_PROTECT_MODE', presence()),
  enablePprof: optional('ENV_ENABLE_PPROF', presence()),
});

/** What may be said of the container collector by variables, which beat its file: for one cluster among several. */
export interface ContainerOptions {
  /** Sockets beside those in the file. */
  readonly endpoints?: readonly string[];
  readonly enableContainerMetric?: boolean;
  readonly enableK8sMetric?: boolean;
  readonly enablePodMetric?: boolean;
  readonly enableK8sEvent?: boolean;
  readonly enableK8sNodeLocal?: boolean;
  readonly containerIncludeLog?: readonly string[];
  readonly containerExcludeLog?: readonly string[];
  /** 10s to 5m. */
  readonly loggingSearchInterval?: string;
  readonly loggingExtraSourceMap?: Readonly<Record<string, string>>;
  readonly loggingSourceMultilineMap?: Readonly<Record<string, string>>;
  readonly extractK8sLabelAsTags?: readonly string[];
  readonly extractK8sLabelAsTagsForMetric?: readonly string[];
  readonly tags?: Readonly<Record<string, string>>;
}

export const containerOptionsKind: Kind<ContainerOptions> = table<ContainerOptions>({
  endpoints: optional('ENV_INPUT_CONTAINER_ENDPOINTS', commaList('unix:///run/containerd/containerd.sock')),
  enableContainerMetric: optional('ENV_INPUT_CONTAINER_ENABLE_CONTAINER_METRIC', parsed),
  enableK8sMetric: optional('ENV_INPUT_CONTAINER_ENABLE_K8S_METRIC', parsed),
  enablePodMetric: optional('ENV_INPUT_CONTAINER_ENABLE_POD_METRIC', parsed),
  enableK8sEvent: optional('ENV_INPUT_CONTAINER_ENABLE_K8S_EVENT', parsed),
  enableK8sNodeLocal: optional('ENV_INPUT_CONTAINER_ENABLE_K8S_NODE_LOCAL', parsed),
  containerIncludeLog: optional('ENV_INPUT_CONTAINER_CONTAINER_INCLUDE_LOG', commaList('namespace:prod')),
  containerExcludeLog: optional('ENV_INPUT_CONTAINER_CONTAINER_EXCLUDE_LOG', commaList('image:*datakit*')),
  loggingSearchInterval: optional('ENV_INPUT_CONTAINER_LOGGING_SEARCH_INTERVAL', duration('10s', '5m')),
  loggingExtraSourceMap: optional('ENV_INPUT_CONTAINER_LOGGING_EXTRA_SOURCE_MAP', sourceMap()),
  loggingSourceMultilineMap: optional(
    'ENV_INPUT_CONTAINER_LOGGING_SOURCE_MULTILINE_MAP_JSON',
    json(map(regex)),
  ),
  extractK8sLabelAsTags: optional(
    'ENV_INPUT_CONTAINER_EXTRACT_K8S_LABEL_AS_TAGS_V2',
    json(list(text('app'))),
  ),
  extractK8sLabelAsTagsForMetric: optional(
    'ENV_INPUT_CONTAINER_EXTRACT_K8S_LABEL_AS_TAGS_V2_FOR_METRIC',
    json(list(text('app'))),
  ),
  tags: optional('ENV_INPUT_CONTAINER_TAGS', tagList),
});

/** Sources by expression: the form of tags, with keys that tags must not have. */
function sourceMap(): Kind<Readonly<Record<string, string>>> {
  return written(
    map(text('nginx'), (key) =>
      /^[^,=]+$/.test(key)
        ? undefined
        : ['has a comma or an equals sign', 'write an expression without them'],
    ),
    renderTags,
  );
}

/** The variables of checked options; what is switched off by absence is absent. */
export const renderEnv = <V>(kind: Kind<V>, options: V): EnvVar[] =>
  Object.entries(kind.render(options))
    .map(([name, value]) => ({ name, value: String(value) }))
    .filter(({ value }) => value !== '');

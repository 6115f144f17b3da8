import type { ContainerOptions, DataKitOptions } from '../../../../components/datakit/pure';
import { containerOptionsKind, optionsKind, renderEnv } from '../../../../components/datakit/env';
import { resolveSettings, type DataKitSettings } from '../../../../components/datakit/pure';
import { placesOf, type Every } from './support';

const asRecord = (variables: readonly { name: string; value: string }[]) =>
  Object.fromEntries(variables.map(({ name, value }) => [name, value]));

const options: Every<DataKitOptions> = {
  enableElection: true,
  electionNamespace: 'eu',
  enableElectionNamespaceTag: true,
  electionNodeWhitelist: ['node-1'],
  log: 'stdout',
  logLevel: 'info',
  disableLogColor: true,
  httpPublicApis: ['/v1/ping', '/v1/ntp'],
  httpAllowedCorsOrigins: ['https://a.example.com', 'https://b.example.com'],
  httpTimeout: '30s',
  disable404Page: true,
  rumOriginIpHeader: 'X-Forwarded-For',
  rumAppIds: ['appid_a'],
  requestRateLimit: 20.5,
  requestRateLimitTtl: '30s',
  requestRateLimitBurst: 50,
  defaultPipelines: { logging: 'plain.p' },
  pipelineDisableHttpRequest: false,
  datawayTimeout: '30s',
  datawayHttpProxy: 'http://proxy:3128',
  datawayMaxRetryCount: 4,
  disableProtectMode: true,
  enablePprof: true,
};

const containerOptions: Every<ContainerOptions> = {
  endpoints: ['unix:///a.sock', 'unix:///b.sock'],
  enableContainerMetric: false,
  enableK8sMetric: true,
  enablePodMetric: true,
  enableK8sEvent: false,
  enableK8sNodeLocal: false,
  containerIncludeLog: ['namespace:prod'],
  containerExcludeLog: ['image:*datakit*'],
  loggingSearchInterval: '10s',
  loggingExtraSourceMap: { '.*nginx.*': 'nginx' },
  loggingSourceMultilineMap: { reviews: '^\\d{4}' },
  extractK8sLabelAsTags: ['app', 'version'],
  extractK8sLabelAsTagsForMetric: ['app'],
  tags: { region: 'eu', zone: 'a' },
};

describe('variables', () => {
  it('spell every option as DataKit does', () => {
    expect(asRecord(renderEnv(optionsKind, options))).toEqual({
      ENV_ENABLE_ELECTION: 'enable',
      ENV_NAMESPACE: 'eu',
      ENV_ENABLE_ELECTION_NAMESPACE_TAG: 'true',
      ENV_ELECTION_NODE_WHITELIST: '["node-1"]',
      ENV_LOG: 'stdout',
      ENV_LOG_LEVEL: 'info',
      ENV_DISABLE_LOG_COLOR: 'true',
      ENV_HTTP_PUBLIC_APIS: '/v1/ping,/v1/ntp',
      ENV_HTTP_ALLOWED_CORS_ORIGINS: 'https://a.example.com,https://b.example.com',
      ENV_HTTP_TIMEOUT: '30s',
      ENV_DISABLE_404PAGE: 'true',
      ENV_RUM_ORIGIN_IP_HEADER: 'X-Forwarded-For',
      ENV_RUM_APP_ID_WHITE_LIST: 'appid_a',
      ENV_REQUEST_RATE_LIMIT: '20.5',
      ENV_REQUEST_RATE_LIMIT_TTL: '30s',
      ENV_REQUEST_RATE_LIMIT_BURST: '50',
      ENV_PIPELINE_DEFAULT_PIPELINE: '{"logging":"plain.p"}',
      ENV_PIPELINE_DISABLE_HTTP_REQUEST_FUNC: 'false',
      ENV_DATAWAY_TIMEOUT: '30s',
      ENV_DATAWAY_HTTP_PROXY: 'http://proxy:3128',
      ENV_DATAWAY_MAX_RETRY_COUNT: '4',
      ENV_DISABLE_PROTECT_MODE: 'true',
      ENV_ENABLE_PPROF: 'true',
    });
  });

  it('leave a switch out to switch it off, since any text switches it on', () => {
    const off = {
      enableElection: false,
      enableElectionNamespaceTag: false,
      disableLogColor: false,
      disable404Page: false,
      disableProtectMode: false,
      enablePprof: false,
    };
    expect(renderEnv(optionsKind, off)).toEqual([]);
  });

  it('spell every option of the container collector, whose switches are read', () => {
    expect(asRecord(renderEnv(containerOptionsKind, containerOptions))).toEqual({
      ENV_INPUT_CONTAINER_ENDPOINTS: 'unix:///a.sock,unix:///b.sock',
      ENV_INPUT_CONTAINER_ENABLE_CONTAINER_METRIC: 'false',
      ENV_INPUT_CONTAINER_ENABLE_K8S_METRIC: 'true',
      ENV_INPUT_CONTAINER_ENABLE_POD_METRIC: 'true',
      ENV_INPUT_CONTAINER_ENABLE_K8S_EVENT: 'false',
      ENV_INPUT_CONTAINER_ENABLE_K8S_NODE_LOCAL: 'false',
      ENV_INPUT_CONTAINER_CONTAINER_INCLUDE_LOG: 'namespace:prod',
      ENV_INPUT_CONTAINER_CONTAINER_EXCLUDE_LOG: 'image:*datakit*',
      ENV_INPUT_CONTAINER_LOGGING_SEARCH_INTERVAL: '10s',
      ENV_INPUT_CONTAINER_LOGGING_EXTRA_SOURCE_MAP: '.*nginx.*=nginx',
      ENV_INPUT_CONTAINER_LOGGING_SOURCE_MULTILINE_MAP_JSON: '{"reviews":"^\\\\d{4}"}',
      ENV_INPUT_CONTAINER_EXTRACT_K8S_LABEL_AS_TAGS_V2: '["app","version"]',
      ENV_INPUT_CONTAINER_EXTRACT_K8S_LABEL_AS_TAGS_V2_FOR_METRIC: '["app"]',
      ENV_INPUT_CONTAINER_TAGS: 'region=eu,zone=a',
    });
  });

  it.each<[Partial<DataKitSettings>, string[]]>([
    [{ options: { httpPublicApis: ['/v1/ntp'] } }, ['datakit.options.httpPublicApis']],
    [{ options: { rumAppIds: ['a,b'] } }, ['datakit.options.rumAppIds[0]']],
    [{ options: { requestRateLimit: 0 } }, ['datakit.options.requestRateLimit']],
    [{ containerOptions: { tags: { a: 'x,y' } } }, ['datakit.containerOptions.tags.a']],
    [{ containerOptions: { tags: { a: 'x=y' } } }, ['datakit.containerOptions.tags.a']],
    [{ hostTags: { a: '' } }, ['datakit.hostTags.a']],
  ])('refuse what DataKit would read otherwise: %j', (more, places) => {
    expect(placesOf(() => resolveSettings({ clusterName: 'shop', ...more }))).toEqual(places);
  });
});

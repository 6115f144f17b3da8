import { idPatterns, timeAndLevel } from './ids';
import type { Pipeline, Step } from './script';

/**
 * Envoy's access log as JSON, key by key: what the mesh's `accessLogFormat` has to say for the pipeline below to find
 * trace and span. A header that is not there is written as `null`, or as `-`.
 */
export const envoyLogFormat: Readonly<Record<string, string>> = {
  start_time: '%START_TIME%',
  method: '%REQ(:METHOD)%',
  path: '%REQ(X-ENVOY-ORIGINAL-PATH?:PATH)%',
  protocol: '%PROTOCOL%',
  response_code: '%RESPONSE_CODE%',
  response_flags: '%RESPONSE_FLAGS%',
  response_code_details: '%RESPONSE_CODE_DETAILS%',
  duration: '%DURATION%',
  bytes_received: '%BYTES_RECEIVED%',
  bytes_sent: '%BYTES_SENT%',
  upstream_cluster: '%UPSTREAM_CLUSTER%',
  upstream_host: '%UPSTREAM_HOST%',
  authority: '%REQ(:AUTHORITY)%',
  user_agent: '%REQ(USER-AGENT)%',
  request_id: '%REQ(X-REQUEST-ID)%',
  route_name: '%ROUTE_NAME%',
  trace_id: '%REQ(X-B3-TRACEID)%',
  span_id: '%REQ(X-B3-SPANID)%',
};

const plain = (path: string): Step => ({ do: 'json', input: '_', path });

/** An id becomes a field only where it looks like one. */
const id = (path: string, pattern: string): Step[] => [
  { do: 'json', input: '_', path, as: `raw_${path}` },
  { do: 'grok', input: `raw_${path}`, pattern: `^(?:%{${pattern}:${path}})$` },
  { do: 'dropKey', key: `raw_${path}` },
];

const status = (from: number, to: number, value: string): Step => ({
  do: 'groupBetween',
  key: 'http_status_code',
  from,
  to,
  value,
  as: 'status',
});

/**
 * Lines of a sidecar or gateway: its access log in JSON, and the plain lines it writes about itself.
 *
 * Envoy answers with status 0 where the client went away first, so 0 counts as a warning.
 */
export const envoyPipeline: Pipeline = {
  steps: [
    ...idPatterns,
    {
      do: 'grok',
      input: '_',
      pattern: '^\\s*\\{',
      then: [
        ...id('trace_id', 'TRACE_ID'),
        ...id('span_id', 'SPAN_ID'),
        ...['method', 'path', 'protocol', 'response_flags', 'response_code_details'].map(plain),
        ...['upstream_cluster', 'upstream_host', 'authority', 'user_agent', 'request_id'].map(plain),
        { do: 'json', input: '_', path: 'response_code' },
        { do: 'cast', key: 'response_code', type: 'int' },
        { do: 'rename', from: 'response_code', to: 'http_status_code' },
        { do: 'json', input: '_', path: 'duration' },
        { do: 'rename', from: 'duration', to: 'duration_ms' },
        { do: 'json', input: '_', path: 'start_time', as: 'time' },
        status(0, 0, 'warning'),
        status(100, 399, 'info'),
        status(400, 499, 'warning'),
        status(500, 599, 'error'),
      ],
      otherwise: [timeAndLevel],
    },
    { do: 'defaultTime', key: 'time' },
  ],
};

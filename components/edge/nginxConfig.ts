import { contentSecurityPolicy } from './contentSecurityPolicy';
import { ports } from './names';
import type { ResolvedEdge } from './resolve';
import { SCRIPT_PATH, snippet } from './rumScript';

/** Where the pod's ConfigMap is mounted, and what is in it. */
export const CONFIG_DIR = '/etc/edge';
export const configFiles = { nginx: 'nginx.conf', script: 'rum-init.js' } as const;

/** Answered by nginx itself: a gateway that is down must not take its front away as well. */
export const HEALTH_PATH = '/edge/health';

/**
 * A parameter of a directive. The settings' rules let nothing through that needs an escape; should one of them grow lax,
 * this refuses instead of writing a configuration that means something else.
 * @throws Error when the text cannot stand in quotes as it is
 */
export function quoted(text: string): string {
  if (!/^[\x20-\x7e]*$/.test(text) || /[\\$]/.test(text))
    throw new Error('a value that nginx would read in another way cannot be written into its configuration');
  const quote = ['"', "'"].find((mark) => !text.includes(mark));
  if (quote === undefined) throw new Error('a value with both kinds of quotes cannot be quoted for nginx');
  return `${quote}${text}${quote}`;
}

/** Fields by which a line can be joined with the mesh's access log and with its trace. */
const logFields = {
  time: '$time_iso8601',
  client: '$remote_addr',
  method: '$request_method',
  path: '$uri',
  status: '$status',
  bytes: '$body_bytes_sent',
  seconds: '$request_time',
  upstream_seconds: '$upstream_response_time',
  upstream: '$upstream_addr',
  request_id: '$sent_http_x_request_id',
  trace_id: '$http_x_b3_traceid',
  user_agent: '$http_user_agent',
};

const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];

const hostAndPort = (url: string): string => {
  const { hostname, port } = new URL(url);
  return `${hostname}:${port || '80'}`;
};

/**
 * nginx's whole configuration, so that nothing depends on what an image or a distribution brings along.
 *
 * - HTTP/1.1 to the gateway: Envoy answers 1.0, nginx's default, with 426.
 * - The encoding is asked for plain: in a compressed page there is nothing to replace. Only text/html is replaced in.
 * - The snippet comes after the first `</title>`: productpage's page has neither `<head>` nor `</head>`.
 * - The page's own policy, if it has one, gives way: two policies would have to allow the same.
 * - No `nosniff`: productpage's style sheet is a script under the name of a style sheet.
 * - Requests are tried once: retries are the mesh's, which knows what may be repeated.
 * - 60 s for an answer: longer than productpage waits for its two tries of reviews and the fault drill's delay together.
 */
export function nginxConfig(settings: ResolvedEdge): string {
  const log = JSON.stringify(logFields);
  const header = `Content-Security-Policy${settings.contentSecurityPolicy.reportOnly ? '-Report-Only' : ''}`;
  return `daemon off;
worker_processes 1;
pid /tmp/nginx.pid;
error_log stderr warn;

events {
  worker_connections 2048;
}

http {
${temporary.map((name) => `  ${name}_temp_path /tmp/${name};`).join('\n')}
  server_tokens off;
  log_format edge escape=json '${log}';
  access_log /dev/stdout edge;

  upstream gateway {
    server ${hostAndPort(settings.upstream)} max_fails=0;
    keepalive 32;
  }

  server {
    listen ${ports.container};

    add_header ${header} ${quoted(contentSecurityPolicy(settings))} always;

    location = ${HEALTH_PATH} {
      access_log off;
      default_type text/plain;
      return 200 "ok";
    }

    location = ${SCRIPT_PATH} {
      alias ${CONFIG_DIR}/${configFiles.script};
      types { }
      default_type text/javascript;
      expires -1;
    }

    location / {
      proxy_pass http://gateway;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_set_header Host $http_host;
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
      proxy_set_header Accept-Encoding "";
      proxy_redirect off;
      proxy_next_upstream off;
      proxy_connect_timeout 5s;
      proxy_read_timeout 60s;
      proxy_hide_header Content-Security-Policy;

      sub_filter ${quoted('</title>')} ${quoted(`</title>${snippet(settings)}`)};
      sub_filter_once on;
    }
  }
}
`;
}

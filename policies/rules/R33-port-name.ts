import { fieldPath, listAt, numberAt, textAt, type Segment } from '../model/json';
import { judge, together } from '../model/judge';
import type { KubeObject } from '../model/object';
import { everywhere, finding, type Finding, type Policy } from '../model/policy';
import { ofKind } from '../model/view';
import { ISTIO } from '../view/routing';
import { isExternalName, services } from '../view/services';

/**
 * Protocols that Istio reads from a port's name, before the first hyphen.
 *
 * Source: istio/istio pkg/config/protocol/instance.go and pkg/config/kube/conversion.go.
 */
const protocols = [
  'http',
  'http2',
  'https',
  'grpc',
  'grpc-web',
  'tcp',
  'tls',
  'mongo',
  'mysql',
  'redis',
  'udp',
  'hbone',
];

/** What it reads from appProtocol besides: the names that Kubernetes gives. */
const appProtocols = [
  ...protocols,
  'kubernetes.io/h2c',
  'kubernetes.io/ws',
  'kubernetes.io/wss',
  'http_proxy',
];

const saysProtocol = (name: string): boolean => {
  const plain = name.toLowerCase();
  return protocols.some((protocol) => plain === protocol || plain.startsWith(`${protocol}-`));
};

/** Ports on which the server speaks first, or another protocol than HTTP is usual: nothing may take them for HTTP. */
const databases: Readonly<Record<number, string>> = {
  3306: 'mysql',
  33060: 'tcp',
  5432: 'tcp',
  6379: 'redis',
  27017: 'mongo',
  1433: 'tcp',
  1521: 'tcp',
  5672: 'tcp',
  5671: 'tls',
  9092: 'tcp',
  2181: 'tcp',
  4222: 'tcp',
  1883: 'tcp',
  11211: 'tcp',
  9042: 'tcp',
  7687: 'tcp',
  25: 'tcp',
  389: 'tcp',
};

/** Words in a name that say what it is to whoever reads it. */
const WORDS =
  /postgres|psql|pgsql|mysql|maria|mongo|redis|valkey|memcache|kafka|amqp|rabbit|nats|mqtt|cassandra|cql|zookeeper|etcd|ldap|smtp|db\b|database/i;

function protocolFor(port: number | undefined, name: string | undefined): string {
  const known = port === undefined ? undefined : databases[port];
  if (known !== undefined) return known;
  if (name !== undefined && WORDS.test(name)) return 'tcp';
  if (name !== undefined && /grpc|otlp$|rpc/i.test(name)) return 'grpc';
  return 'http';
}

function portFinding(object: KubeObject, port: unknown, place: number): Finding | undefined {
  const path: readonly Segment[] = ['spec', 'ports', place];
  const name = textAt(port, 'name');
  const number = numberAt(port, 'port');
  const given = textAt(port, 'appProtocol');
  // The sidecar leaves anything but TCP alone.
  if ((textAt(port, 'protocol') ?? 'TCP') !== 'TCP') return undefined;
  const suggested = protocolFor(number, name);
  const isHttp = /^(http2?|grpc(-web)?)(-|$)/.test((given ?? name ?? '').toLowerCase());
  if (
    isHttp &&
    number !== undefined &&
    databases[number] !== undefined &&
    (given !== undefined || !/admin|console|ui|metrics|exporter/.test(name ?? ''))
  )
    return finding(
      object,
      fieldPath(...path, given === undefined ? 'name' : 'appProtocol'),
      `is ${given ?? name!}, and port ${number} is where ${databases[number]} is usual: Istio reads it as HTTP, and connections of another protocol fail`,
      `say ${databases[number]}`,
    );
  if (given !== undefined) {
    if (appProtocols.includes(given.toLowerCase())) return undefined;
    return finding(
      object,
      fieldPath(...path, 'appProtocol'),
      `is ${given}, which Istio does not know: it takes the port for TCP, and neither weights nor retries apply`,
      `use one of ${appProtocols.join(', ')}`,
    );
  }
  if (name !== undefined && saysProtocol(name)) return undefined;
  const better = suggested === name ? name : name === undefined ? suggested : `${suggested}-${name}`;
  return finding(
    object,
    fieldPath(...path, 'name'),
    `${name === undefined ? 'is missing' : `is ${name}`}, so Istio has to guess the protocol: where it takes it for TCP, neither weights nor retries apply`,
    `name it ${better}, or set appProtocol: ${suggested}`,
  );
}

const entryProtocols = [
  'HTTP',
  'HTTPS',
  'GRPC',
  'GRPC-WEB',
  'HTTP2',
  'MONGO',
  'TCP',
  'TLS',
  'MYSQL',
  'REDIS',
  'HBONE',
  'UDP',
];

function entryFinding(object: KubeObject, path: readonly Segment[], port: unknown): Finding | undefined {
  const protocol = textAt(port, 'protocol');
  const name = textAt(port, 'name');
  if (protocol !== undefined && entryProtocols.includes(protocol.toUpperCase())) return undefined;
  // Without a protocol its name may say it.
  if (protocol === undefined && name !== undefined && saysProtocol(name)) return undefined;
  return finding(
    object,
    fieldPath(...path, 'protocol'),
    `${protocol === undefined ? 'is missing' : `is ${protocol}, which Istio does not know`}: it takes the port for TCP, and neither routes nor retries apply`,
    `use one of ${entryProtocols.join(', ')}`,
  );
}

export const portName: Policy = {
  id: 'R33-port-name',
  title: "A Service's port says its protocol",
  severity: 'medium',
  enforcement: everywhere('mandatory'),
  scope: 'object',
  remedy: 'Name the port <protocol> or <protocol>-<anything>, or set appProtocol.',
  document:
    'Istio, Protocol selection; configuration analysis, IST0118 PortNameIsNotUnderNamingConvention; reference, ServiceEntry and Gateway, Port.protocol',
  check: (view) =>
    together(
      judge(services(view), (object) => {
        if (isExternalName(object) || view.settings.outsideMesh.includes(object.place)) return [];
        return listAt(object.manifest, 'spec', 'ports').map((port, place) =>
          portFinding(object, port, place),
        );
      }),
      judge(ofKind(view, 'ServiceEntry', ISTIO), (object) =>
        listAt(object.manifest, 'spec', 'ports').map((port, place) =>
          entryFinding(object, ['spec', 'ports', place], port),
        ),
      ),
      judge(ofKind(view, 'Gateway', ISTIO), (object) =>
        listAt(object.manifest, 'spec', 'servers').map((server, place) =>
          entryFinding(
            object,
            ['spec', 'servers', place, 'port'],
            (server as { port?: unknown } | null)?.port,
          ),
        ),
      ),
    ),
};

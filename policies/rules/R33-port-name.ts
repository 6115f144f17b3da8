import { fieldPath, listAt, textAt } from '../model/json';
import { judge } from '../model/judge';
import { everywhere, finding, type Policy } from '../model/policy';
import { services } from '../view/services';

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
];

const saysProtocol = (name: string): boolean =>
  protocols.some((protocol) => name === protocol || name.startsWith(`${protocol}-`));

export const portName: Policy = {
  id: 'R33-port-name',
  title: "A Service's port says its protocol",
  severity: 'medium',
  enforcement: everywhere('mandatory'),
  scope: 'object',
  remedy: 'Name the port <protocol> or <protocol>-<anything>, or set appProtocol.',
  document: 'Istio, Protocol selection; configuration analysis, IST0118 PortNameIsNotUnderNamingConvention',
  check: (view) =>
    judge(services(view), (object) => {
      if (textAt(object.manifest, 'spec', 'type') === 'ExternalName') return [];
      if (object.namespace !== undefined && view.settings.outsideMesh.includes(object.namespace)) return [];
      return listAt(object.manifest, 'spec', 'ports').map((port, place) => {
        const name = textAt(port, 'name');
        // The sidecar leaves anything but TCP alone.
        if (textAt(port, 'appProtocol') !== undefined || (textAt(port, 'protocol') ?? 'TCP') !== 'TCP')
          return undefined;
        if (name !== undefined && saysProtocol(name)) return undefined;
        return finding(
          object,
          fieldPath('spec', 'ports', place, 'name'),
          `${name === undefined ? 'is missing' : `is ${name}`}, so Istio has to guess the protocol: where it takes it for TCP, neither weights nor retries apply`,
          `name it http${name === undefined ? '' : `-${name}`}, or set appProtocol`,
        );
      });
    }),
};

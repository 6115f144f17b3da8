import { z } from 'zod';
import { cidrFinding, rule, wholeNumber, type Finding } from '../validation';

/** Protocols of a ServiceEntry's ports (istio/api networking/v1alpha3/sidecar.proto, Port.protocol). */
const PROTOCOLS = ['HTTP', 'HTTPS', 'GRPC', 'HTTP2', 'MONGO', 'TCP', 'TLS'];

const hostFinding = (host: string): Finding | undefined =>
  host.length <= 253 && /^(\*\.)?([a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/.test(host)
    ? undefined
    : [
        `is ${JSON.stringify(host)}, not a host name of the internet`,
        'write a name such as api.example.com or *.example.com; addresses go into cidrs',
      ];

/** Somewhere outside of the application that a service connects to. */
export const egressSchema = rule(
  z.strictObject({
    host: rule(z.string(), hostFinding)
      .optional()
      .describe('A host name; `*.example.com` for all below one.'),
    cidrs: z
      .array(rule(z.string(), (cidr) => cidrFinding(cidr, 'what is called')))
      .optional()
      .describe('Address ranges. Default for a host: every public address.'),
    ports: rule(z.array(wholeNumber(1, 65_535)), (list): Finding | undefined =>
      list.length === 0 ? ['is empty', 'name the ports, such as [443]'] : undefined,
    ),
    protocol: rule(z.string(), (word): Finding | undefined =>
      PROTOCOLS.includes(word)
        ? undefined
        : [`is ${JSON.stringify(word)}`, `write one of ${PROTOCOLS.join(', ')}, or leave it out`],
    )
      .meta({ enum: PROTOCOLS })
      .optional()
      .describe('What is spoken, as Istio names it. Default HTTP on port 80, TLS on 443, TCP on any other.'),
  }),
  ({ host, cidrs }): Finding | undefined =>
    host === undefined && (cidrs ?? []).length === 0
      ? ['names neither a host nor cidrs', 'add one of them, such as host: api.example.com']
      : undefined,
);

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { runCommand } from '../sidecar';

const run = promisify(execFile);

/** TCP segments with data that pods have sent to pods since the platform began, by what their first bytes are. */
export interface Wire {
  /** Records of TLS. */
  readonly tls: number;
  /** The beginning of a request or an answer of HTTP in plaintext, HTTP/2's greeting included. */
  readonly plaintext: number;
}

/** The first four bytes: `GET `, `HEAD`, `POST`, `PUT `, `DELE`, `PATC`, `OPTI`, `HTTP`, `PRI `. */
const http = ['GET ', 'HEAD', 'POST', 'PUT ', 'DELE', 'PATC', 'OPTI', 'HTTP', 'PRI ']
  .map((text) => `0x${Buffer.from(text).toString('hex')}`)
  .join(', ');

/** The type and the major version of a TLS record. */
const tls = ['0x1403', '0x1503', '0x1603', '0x1703'].join(', ');

const rules = `
table inet wire {
  counter tls {}
  counter plaintext {}
  chain pods {
    @ih,0,32 { ${http} } counter name plaintext
    @ih,0,16 { ${tls} } counter name tls
  }
  chain forward {
    type filter hook forward priority 0;
    iifname "veth*" oifname "veth*" meta l4proto tcp jump pods
  }
}
`;

/**
 * Looks at every segment that passes from one pod's namespace to another's. What the node itself sends and takes in, probes,
 * scrapes and spans, is not among them.
 * @throws where the kernel or nft cannot look into a segment's data
 */
export const watchWire = (): Promise<void> => runCommand('nft', ['-f', '-'], rules);

/** @throws when nothing is watched */
export async function readWire(): Promise<Wire> {
  const { stdout } = await run('nft', ['--json', 'list', 'counters', 'table', 'inet', 'wire']);
  const { nftables } = JSON.parse(stdout) as {
    nftables: { counter?: { name: string; packets: number } }[];
  };
  const packets = (name: string) =>
    nftables.find(({ counter }) => counter?.name === name)?.counter?.packets ?? 0;
  return { tls: packets('tls'), plaintext: packets('plaintext') };
}

import { isIP } from 'node:net';
import type { Finding } from './names';

/** What is wrong with a range of addresses. @param whose What the range is of, such as `the nodes` */
export function cidrFinding(cidr: string, whose: string): Finding | undefined {
  const [address = '', bits = '', ...rest] = cidr.split('/');
  const most = { 4: 32, 6: 128 }[isIP(address)] ?? -1;
  if (rest.length > 0 || !/^\d{1,3}$/.test(bits) || Number(bits) > most) {
    return [`is ${JSON.stringify(cidr)}, not a range of addresses`, 'write a range such as 10.0.0.0/16'];
  }
  return Number(bits) > 0
    ? undefined
    : [`is ${cidr}, every address there is`, `name the range of ${whose}, such as 10.0.0.0/16`];
}

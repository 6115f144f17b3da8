import {
  hostSide,
  insideCommands,
  natRules,
  outsideCommands,
  removalCommands,
} from '../../../../rehearsal/sidecar/rules';

const sidecar = { podIP: '10.244.0.7', application: '10.245.0.7', captures: true };
const gateway = { ...sidecar, captures: false };

const chain = (rules: string, name: string): string[] =>
  (new RegExp(`chain ${name} \\{([^}]*(?:\\{[^}]*\\}[^}]*)*?)\\n {2}\\}`).exec(rules)?.[1] ?? '')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line && !line.startsWith('type '));

test('two pods never share a link or a routing table', () => {
  const pods = ['10.244.0.7', '10.244.0.70', '10.244.1.7', '10.244.7.0'].map((podIP) =>
    hostSide({ ...sidecar, podIP }),
  );
  expect(new Set(pods.map(({ link }) => link)).size).toBe(pods.length);
  expect(new Set(pods.map(({ table }) => table)).size).toBe(pods.length);
  // The kernel takes 15 characters.
  for (const { link } of pods) expect(link.length).toBeLessThanOrEqual(15);
});

test('the pod has its address on its end of a pair of links, and everything else behind the node', () => {
  expect(insideCommands(sidecar).trim().split('\n')).toEqual([
    'link set lo up',
    'link add eth0 type veth peer name veth0.7 netns 1',
    'addr add 10.244.0.7/32 dev eth0',
    'link set eth0 up',
    'route add 169.254.1.1 dev eth0 scope link',
    'route add default via 169.254.1.1 dev eth0',
  ]);
});

test("what a sidecar's application sends goes into its pod, and is taken back with the pod", () => {
  expect(outsideCommands(sidecar)).toContain('rule add from 10.245.0.7 pref 100 lookup 1007');
  expect(removalCommands(sidecar)).toBe('rule del from 10.245.0.7 pref 100 lookup 1007\nlink del veth0.7\n');
  expect(outsideCommands(gateway)).not.toContain('rule');
  expect(removalCommands(gateway)).toBe('link del veth0.7\n');
});

// istio/istio tools/istio-iptables/pkg/capture/run.go: the chains ISTIO_INBOUND, ISTIO_OUTPUT and their redirects.
test('a sidecar captures all that comes in but its own ports, and all that its application sends', () => {
  expect(chain(natRules(sidecar), 'prerouting')).toEqual([
    'ip saddr 10.245.0.7 meta l4proto tcp redirect to :15001',
    'ip saddr 169.254.1.1 tcp dport 15000-15099 dnat to 127.0.0.1',
    'ip saddr 169.254.1.1 meta l4proto tcp dnat to 10.245.0.7',
    'tcp dport 15090 dnat to 10.245.0.7',
    'tcp dport { 15008, 15020, 15021 } return',
    'meta l4proto tcp redirect to :15006',
  ]);
});

test('what the proxy lets in reaches the application; a pod that calls itself comes in through the proxy', () => {
  expect(chain(natRules(sidecar), 'output')).toEqual([
    'ip daddr { 10.244.0.7, 127.0.0.1 } tcp dport 15090 dnat to 10.245.0.7',
    'ip saddr 127.0.0.6 tcp dport != 15000-15099 dnat to 10.245.0.7',
    'ip daddr 127.0.0.1 tcp dport != 15000-15099 dnat to 10.245.0.7',
    'ip daddr 10.244.0.7 tcp dport != 15000-15099 redirect to :15006',
  ]);
});

test("nothing of a gateway's traffic is captured", () => {
  const rules = natRules(gateway);
  expect(rules).not.toContain('redirect');
  expect(chain(rules, 'output')).toEqual([
    'ip daddr { 10.244.0.7, 127.0.0.1 } tcp dport 15090 dnat to 10.245.0.7',
  ]);
});

test('only who enters the pod is at its loopback: the node itself is not', () => {
  for (const network of [sidecar, gateway]) {
    const local = chain(natRules(network), 'prerouting').filter((line) => line.includes('127.0.0.1'));
    expect(local.length).toBeGreaterThan(0);
    for (const line of local) expect(line).toContain('ip saddr 169.254.1.1 ');
  }
});

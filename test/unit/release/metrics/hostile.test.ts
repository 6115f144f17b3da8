import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { istioNames, NotExposition, samplesOf } from '../../../../release/metrics';
import {
  readIstio,
  readStatsJson,
  readStatsPrometheus,
} from '../../../../release/metrics/sources/envoy/stats';
import { readGuance } from '../../../../release/metrics/sources/guance/answer';
import { readParts } from '../../../../release/metrics/sources/prometheus/answer';
import { readJson, SourceTrouble } from '../../../../release/metrics/trouble';
import { z } from 'zod';

const scope = { service: 'reviews', namespace: 'prod', versions: ['v1', 'v2'] };

/** What makes a careless pattern go back and forth, so many characters of it. */
const units = ['a', '_', '.', 'a{b="', '\\"', 'le="1",', ' ', '<', 'outbound|1|'];
const worst = (length: number) =>
  units.flatMap((unit) => {
    const long = unit.repeat(Math.ceil(length / unit.length));
    return [`${long}!`, `x{a="${long}`, `envoy_cluster_${long}upstream_rq_x`];
  });

/** Readers of what a server sends, each of which once took seconds for a text of this length. */
const readers: readonly (readonly [string, (text: string) => unknown])[] = [
  ['the text format', (text) => [...samplesOf(text)]],
  ['a sidecar', (text) => readIstio(text, istioNames(scope), 'it')],
  ['Envoy’s text', (text) => readStatsPrometheus(text, scope, 'it')],
  ['Envoy’s JSON', (text) => readStatsJson(text, scope, 'it')],
  [
    'a name in Envoy’s JSON',
    (text) =>
      readStatsJson(
        JSON.stringify({ stats: [{ name: `cluster.${text}.upstream_rq_2xx`, value: 1 }] }),
        scope,
        'it',
      ),
  ],
  [
    'a tag in Envoy’s text',
    (text) =>
      readStatsPrometheus(
        `envoy_cluster_upstream_rq_xx{envoy_cluster_name=${JSON.stringify(text)}} 1`,
        scope,
        'it',
      ),
  ],
  ['Prometheus', (text) => readParts(text, 0, 'it')],
  ['Guance', (text) => readGuance(text, 1, 10, 'it')],
  ['any JSON', (text) => readJson(text, z.object({}), 'it')],
];

/** Processor time of reading the worst texts of a length, milliseconds; waiting for the processor is not in it. */
function cost(read: (text: string) => unknown, length: number): number {
  const texts = worst(length);
  const before = process.cpuUsage();
  for (const text of texts) {
    try {
      read(text);
    } catch (error) {
      if (!(error instanceof SourceTrouble) && !(error instanceof NotExposition)) throw error;
      expect(error.message.length).toBeLessThan(400);
    }
  }
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}

/** Four times the length takes four times as long, and sixteen times with a pattern that goes back and forth. */
test.each(readers)('%s: the worst 100 KB costs no more than its length', (_, read) => {
  cost(read, 1_000);
  const [short, long] = [cost(read, 25_000), cost(read, 100_000)];
  expect(long).toBeLessThan(8 * short + 500);
});

/** Reads 15 MiB in a process whose heap holds little more than the text and what is wanted of it. */
test.each(['istio', 'clusters', 'json', 'prometheus'])(
  '15 MiB of %s fit into a heap of 160 MiB',
  (kind) => {
    const script = join(__dirname, 'hostileMemory.js');
    const said = execFileSync(process.execPath, ['--max-old-space-size=160', script, kind], {
      encoding: 'utf8',
      timeout: 120_000,
    });
    expect(said).toMatch(/^read \d+ counters of 15 MiB/);
  },
  180_000,
);

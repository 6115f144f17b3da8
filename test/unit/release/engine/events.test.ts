import { mkdtempSync, readdirSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EventLog } from '../../../../release/engine/eventLog';
import { EventTeller } from '../../../../release/engine/events';
import { EngineFailure } from '../../../../release/engine';
import type { BareEvent } from '../../../../release/events';

const urn = 'urn:pulumi:prod::bookinfo::kubernetes:networking.istio.io/v1:VirtualService::reviews';
const type = 'kubernetes:networking.istio.io/v1:VirtualService';

function tell(...events: object[]) {
  const told: BareEvent[] = [];
  let now = 0;
  const teller = new EventTeller(
    'up',
    (event) => told.push(event),
    () => (now += 1_500),
  );
  for (const event of events) teller.take({ sequence: 1, timestamp: 0, ...event });
  return { told, teller };
}

const step = (op: string, more: object = {}) => ({ metadata: { urn, type, op, ...more } });

test('an update of a resource begins and ends, with the seconds between', () => {
  const { told, teller } = tell({ resourcePreEvent: step('update') }, { resOutputsEvent: step('update') });
  expect(told).toEqual([
    expect.objectContaining({ kind: 'resource', name: 'reviews', op: 'update', state: 'started' }),
    expect.objectContaining({ op: 'update', state: 'done', seconds: 1.5 }),
  ]);
  expect([...teller.changed]).toEqual([urn]);
});

test('what stays the same, the stack and the providers are no change', () => {
  const { told, teller } = tell(
    { resourcePreEvent: step('same') },
    { resourcePreEvent: step('create', { type: 'pulumi:pulumi:Stack' }) },
    { resourcePreEvent: step('update', { type: 'pulumi:providers:kubernetes' }) },
  );
  expect([...teller.changed]).toEqual([]);
  expect(told).toHaveLength(1);
});

test('errors are kept without colours; debug lines, which hold whole objects, are never told', () => {
  const { told, teller } = tell(
    { diagnosticEvent: { severity: 'debug', message: 'RegisterResource RPC prepared', color: 'never' } },
    {
      diagnosticEvent: {
        severity: 'error',
        message: '<{%reset%}>it failed<{%reset%}>\n',
        color: 'never',
        urn,
      },
    },
    {
      diagnosticEvent: { severity: 'warning', message: 'one line of many', color: 'never', ephemeral: true },
    },
  );
  expect(told).toEqual([{ kind: 'diagnostic', severity: 'error', text: 'it failed', urn }]);
  expect(teller.errors).toEqual(['it failed']);
});

test('mandatory policies refuse, advisory ones warn', () => {
  const policy = { policyPackName: 'bookinfo', resourceUrn: urn, color: 'never' };
  const { told, teller } = tell(
    { policyEvent: { ...policy, policyName: 'R06', message: 'jumps', enforcementLevel: 'mandatory' } },
    { policyEvent: { ...policy, policyName: 'R38', message: 'no list', enforcementLevel: 'warning' } },
  );
  expect(teller.violations).toEqual(['bookinfo/R06: jumps']);
  expect(told).toMatchObject([
    { severity: 'error', policy: 'bookinfo/R06' },
    { severity: 'warning', policy: 'bookinfo/R38' },
  ]);
});

test('the log is read while it grows, whole lines only, and its file has no name', () => {
  const folder = mkdtempSync(join(tmpdir(), 'events-'));
  const seen: unknown[] = [];
  const log = new EventLog(folder, (event) => seen.push(event));
  const line = Buffer.from(`${JSON.stringify({ sequence: 1, text: 'größer' })}\n`);
  const cut = line.indexOf(0xc3) + 1;
  log.start();
  writeSync(log.fd, line.subarray(0, cut));
  writeSync(log.fd, Buffer.concat([line.subarray(cut), Buffer.from('{"half')]));
  expect(readdirSync(folder)).toEqual([]);
  log.stop();
  expect(seen).toEqual([{ sequence: 1, text: 'größer' }]);
});

test('a failure says what the engine called an error, not all that it printed', () => {
  const output = ['Updating (prod)', 'lots of lines', 'error: no stack named prod', '  try another'].join(
    '\n',
  );
  expect(new EngineFailure('up', 255, output).message).toBe(
    'pulumi up ended with 255:\nerror: no stack named prod\n  try another',
  );
  expect(new EngineFailure('up', null, output, ['it failed']).message).toBe(
    'pulumi up ended with a signal:\nit failed',
  );
});

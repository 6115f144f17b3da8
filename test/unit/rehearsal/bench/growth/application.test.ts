import { parseApplication } from '../../../../../components/application/pure';
import { applicationOf, configOf } from '../../../../../rehearsal/bench/growth/application';
import { extentOf } from '../../../../../rehearsal/bench/repetitions';

test.each([...new Set([false, true].flatMap((quick) => extentOf(quick).services))])(
  'a table of %i services is an application',
  (services) => {
    const parsed = parseApplication(applicationOf(services), 'bench');
    expect(parsed).toMatchObject({ ok: true });
    if (!parsed.ok) throw new Error('unreachable');
    expect(parsed.value.services).toHaveLength(services);
    expect(parsed.value.services.filter(({ entry }) => entry !== undefined)).toHaveLength(1);
    expect(parsed.value.services.flatMap(({ calls = [] }) => calls)).toHaveLength(services - 1);
    const versions = parsed.value.services.flatMap((service) => service.versions);
    expect(versions).toHaveLength(services + 1);
  },
);

test.each([0, -1, 1.5])('%p services are none', (services) => {
  expect(() => applicationOf(services)).toThrow('make no application');
});

test('the stack releases the service that has two versions', () => {
  const { config } = configOf('/tmp/table.yaml', 'bench-10', [0, 1, 100], ['release']) as { config: object };
  expect(config).toMatchObject({
    'bookinfo:application': '/tmp/table.yaml',
    'bookinfo:layers': ['release'],
    'bookinfo:namespace': 'bench-10',
    'bookinfo:release': {
      service: 'service-1',
      stable: { version: 'v1' },
      canary: { version: 'v2' },
      steps: [0, 1, 100],
    },
    'bookinfo:step': 'baseline',
  });
});

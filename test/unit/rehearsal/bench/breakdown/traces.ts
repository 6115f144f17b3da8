import type { Traced } from '../../../../../rehearsal/bench/breakdown/phases';
import type { Span } from '../../../../../rehearsal/bench/breakdown/spans';

let ids = 0;

/** A span of the engine's, in milliseconds since the command was started. */
const span = (name: string, start: number, end: number, more: Partial<Span> = {}): Span => ({
  id: `span-${++ids}`,
  parent: undefined,
  service: 'pulumi-cli',
  name,
  start,
  end,
  ...more,
});

const monitor = (name: string) => `pulumirpc.ResourceMonitor/${name}`;
const provider = (name: string) => `pulumirpc.ResourceProvider/${name}`;

/** What every update has, the empty program's too. */
const start = (): Span[] => [
  span('pulumi', 100, 990),
  span('newPlugin', 110, 130),
  span('gocloud.dev/blob.NewWriter', 190, 195),
  span('pulumi-plan', 200, 980),
  span('newPlugin', 201, 210),
  span('pulumirpc.LanguageRuntime/Run', 220, 960),
  span('execNodejs', 250, 950, { service: 'opentracing-plugin' }),
  // The language host's half of the same call.
  span(`/${monitor('RegisterResource')}`, 399, 405, { service: 'pulumi-language-host' }),
  span(monitor('RegisterResource'), 400, 404),
];

export const emptyTrace = (): Traced => ({
  startedAt: 0,
  endedAt: 1000,
  spans: [...start(), span(monitor('RegisterResourceOutputs'), 430, 440)].sort((a, b) => a.start - b.start),
});

/** Two resources of the provider's, the second one updated; what was applied is asked for twice. */
export const stepTrace = (): Traced => {
  const [first, second] = [span(monitor('Invoke'), 410, 415), span(monitor('Invoke'), 450, 520)];
  return {
    startedAt: 0,
    endedAt: 1000,
    spans: [
      ...start(),
      first,
      span('builtinProvider.readStackReference', 411, 414, { parent: first.id }),
      span(monitor('Invoke'), 420, 530),
      span('newPlugin', 421, 500),
      second,
      span(provider('Configure'), 505, 511),
      span(provider('Invoke'), 513, 514),
      span('builtinProvider.readStackReference', 515, 519, { parent: second.id }),
      span(monitor('RegisterResource'), 600, 660),
      span(monitor('RegisterResource'), 700, 900),
      span(provider('Check'), 610, 620),
      span(provider('Diff'), 630, 640),
      span(provider('Check'), 710, 715),
      span(provider('Diff'), 720, 770),
      span(provider('Update'), 800, 820),
      span('gocloud.dev/blob.Copy', 780, 783),
      span('gocloud.dev/blob.NewWriter', 783, 790),
      span(monitor('RegisterResourceOutputs'), 910, 920),
    ].sort((a, b) => a.start - b.start),
  };
};

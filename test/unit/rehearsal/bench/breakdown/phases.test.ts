import { phaseNames, phasesOf } from '../../../../../rehearsal/bench/breakdown/phases';
import { emptyTrace, stepTrace } from './traces';

const sum = (phases: Readonly<Record<string, number>>) =>
  Object.values(phases).reduce((total, value) => total + value, 0);

test('the phases of a weight step are the whole of it', () => {
  const phases = phasesOf(stepTrace());
  expect(phases).toEqual({
    engine: 100,
    state: 100,
    host: 20,
    lookup: 30,
    sdk: 150,
    program: 200,
    resources: 100,
    last: 200,
    ending: 50,
    checkpoint: 30,
    exit: 20,
  });
  expect(sum(phases)).toBe(1000);
  expect(Object.keys(phases)).toEqual(Object.keys(phaseNames));
});

test('a program without resources ends its loading where its outputs are told', () => {
  const phases = phasesOf(emptyTrace());
  expect(phases).toMatchObject({ sdk: 150, program: 30, resources: 0, last: 0, ending: 520 });
  expect(sum(phases)).toBe(1000);
});

test.each(['pulumi', 'pulumi-plan', 'execNodejs', 'pulumirpc.LanguageRuntime/Run'])(
  'a trace without %s is refused: its figures would be another phase’s',
  (name) => {
    const trace = stepTrace();
    expect(() => phasesOf({ ...trace, spans: trace.spans.filter((span) => span.name !== name) })).toThrow(
      `no span ${name}`,
    );
  },
);

test('a trace without the stack is refused', () => {
  const trace = stepTrace();
  const spans = trace.spans.filter(({ name }) => !name.includes('RegisterResource'));
  expect(() => phasesOf({ ...trace, spans })).toThrow('not even the stack');
});

import { renderPipeline, type Step } from '../../../../../components/datakit/pure';
import { problemsOf } from '../support';

const problems = (...steps: Step[]) => problemsOf(() => renderPipeline({ steps }, 'p'));
const grok = (pattern: string): Step => ({ do: 'grok', input: '_', pattern });

describe('a pipeline', () => {
  it('is written in the language of DataKit, backslashes doubled', () => {
    expect(
      renderPipeline({
        steps: [
          { do: 'addPattern', name: 'ID', pattern: '\\d{2}"' },
          { ...grok('%{ID:id:int}'), then: [{ do: 'setTag', key: 'id' }], otherwise: [grok('x')] } as Step,
          { ...grok('y'), otherwise: [{ do: 'dropKey', key: 'id' }] } as Step,
          { do: 'json', input: '_', path: 'a.b' },
          { do: 'json', input: '_', path: 'a.b', as: 'c' },
          { do: 'rename', from: 'c', to: 'd' },
          { do: 'cast', key: 'd', type: 'float' },
          { do: 'groupBetween', key: 'd', from: 0, to: 9, value: 'low', as: 'level' },
          { do: 'defaultTime', key: 'time', timezone: '+8' },
        ],
      }),
    ).toBe(
      [
        'add_pattern("ID", "\\\\d{2}\\"")',
        'if grok(_, "%{ID:id:int}") {',
        '  set_tag(id)',
        '} else {',
        '  grok(_, "x")',
        '}',
        'if !grok(_, "y") {',
        '  drop_key(id)',
        '}',
        'json(_, a.b)',
        'json(_, a.b, c)',
        'rename(d, c)',
        'cast(d, "float")',
        'group_between(d, [0, 9], "low", level)',
        'default_time(time, "+8")',
        '',
      ].join('\n'),
    );
  });

  it.each<[string, Step, string]>([
    [
      'an unknown pattern',
      grok('%{TRACEID:x}'),
      'p.steps[0].pattern uses %{TRACEID}, which is not known here',
    ],
    ['a malformed reference', grok('%{INT:x:long}'), 'p.steps[0].pattern has %{INT:x:long}'],
    [
      'a field that is a tag of every line',
      grok('%{WORD:service}'),
      'p.steps[0].pattern sets service, which is a tag of every line',
    ],
    [
      'a look-ahead',
      grok('a(?=b)'),
      "p.steps[0].pattern looks ahead or behind, which Go's expressions cannot",
    ],
    ['an open bracket', grok('a['), 'p.steps[0].pattern is not a regular expression'],
    [
      'a standard pattern redefined',
      { do: 'addPattern', name: 'INT', pattern: '1' },
      'p.steps[0].name is INT, which is known already and stays as it is',
    ],
    ['a keyword', { do: 'dropKey', key: 'if' }, 'p.steps[0] is "if", not a name'],
    ['code in a name', { do: 'setTag', key: 'a) drop(' }, 'p.steps[0] is "a) drop(", not a name'],
    [
      'limits the wrong way round',
      { do: 'groupBetween', key: 'a', from: 2, to: 1, value: 'x', as: 'b' },
      'p.steps[0] goes from 2 down to 1',
    ],
    [
      'a problem further in',
      { do: 'grok', input: '_', pattern: 'x', then: [grok('%{NONE}')] },
      'p.steps[0].then[0].pattern uses %{NONE}, which is not known here',
    ],
  ])('refuses %s', (_name, step, problem) => {
    expect(problems(step)).toEqual([problem]);
  });

  it('knows a pattern from where it is added, and below', () => {
    const add: Step = { do: 'addPattern', name: 'ID', pattern: 'x' };
    expect(problems(add, grok('%{ID:id}'))).toEqual([]);
    expect(problems(grok('%{ID:id}'), add)).toHaveLength(1);
    expect(problems({ do: 'grok', input: '_', pattern: 'x', then: [add] }, grok('%{ID:id}'))).toHaveLength(1);
  });
});

import { ProblemsError } from '../../../../components/validation';
import { ciSpecs } from '../../../../release/commandLine/ciSpecs';
import {
  buildProgram,
  commandSpecs,
  type CommandName,
  type RawOptions,
} from '../../../../release/commandLine/tree';
import { readValues, type Values } from '../../../../release/commandLine/values';

async function parse(line: string, env: Record<string, string> = {}): Promise<Values> {
  let values: Values | undefined;
  await buildProgram((name, raw, extra) => {
    values = readValues(name, raw, extra, env);
    return Promise.resolve();
  }).parseAsync(line.split(' '), { from: 'user' });
  return values!;
}

const problems = async (line: string, env?: Record<string, string>) => {
  try {
    await parse(line, env);
  } catch (error) {
    if (error instanceof ProblemsError)
      return error.problems.map(({ path, problem }) => `${path} ${problem}`);
    throw error;
  }
  return [];
};

describe('the command line', () => {
  it('takes the options of every command before and after its name', async () => {
    const wanted = { stacks: ['prod'], json: true, cwd: '/p', to: 25, service: 'reviews', onDrift: 'refuse' };
    expect(await parse('--stack prod --json advance --to 25 --service reviews --cwd /p')).toMatchObject(
      wanted,
    );
    expect(await parse('advance --to 25 --service reviews --stack prod --json --cwd /p')).toMatchObject(
      wanted,
    );
  });

  it('understands every option of the list', async () => {
    expect(
      await parse(
        'run --stacks a,b,c --wave 2 --until 50 --bake 5m --approve-at 25 --overwrite --no-color --quiet',
      ),
    ).toMatchObject({
      stacks: ['a', 'b', 'c'],
      wave: 2,
      until: 50,
      bake: '5m',
      approveAt: 25,
      onDrift: 'overwrite',
      color: false,
      quiet: true,
    });
    expect(await parse('adopt --stack prod --yes')).toMatchObject({ yes: true });
    expect(await parse('report --stack prod --format html --output a.html --from b.json')).toMatchObject({
      format: 'html',
      output: 'a.html',
      from: 'b.json',
    });
  });

  it('takes the stack from the environment', async () => {
    expect(await parse('status', { PULUMI_STACK: 'test' })).toMatchObject({ stacks: ['test'] });
    expect(await problems('status')).toEqual(['--stack is missing, and PULUMI_STACK is not set']);
  });

  it('says everything that is wrong at once', async () => {
    expect(
      await problems(
        'run --untl 50 --until half --bake soon --approve-at finished --wave 0 --adopt --overwrite --json --quiet x',
      ),
    ).toEqual([
      '--untl is no option of release run',
      '"x" is left over: release run takes options only',
      '--wave is "0", not a whole number of 1 to 999',
      '--quiet is given beside --json',
      '--overwrite is given beside --adopt',
      '--stack is missing, and PULUMI_STACK is not set',
      '--wave is given without --stacks',
      '--until is "half", not a step',
      '--bake is "soon", not a duration',
      '--approve-at is "finished", not a weight',
    ]);
  });

  it.each([
    ['migrate-routes --stack prod', '--to is missing'],
    ['migrate-routes --stack prod --to httproute', '--to is "httproute", which is unknown'],
    ['advance --stack prod --to 101', '--to is "101", not a step'],
    ['preview --stack prod --format pdf', '--format is "pdf", which is unknown'],
    ['report --stack prod --format text', '--format is "text", which is unknown'],
    ['run --stack prod --stacks a,b', '--stacks is given beside --stack'],
    ['run --stacks a,,b', '--stacks has an empty name'],
    ['run --stacks a,b,a', '--stacks names a twice'],
    ['run --stacks a,b --config-file x', '--stacks is given beside --config-file'],
    ['status --stack prod --to 5', '--to is no option of release status'],
  ])('%s', async (line, problem) => {
    expect(await problems(line)).toContain(problem);
  });

  it('has a command for each of the list, with help that names the ways it can end', () => {
    const program = buildProgram(() => Promise.resolve());
    const names: CommandName[] = [
      ...([
        'init',
        'list',
        'status',
        'watch',
        'plan',
        'preview',
        'advance',
        'run',
        'approve',
        'supersede',
        'pause',
        'resume',
        'retry',
        'rollback',
        'undo',
        'finish',
        'adopt',
        'migrate-routes',
        'report',
      ] as const),
      'doctor',
    ];
    expect(program.commands.map((command) => command.name())).toEqual([...names, 'ci']);
    expect(commandSpecs.map(({ name }) => name)).toEqual([...names, ...ciSpecs.map(({ name }) => name)]);
    expect(commandSpecs.every(({ examples }) => examples.length > 0)).toBe(true);
  });

  it.each(commandSpecs.flatMap(({ examples }) => examples))(
    'understands its own example: %s',
    async (example) => {
      const words = [...example.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, word]) => quoted ?? word!);
      let understood = false;
      await buildProgram((name, raw, extra) => {
        readValues(name, raw, extra, {});
        understood = true;
        return Promise.resolve();
      }).parseAsync(words.slice(1), { from: 'user' });
      expect(understood).toBe(true);
    },
  );
});

describe('what the page and the list take', () => {
  const read = (name: 'watch' | 'list' | 'status', raw: RawOptions) => readValues(name, raw, [], {});

  it('list needs no stack, the others do', () => {
    expect(read('list', {}).stacks).toEqual(['']);
    expect(() => read('watch', {})).toThrow('--stack');
  });

  it.each([
    ['port', '70000', 'not a port'],
    ['port', 'http', 'not a port'],
    ['guance', 'console.guance.com', 'not an address of a page'],
    ['grafana', 'javascript:alert(1)', 'not an address of a page'],
  ])('--%s %s is refused', (key, value, problem) => {
    expect(() => read('watch', { stack: 'prod', [key]: value })).toThrow(problem);
  });

  it('takes what is right', () => {
    const raw = { stack: 'prod', port: '8080', open: true, grafana: 'https://grafana.example.org/d/1' };
    expect(read('watch', raw)).toMatchObject({ port: 8080, open: true, grafana: raw.grafana });
    expect(read('status', { stack: 'prod', watch: true }).watch).toBe(true);
  });
});

it('an option that is nearly one is one problem, whatever value follows it', () => {
  const problemsOf = (extra: readonly string[]) => {
    try {
      readValues('status', {}, extra, {});
    } catch (thrown) {
      return (thrown as ProblemsError).problems.map(({ path, remedy }) => [path, remedy]);
    }
    return [];
  };
  expect(problemsOf(['--stak', 'prod'])).toEqual([['--stak', 'did you mean --stack?']]);
  expect(problemsOf(['--stak=prod'])).toEqual([['--stak', 'did you mean --stack?']]);
  expect(problemsOf(['prod']).map(([path]) => path)).toEqual(['"prod"', '--stack']);
});

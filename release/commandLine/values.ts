import { Option } from 'commander';
import {
  durationMilliseconds,
  readStep,
  routings,
  type Routing,
  type Step,
} from '../../components/canary/pure';
import { didYouMean, ProblemsError, type Problem } from '../../components/validation';
import type { OnDrift } from '../sequence';
import { commandSpecs, globalOptions, type CommandName, type RawOptions } from './tree';

const formats = { preview: ['text', 'md', 'json'], report: ['html', 'md', 'json'] } as const;
export type PreviewFormat = (typeof formats.preview)[number];
export type ReportFormat = (typeof formats.report)[number];

/** The command line, understood. */
export interface Values {
  /** The stacks to work on; one, but for `run --stacks`. */
  readonly stacks: readonly string[];
  readonly cwd: string;
  readonly configFile?: string;
  readonly json: boolean;
  readonly quiet: boolean;
  readonly color: boolean;
  readonly service?: string;
  readonly to?: Step;
  readonly until?: Step;
  /** The routing API that `migrate-routes` goes to; always there for it. */
  readonly routing?: Routing;
  /** A duration as it was written. */
  readonly bake?: string;
  /** A weight, per cent. */
  readonly approveAt?: number;
  readonly wave: number;
  readonly onDrift: OnDrift;
  readonly reason?: string;
  /** A version. */
  readonly canary?: string;
  readonly image?: string;
  readonly yes: boolean;
  readonly format?: string;
  readonly output?: string;
  readonly from?: string;
  /** Keep status on the screen. */
  readonly watch: boolean;
  readonly open: boolean;
  /** 0 for a free one. */
  readonly port: number;
  /** Addresses of dashboards. */
  readonly guance?: string;
  readonly grafana?: string;
  readonly fromManifests?: string;
  readonly fromChart?: string;
  /** The folder or file that a job of the pipeline writes to. */
  readonly out?: string;
  readonly onlyAffected: boolean;
  readonly note: boolean;
  /** The folder of the preview that was approved. */
  readonly approved?: string;
  readonly next?: Step;
  readonly nextOut?: string;
  /** A duration as it was written. */
  readonly wait?: string;
  readonly afterSteps: boolean;
}

type Env = Readonly<Record<string, string | undefined>>;

/** How the flags of a command are spelled, with those of every command. */
const flagsOf = (name: CommandName): readonly string[] =>
  [...globalOptions, ...(commandSpecs.find((spec) => spec.name === name)?.options ?? [])].map(
    ({ flags }) => flags.split(' ')[0]!,
  );

/** The key under which commander keeps an option: `--next-out <folder>` is `nextOut`. */
const keyOf = (flags: string): string => new Option(flags).attributeName();

/** What a command cannot do without and was not given. */
const missingProblems = (name: CommandName, raw: RawOptions): Problem[] =>
  (commandSpecs.find((spec) => spec.name === name)?.options ?? []).flatMap(({ flags, required }) =>
    required === undefined || raw[keyOf(flags)] !== undefined
      ? []
      : [
          {
            path: flags.split(' ')[0]!,
            problem: 'is missing',
            remedy: `write it, such as ${flags.split(' ')[0]} ${required}`,
          },
        ],
  );

function extraProblems(name: CommandName, extra: readonly string[]): Problem[] {
  const flags = flagsOf(name);
  // What follows an option that there is not is its value.
  const isValue = (index: number) =>
    /^-[^=]*$/.test(extra[index - 1] ?? '') && !extra[index]!.startsWith('-');
  return extra.flatMap((word, index) =>
    isValue(index)
      ? []
      : word.startsWith('-')
        ? {
            path: word.split('=')[0]!,
            problem: `is no option of release ${name}`,
            remedy: didYouMean(word.split('=')[0]!, flags, `the options are ${flags.join(', ')}`),
          }
        : {
            path: JSON.stringify(word),
            problem: `is left over: release ${name} takes options only`,
            remedy: `remove it, or write it as an option: ${flags.join(', ')}`,
          },
  );
}

/** Reads options one by one and keeps what is wrong with them. */
class Reader {
  readonly problems: Problem[] = [];

  constructor(private readonly raw: RawOptions) {}

  text(key: string, flag: string): string | undefined {
    const value = this.raw[key];
    if (typeof value !== 'string') return undefined;
    if (value.trim() !== '') return value;
    this.problems.push({ path: flag, problem: 'is empty', remedy: 'write a value, or leave it out' });
    return undefined;
  }

  flag = (key: string): boolean => this.raw[key] === true;

  step(key: string, flag: string): Step | undefined {
    const text = this.text(key, flag);
    return text === undefined ? undefined : this.oneStep(text, flag);
  }

  weight(key: string, flag: string): number | undefined {
    const text = this.text(key, flag);
    const step = text === undefined ? undefined : readStep(text);
    if (text === undefined || typeof step === 'number') return step as number | undefined;
    this.problems.push({
      path: flag,
      problem: `is ${JSON.stringify(text)}, not a weight`,
      remedy: 'write a whole number of per cent, such as 50',
    });
    return undefined;
  }

  private oneStep(text: string, flag: string): Step | undefined {
    const step = readStep(text);
    if (step !== undefined) return step;
    const otherwise = 'write baseline, a weight from 0 to 100, or finished';
    this.problems.push({
      path: flag,
      problem: `is ${JSON.stringify(text)}, not a step`,
      remedy: /[a-z]/i.test(text) ? didYouMean(text, ['baseline', 'finished'], otherwise) : otherwise,
    });
    return undefined;
  }

  duration(key: string, flag: string): string | undefined {
    const text = this.text(key, flag);
    if (text === undefined || durationMilliseconds(text) !== undefined) return text;
    this.problems.push({
      path: flag,
      problem: `is ${JSON.stringify(text)}, not a duration`,
      remedy: 'write a number and a unit, such as 5m',
    });
    return undefined;
  }

  oneOf(key: string, flag: string, known: readonly string[]): string | undefined {
    const text = this.text(key, flag);
    if (text === undefined || known.includes(text)) return text;
    this.problems.push({
      path: flag,
      problem: `is ${JSON.stringify(text)}, which is unknown`,
      remedy: didYouMean(text, known, `write one of ${known.join(', ')}`),
    });
    return undefined;
  }

  /** @returns undefined where it is missing or no routing API, which is a problem then */
  routing(): Routing | undefined {
    const known = `name one of ${routings.join(', ')}`;
    if (this.raw['to'] === undefined)
      this.problems.push({ path: '--to', problem: 'is missing', remedy: known });
    return this.oneOf('to', '--to', routings) as Routing | undefined;
  }

  port(key: string, flag: string): number | undefined {
    const text = this.text(key, flag);
    if (text === undefined) return undefined;
    if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text);
    this.problems.push({
      path: flag,
      problem: `is ${JSON.stringify(text)}, not a port`,
      remedy: 'write a number from 1 to 65535, or leave it out for a free one',
    });
    return undefined;
  }

  address(key: string, flag: string): string | undefined {
    const text = this.text(key, flag);
    if (text === undefined || (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol))) return text;
    this.problems.push({
      path: flag,
      problem: `is ${JSON.stringify(text)}, not an address of a page`,
      remedy: 'write one that begins with https://',
    });
    return undefined;
  }

  apart(first: string, second: string, flags: readonly [string, string]): void {
    if (this.raw[first] === undefined || this.raw[second] === undefined) return;
    if (this.raw[first] === false || this.raw[second] === false) return;
    this.problems.push({
      path: flags[1],
      problem: `is given beside ${flags[0]}`,
      remedy: 'keep one of the two',
    });
  }

  list(key: string, flag: string): readonly string[] {
    const text = this.text(key, flag);
    if (text === undefined) return [];
    const names = text.trim().split(/\s*,\s*|\s+/);
    const wrong =
      names.find((name) => name === '') !== undefined
        ? 'has an empty name'
        : new Set(names).size < names.length
          ? `names ${names.find((name, index) => names.indexOf(name) < index)} twice`
          : undefined;
    if (wrong !== undefined) {
      this.problems.push({
        path: flag,
        problem: wrong,
        remedy: 'write each name once, such as prod-a,prod-b',
      });
    }
    return names;
  }

  count(key: string, flag: string): number | undefined {
    const text = this.text(key, flag);
    if (text === undefined) return undefined;
    if (/^[1-9]\d{0,2}$/.test(text)) return Number(text);
    this.problems.push({
      path: flag,
      problem: `is ${JSON.stringify(text)}, not a whole number of 1 to 999`,
      remedy: 'write a number such as 1',
    });
    return undefined;
  }
}

/**
 * Understands a command line.
 * @throws ProblemsError with everything that is wrong with it
 */
export function readValues(name: CommandName, raw: RawOptions, extra: readonly string[], env: Env): Values {
  const reader = new Reader(raw);
  reader.problems.push(...extraProblems(name, extra), ...missingProblems(name, raw));
  const several = reader.list('stacks', '--stacks');
  const one = reader.text('stack', '--stack') ?? (several.length > 0 ? undefined : env['PULUMI_STACK']);
  const wave = reader.count('wave', '--wave');
  const configFile = reader.text('configFile', '--config-file');
  reader.apart('json', 'quiet', ['--json', '--quiet']);
  reader.apart('adopt', 'overwrite', ['--adopt', '--overwrite']);
  reader.apart('stack', 'stacks', ['--stack', '--stacks']);
  reader.apart('fromManifests', 'fromChart', ['--from-manifests', '--from-chart']);
  reader.apart('configFile', 'stacks', ['--config-file', '--stacks']);
  if (
    name !== 'list' &&
    several.length === 0 &&
    (one ?? '') === '' &&
    !reader.problems.some(
      ({ path, remedy }) => /^--stacks?$/.test(path) || remedy === 'did you mean --stack?',
    )
  ) {
    reader.problems.push({
      path: '--stack',
      problem: 'is missing, and PULUMI_STACK is not set',
      remedy: 'name the stack, such as --stack prod',
    });
  }
  if (several.length === 0 && raw['wave'] !== undefined) {
    reader.problems.push({
      path: '--wave',
      problem: 'is given without --stacks',
      remedy: 'name the stacks, such as --stacks prod-a,prod-b, or leave it out',
    });
  }
  const values: Values = {
    stacks: several.length > 0 ? several : [one ?? ''],
    cwd: reader.text('cwd', '--cwd') ?? '.',
    configFile,
    json: reader.flag('json'),
    quiet: reader.flag('quiet'),
    color: raw['color'] !== false,
    service: reader.text('service', '--service'),
    to: name === 'migrate-routes' ? undefined : reader.step('to', '--to'),
    routing: name === 'migrate-routes' ? reader.routing() : undefined,
    until: reader.step('until', '--until'),
    bake: reader.duration('bake', '--bake'),
    approveAt: reader.weight('approveAt', '--approve-at'),
    wave: wave ?? 1,
    onDrift: reader.flag('adopt') ? 'adopt' : reader.flag('overwrite') ? 'overwrite' : 'refuse',
    reason: reader.text('reason', '--reason'),
    canary: reader.text('canary', '--canary'),
    image: reader.text('image', '--image'),
    yes: reader.flag('yes'),
    format:
      name === 'preview' || name === 'report' ? reader.oneOf('format', '--format', formats[name]) : undefined,
    output: reader.text('output', '--output'),
    from: reader.text('from', '--from'),
    watch: reader.flag('watch'),
    open: reader.flag('open'),
    port: reader.port('port', '--port') ?? 0,
    guance: reader.address('guance', '--guance'),
    grafana: reader.address('grafana', '--grafana'),
    fromManifests: reader.text('fromManifests', '--from-manifests'),
    fromChart: reader.text('fromChart', '--from-chart'),
    out: reader.text('out', '--out'),
    onlyAffected: reader.flag('onlyAffected'),
    note: reader.flag('note'),
    approved: reader.text('approved', '--approved'),
    next: reader.step('next', '--next'),
    nextOut: reader.text('nextOut', '--next-out'),
    wait: reader.duration('wait', '--wait'),
    afterSteps: reader.flag('afterSteps'),
  };
  if (reader.problems.length > 0) throw new ProblemsError('Command line', reader.problems);
  return values;
}

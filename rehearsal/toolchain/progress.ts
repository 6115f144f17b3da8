/** What a step tells about itself while it runs. */
export interface Progress {
  /** How far it is, such as `34 of 88 MB`; shown beside the time. */
  show(state: string): void;
  /** The step ends without what it was to make, which is made later in another way: why, and how many seconds that takes. */
  postpone(line: string, seconds: number): void;
}

/** One thing that is made, in the order of the list it stands in. */
export interface Step {
  /** `kube-apiserver 1.36.3`. */
  readonly title: string;
  /** How long it takes when nothing of it was done before. */
  readonly seconds: number;
  /** `downloading from https://dl.k8s.io`; absent where it is made on this machine. */
  readonly how?: string;
  readonly run: (progress: Progress) => Promise<void>;
}

/** Steps that are taken one after the other. */
export type Lane = readonly Step[];

/** `tty`: live lines on a terminal; `plain`: a line per event, for logs; `none`: silence. */
export type ProgressMode = 'tty' | 'plain' | 'none';

const minuteMs = 60_000;

/** `1 min 5 s`. */
export function duration(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  return whole % 60 === 0 ? `${minutes} min` : `${minutes} min ${whole % 60} s`;
}

/** The mode for where the output goes: live lines only where somebody can see them move. */
export function progressMode(env: NodeJS.ProcessEnv = process.env): ProgressMode {
  return process.stdout.isTTY && process.stderr.isTTY && !env['CI'] && env['TERM'] !== 'dumb'
    ? 'tty'
    : 'plain';
}

/** Plain lines go to standard error: standard output belongs to what the command was asked for. */
function toStandardError(line: string): void {
  process.stderr.write(`${line}\n`);
}

/**
 * Runs all lanes at the same time and shows each step with its place among all, elapsed and expected time.
 *
 * @throws what the first failing step throws, when every lane has ended; `stop` is called at once, to end the others.
 */
export async function runLanes(
  lanes: readonly Lane[],
  mode: ProgressMode,
  stop: (reason: unknown) => void = () => {},
  write: (line: string) => void = toStandardError,
): Promise<void> {
  const all = lanes.flat();
  if (all.length === 0) return;
  const titles = new Map(all.map((step, index) => [step, `[${index + 1}/${all.length}] ${step.title}`]));
  const screen = await screenFor(titles, mode, write);
  const failures: unknown[] = [];
  const runLane = async (lane: Lane): Promise<void> => {
    for (const step of lane) await screen.show(step, (progress) => step.run(progress));
  };
  await Promise.all(
    lanes.map((lane) =>
      runLane(lane).catch((error: unknown) => {
        if (failures.push(error) === 1) stop(error);
      }),
    ),
  );
  await screen.close();
  if (failures.length > 0) throw failures[0];
}

/** Where steps are shown while they run. */
interface Screen {
  show(step: Step, run: (progress: Progress) => Promise<void>): Promise<void>;
  close(): Promise<void>;
}

type Titles = ReadonlyMap<Step, string>;

function screenFor(
  titles: Titles,
  mode: ProgressMode,
  write: (line: string) => void,
): Screen | Promise<Screen> {
  return mode === 'tty' ? liveScreen(titles) : plainScreen(titles, mode === 'plain' ? write : () => {});
}

/** The time of a step that runs, and what it told about itself. */
class Running implements Progress {
  private readonly started = Date.now();
  private state = '';
  postponed = false;

  constructor(
    private readonly step: Step,
    private readonly say: (line: string) => void,
  ) {}

  show(state: string): void {
    this.state = `, ${state}`;
  }

  postpone(line: string, seconds: number): void {
    this.postponed = true;
    this.say(`${line}, about ${duration(seconds)}`);
  }

  /** `34 s`, and how far it is. */
  get elapsed(): string {
    return `${duration((Date.now() - this.started) / 1_000)}${this.state}`;
  }

  /** `34 s of about 3 min`, and how far it is. */
  get passed(): string {
    const elapsed = duration((Date.now() - this.started) / 1_000);
    return `${elapsed} of about ${duration(this.step.seconds)}${this.state}`;
  }
}

/** A line when a step begins, one for each minute, one when it is done. */
function plainScreen(titles: Titles, write: (line: string) => void): Screen {
  return {
    show: async (step, run) => {
      const title = titles.get(step) ?? step.title;
      const running = new Running(step, (line) => write(`${title}: ${line}`));
      const about = `about ${duration(step.seconds)}`;
      const start =
        step.how === undefined ? `started, ${about} when nothing of it is cached` : `${step.how}, ${about}`;
      write(`${title}: ${start}`);
      const minutely = setInterval(() => write(`${title}: ${running.passed}`), minuteMs);
      try {
        await run(running);
      } finally {
        clearInterval(minutely);
      }
      if (!running.postponed) write(`${title}: done in ${running.elapsed}`);
    },
    close: async () => {},
  };
}

/** What Listr lets a task change of its line. */
interface Shown {
  title: string;
  output: string;
}

/** A line of the live list; Listr shows it as under way until it has ended. */
class LiveLine {
  private task?: Shown;
  private settle!: (error?: Error) => void;
  private readonly ended = new Promise<void>((resolve, reject) => {
    this.settle = (error) => (error ? reject(error) : resolve());
  });

  constructor() {
    // Who ran the step is told of its error; Listr only shows that there was one, and may not look yet.
    this.ended.catch(() => {});
  }

  /** To be called by Listr when it shows the line. */
  follow(task: Shown): Promise<void> {
    this.task = task;
    return this.ended;
  }

  entitle(title: string): void {
    if (this.task) this.task.title = title;
  }

  say(text: string): void {
    if (this.task) this.task.output = text;
  }

  end(error?: Error): void {
    this.settle(error);
  }
}

/** All steps in one list that stays on the screen. */
async function liveScreen(titles: Titles): Promise<Screen> {
  const { Listr } = await import('listr2');
  const lines = new Map([...titles.keys()].map((step) => [step, new LiveLine()]));
  const list = new Listr(
    [...titles].map(([step, title]) => ({
      title,
      task: (_context: unknown, task: Shown) => lines.get(step)?.follow(task),
      // What a step told stays to be read.
      rendererOptions: { persistentOutput: true, outputBar: Infinity },
    })),
    {
      concurrent: true,
      exitOnError: false,
      // Errors are shown by whoever called, once, and signals are the caller's too.
      registerSignalListeners: false,
      rendererOptions: { showErrorMessage: false, collapseErrors: false },
    },
  );
  const shown = list.run();
  return {
    show: async (step, run) => {
      const line = lines.get(step);
      const title = titles.get(step) ?? step.title;
      const running = new Running(step, (text) => line?.say(text));
      const everySecond = setInterval(() => line?.entitle(`${title} ${running.passed}`), 1_000);
      try {
        await run(running);
        line?.entitle(`${title} ${running.elapsed}`);
        line?.end();
      } catch (error) {
        line?.end(error as Error);
        throw error;
      } finally {
        clearInterval(everySecond);
      }
    },
    close: async () => {
      for (const line of lines.values()) line.end();
      await shown;
    },
  };
}

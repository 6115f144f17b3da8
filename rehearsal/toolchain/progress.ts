/** What a step tells about itself while it runs. */
export interface Progress {
  /** How far it is, such as `34 of 88 MB`; shown beside the time. */
  show(state: string): void;
  /** It goes on another way: why, and how many seconds that takes. */
  instead(line: string, seconds: number): void;
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

/** Runs the steps one after the other and shows each with its place in the list, elapsed and expected time. */
export async function runSteps(
  steps: readonly Step[],
  mode: ProgressMode,
  write: (line: string) => void = toStandardError,
): Promise<void> {
  if (mode === 'tty') return runLive(steps);
  for (const [index, step] of steps.entries()) {
    await runPlain(step, `[${index + 1}/${steps.length}] ${step.title}`, mode === 'plain' ? write : () => {});
  }
}

/** The time of a step that runs, and what it told about itself. */
class Running implements Progress {
  private readonly started = Date.now();
  private state = '';
  private seconds: number;

  constructor(
    step: Step,
    private readonly tell: (line: string) => void,
  ) {
    this.seconds = step.seconds;
  }

  show(state: string): void {
    this.state = `, ${state}`;
  }

  instead(line: string, seconds: number): void {
    this.state = '';
    this.seconds = (Date.now() - this.started) / 1_000 + seconds;
    this.tell(`${line}, about ${duration(seconds)}`);
  }

  /** `34 s`, and how far it is. */
  get elapsed(): string {
    return `${duration((Date.now() - this.started) / 1_000)}${this.state}`;
  }

  /** `34 s of about 3 min`, and how far it is. */
  get passed(): string {
    const elapsed = duration((Date.now() - this.started) / 1_000);
    return `${elapsed} of about ${duration(this.seconds)}${this.state}`;
  }
}

async function runPlain(step: Step, title: string, write: (line: string) => void): Promise<void> {
  const running = new Running(step, (line) => write(`${title}: ${line}`));
  const about = `about ${duration(step.seconds)}`;
  const start =
    step.how === undefined ? `started, ${about} when nothing of it is cached` : `${step.how}, ${about}`;
  write(`${title}: ${start}`);
  const minutely = setInterval(() => write(`${title}: ${running.passed}`), minuteMs);
  try {
    await step.run(running);
  } finally {
    clearInterval(minutely);
  }
  write(`${title}: done in ${running.elapsed}`);
}

async function runLive(steps: readonly Step[]): Promise<void> {
  const { Listr } = await import('listr2');
  const list = new Listr(
    steps.map((step, index) => ({
      title: `[${index + 1}/${steps.length}] ${step.title}`,
      task: async (_context: unknown, task: { title: string; output: string }) => {
        const title = task.title;
        const running = new Running(step, (line) => (task.output = line));
        const show = (): void => {
          task.title = `${title} ${running.passed}`;
        };
        show();
        const everySecond = setInterval(show, 1_000);
        try {
          await step.run(running);
          task.title = `${title} ${running.elapsed}`;
        } finally {
          clearInterval(everySecond);
        }
      },
      // What a step told stays to be read.
      rendererOptions: { persistentOutput: true, outputBar: Infinity },
    })),
    // Errors are shown by whoever called, once, and signals are the caller's too.
    { registerSignalListeners: false, rendererOptions: { showErrorMessage: false, collapseErrors: false } },
  );
  await list.run();
}

/** One thing that is made, in the order of the list it stands in. */
export interface Step {
  /** `kube-apiserver 1.36.3`. */
  readonly title: string;
  /** How long it takes when nothing of it was done before. */
  readonly seconds: number;
  readonly run: () => Promise<void>;
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

async function runPlain(step: Step, title: string, write: (line: string) => void): Promise<void> {
  const started = Date.now();
  const elapsed = (): string => duration((Date.now() - started) / 1000);
  write(`${title}: started, about ${duration(step.seconds)} when nothing of it is cached`);
  const minutely = setInterval(
    () => write(`${title}: ${elapsed()} of about ${duration(step.seconds)}`),
    minuteMs,
  );
  try {
    await step.run();
  } finally {
    clearInterval(minutely);
  }
  write(`${title}: done in ${elapsed()}`);
}

async function runLive(steps: readonly Step[]): Promise<void> {
  const { Listr } = await import('listr2');
  const list = new Listr(
    steps.map((step, index) => ({
      title: `[${index + 1}/${steps.length}] ${step.title}`,
      task: async (_context: unknown, task: { title: string }) => {
        const title = task.title;
        const started = Date.now();
        const elapsed = (): string => duration((Date.now() - started) / 1000);
        const show = (): void => {
          task.title = `${title} ${elapsed()} of about ${duration(step.seconds)}`;
        };
        show();
        const everySecond = setInterval(show, 1_000);
        try {
          await step.run();
          task.title = `${title} ${elapsed()}`;
        } finally {
          clearInterval(everySecond);
        }
      },
    })),
    // Errors are shown by whoever called, once, and signals are the caller's too.
    { registerSignalListeners: false, rendererOptions: { showErrorMessage: false, collapseErrors: false } },
  );
  await list.run();
}

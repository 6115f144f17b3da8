import { spawn } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { stringify } from 'yaml';
import { projectRoot } from '../../../rehearsal/paths';

/** What became of a pipeline. */
export interface PipelineRun {
  /** Exit status of the runner: 0 where every job that had to was green. */
  readonly code: number | null;
  /** `PASS` or `FAIL` by the name of the job, for all that ran. */
  readonly jobs: Readonly<Record<string, string>>;
  readonly output: string;
  readonly seconds: number;
}

export interface RunnerPlace {
  /** The checkout. */
  readonly dir: string;
  /** Variables of the project, by the scope of environments. */
  readonly variables: Readonly<Record<string, unknown>>;
  readonly path: string;
}

const requireHere = createRequire(join(projectRoot(), 'package.json'));

function program(): string {
  const manifest = requireHere.resolve('gitlab-ci-local/package.json');
  const { bin } = requireHere(manifest) as { readonly bin: string | Readonly<Record<string, string>> };
  return join(dirname(manifest), typeof bin === 'string' ? bin : bin['gitlab-ci-local']!);
}

/** Runs jobs of the pipeline for real, as a GitLab runner with a shell does. */
export class Runner {
  private readonly logs = join(projectRoot(), 'out', 'pipeline');
  private count = 0;

  constructor(private readonly place: RunnerPlace) {
    rmSync(this.logs, { recursive: true, force: true });
    mkdirSync(this.logs, { recursive: true });
    writeFileSync(join(place.dir, '.gitlab-ci-local-variables.yml'), stringify(place.variables));
  }

  /**
   * @param args Jobs and options of gitlab-ci-local.
   * @param variables Those that GitLab sets for this pipeline.
   */
  async run(args: readonly string[], variables: Readonly<Record<string, string>> = {}): Promise<PipelineRun> {
    const startedAt = Date.now();
    const given = Object.entries(variables).flatMap(([name, value]) => ['--variable', `${name}=${value}`]);
    const options = [
      ...['--force-shell-executor', '--no-color', '--max-job-name-padding', '0', '--maximum-includes', '20'],
      ...['--ignore-predefined-vars', 'CI_API_V4_URL,CI_PIPELINE_SOURCE,CI_MERGE_REQUEST_IID'],
      // GitLab's own schema lacks artifacts:public, which GitLab knows; tests of the files look at their keys.
      ...['--ignore-schema-paths', '#/additionalProperties'],
    ];
    const child = spawn(process.execPath, [program(), ...options, ...given, ...args], {
      cwd: this.place.dir,
      stdio: ['ignore', 'pipe', 'pipe'],
      // A runner gives a job nothing of its own surroundings but a path and a home.
      env: { PATH: this.place.path, HOME: process.env.HOME, LANG: 'C.UTF-8' },
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
    }
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    });
    output = stripVTControlCharacters(output);
    // For whoever wants to know what a job said when a test was content with less, or was not.
    writeFileSync(join(this.logs, `${String(++this.count).padStart(2, '0')}.log`), output);
    const ended = output.matchAll(/^\s*(PASS|FAIL)\s+(?:\[release\] -> )?(.+?)\s*$/gm);
    const jobs = Object.fromEntries([...ended].map(([, state, name]) => [name!, state!]));
    return { code, jobs, output, seconds: (Date.now() - startedAt) / 1_000 };
  }
}

import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { parse, stringify } from 'yaml';
import { PREVIEW_ACCOUNT, RELEASE_ACCOUNT } from '../../../components/access/pure';
import type { Engine } from '../../../rehearsal/scenario/engine';
import { projectRoot } from '../../../rehearsal/paths';
import type { Fault } from '../../../rehearsal/workloads';
import { processesWith } from '../../support/processes';
import { ObjectStore } from '../../support/objectStore';
import { sharedRehearsal, type SharedRehearsal } from '../../support/rehearsal';
import { LocalGitLab } from './gitlab';
import { Repository } from './repository';
import { Runner } from './runner';

const run = promisify(execFile);

/** The namespace of the application, and that of the accounts. */
export const NAMESPACE = 'pipeline-shop';
const ACCOUNTS = 'pipeline-accounts';

/** The stack that the pipeline releases; its file is the project's own one, with what a rehearsal has otherwise. */
export const STACK = 'prod';

/** Gates of a test, which has seconds where a release has minutes. */
const gates = {
  bake: '5s',
  longest: '20s',
  interval: '1s',
  minimumRequests: 60,
  errors: { unacceptable: 0.15 },
  pods: {},
};

interface KubeConfigFile {
  readonly users: { readonly name: string; user: Readonly<Record<string, string>> }[];
}

/** A project with its pipeline, its GitLab, its accounts and the application at its baseline. */
export class Shop {
  private constructor(
    readonly rehearsal: SharedRehearsal,
    readonly repository: Repository,
    readonly gitlab: LocalGitLab,
    /** Where the stack's state is. */
    readonly store: ObjectStore,
    readonly runner: Runner,
    /** Kubeconfigs by account. */
    readonly kubeconfigs: Readonly<Record<string, string>>,
    private readonly platform: Engine,
    /** The commit before everything that tests change. */
    readonly base: string,
  ) {}

  static async open(): Promise<Shop> {
    const rehearsal = await sharedRehearsal();
    const platform = await rehearsal.engine('pipeline-platform');
    platform.configure({
      ...{ 'bookinfo:namespace': undefined, 'bookinfo:release': undefined, 'bookinfo:step': undefined },
      'bookinfo:layers': ['platform'],
      'bookinfo:namespaces': [NAMESPACE],
      'bookinfo:access': { namespace: ACCOUNTS, readProxies: true },
    });
    await platform.up();
    const tokens = await Promise.all(
      [PREVIEW_ACCOUNT, RELEASE_ACCOUNT].map(async (account) => {
        const { stdout } = await rehearsal.tool('kubectl', ['create', 'token', account, '-n', ACCOUNTS]);
        return [account, kubeconfigWith(rehearsal.platform.paths.kubeconfig, stdout.trim())] as const;
      }),
    );
    const kubeconfigs = Object.fromEntries(tokens);
    const repository = Repository.make();
    repository.configure(STACK, {
      namespace: NAMESPACE,
      release: {
        service: 'reviews',
        stable: { version: 'v1' },
        canary: { version: 'v2' },
        steps: [0, 10, 50, 100],
      },
      metrics: { envoy: {} },
      gates,
    });
    const gitlab = await LocalGitLab.start();
    const store = await ObjectStore.start('releases');
    const installed = join(projectRoot(), 'node_modules');
    const variables = {
      ...everywhere({
        PULUMI_BACKEND_URL: store.backendUrl,
        ...store.credentials,
        PULUMI_CONFIG_PASSPHRASE: 'rehearsal',
        INSTALLED_MODULES: installed,
        CI_API_V4_URL: gitlab.apiUrl,
        GITLAB_TOKEN: gitlab.token,
      }),
      KUBECONFIG: {
        type: 'file',
        values: { 'preview/*': kubeconfigs[PREVIEW_ACCOUNT], [STACK]: kubeconfigs[RELEASE_ACCOUNT] },
      },
    };
    const runner = new Runner({ dir: repository.dir, variables, path: process.env.PATH ?? '' });
    const shop = (base: string) =>
      new Shop(rehearsal, repository, gitlab, store, runner, kubeconfigs, platform, base);
    await run('sh', ['.ci/setup.sh'], {
      cwd: repository.dir,
      env: { ...process.env, INSTALLED_MODULES: installed },
    });
    await shop('').pulumi('stack', 'init', STACK, '--no-select');
    await shop('').pulumi('up', '--yes', '--skip-preview', '--stack', STACK);
    return shop(repository.commit('the shop as it is'));
  }

  /** Runs the engine in the checkout with an administrator's rights. */
  async pulumi(...args: string[]): Promise<string> {
    const { stdout } = await run(
      this.rehearsal.toolchain.path('pulumi'),
      [...args, '--non-interactive', '--color', 'never'],
      {
        cwd: this.repository.dir,
        env: {
          ...process.env,
          ...this.rehearsal.platform.environment(),
          ...this.store.credentials,
          PULUMI_BACKEND_URL: this.store.backendUrl,
        },
        maxBuffer: 64 * 2 ** 20,
      },
    );
    return stdout;
  }

  kubectl = async (...args: string[]): Promise<string> =>
    (await this.rehearsal.tool('kubectl', [...args, '-n', NAMESPACE])).stdout;

  /** What an account is told by the API server. */
  async as(account: string, args: readonly string[], input?: string): Promise<{ ok: boolean; said: string }> {
    const file = join(mkdtempSync(join(tmpdir(), 'account-')), 'kubeconfig');
    writeFileSync(file, this.kubeconfigs[account]!);
    return this.rehearsal
      .tool('kubectl', ['--kubeconfig', file, '-n', NAMESPACE, ...args], input)
      .then(({ stdout, stderr }) => ({ ok: true, said: stdout + stderr }))
      .catch((error: { stdout?: string; stderr?: string }) => ({
        ok: false,
        said: `${error.stdout}${error.stderr}`,
      }));
  }

  /** Where the stack stands, by its own state. */
  async applied(): Promise<string> {
    const outputs = JSON.parse(await this.pulumi('stack', 'output', '--json', '--stack', STACK)) as {
      release: { reviews: { step: string } };
    };
    return outputs.release.reviews.step;
  }

  /** The processes that take a step of this checkout's stack. */
  stepping(): readonly number[] {
    return processesWith('node bin/release.js ci step ')
      .map(({ pid }) => pid)
      .filter((pid) => readlinkSync(`/proc/${pid}/cwd`) === this.repository.dir);
  }

  fault(fault: Fault): Promise<void> {
    const selector = { service: 'reviews', version: 'v2', namespace: NAMESPACE };
    return this.rehearsal.platform.call('POST', '/faults', { selector, fault });
  }

  clearFaults(): Promise<void> {
    return this.rehearsal.platform.call('POST', '/faults/clear');
  }

  async close(): Promise<void> {
    await this.gitlab.stop();
    await this.pulumi('destroy', '--yes', '--skip-preview', '--stack', STACK);
    await this.platform.destroy();
    await this.store.end();
    this.repository.remove();
  }
}

/** Variables of every environment. Written as a plain text, a path would be taken for a file variable's. */
const everywhere = (variables: Readonly<Record<string, string>>) =>
  Object.fromEntries(
    Object.entries(variables).map(([name, value]) => [name, { type: 'variable', values: { '*': value } }]),
  );

function kubeconfigWith(file: string, token: string): string {
  const config = parse(readFileSync(file, 'utf8')) as KubeConfigFile;
  for (const user of config.users) user.user = { token };
  return stringify(config);
}

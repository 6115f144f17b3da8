import { examine, ProblemsError } from '../../components/validation';
import { z } from 'zod';
import { enforcementOf, evaluate, type Report } from '../evaluate';
import { isMap } from '../model/json';
import type { Enforcement, Environment, Policy } from '../model/policy';
import type { ClusterView } from '../model/view';
import { registry } from '../registry';
import { exceptionShape, readSettings, settingsFile } from '../settings/read';
import { environmentOf, type Exception, type Settings } from '../settings/settings';
import {
  isKubernetes,
  objectsOf,
  overridesOf,
  readState,
  releasesOf,
  type EngineResource,
} from '../sources/resources';
import { exportState } from '../state';

/** One policy's part of `--policy-pack-config`. */
export interface PolicyConfig {
  readonly level: Enforcement;
  readonly properties: unknown;
}

const configSchema = z.strictObject({ exceptions: z.array(z.strictObject(exceptionShape)).optional() });

const objectPolicies = registry.filter(({ scope }) => scope === 'object');
const stackPolicies = registry.filter(({ scope }) => scope === 'stack');

/** Policies that compare with what was there before. */
const comparing = [
  'R06-step-jump',
  'R08-retired-version',
  'R09-subset-and-route-removed',
  'R35-selector-change',
];

/** What the pack knows during one operation of the engine. */
export class Session {
  settings: Settings;
  environment: Environment = 'production';
  private previous: Promise<ClusterView['previous'] | Error> = Promise.resolve(undefined);

  /** @param root The folder of Pulumi.yaml. */
  constructor(private readonly root: string) {
    this.settings = readSettings(undefined).settings;
  }

  /**
   * Told by the engine before anything else. The state is read meanwhile: the engine gives policies no look at it, and
   * the operation goes on while a second process reads.
   */
  start(stack: string, project: string, organization: string): void {
    const file = process.env['BOOKINFO_POLICY_SETTINGS'] ?? settingsFile(this.root, stack);
    const { settings, environment } = readSettings(file);
    this.settings = settings;
    this.environment = environment ?? environmentOf(stack);
    if (stack === '') return;
    const name = [organization, project, stack].filter((part) => part !== '').join('/');
    this.previous = exportState(name, this.root).then(
      (exported) => {
        const resources = readState(exported);
        // A stack without resources was never updated: there is nothing to compare with.
        if (resources.length === 0) return undefined;
        return { objects: objectsOf(resources), releases: releasesOf(resources) };
      },
      (error: Error) => error,
    );
  }

  levelFor = (policy: Policy): Enforcement => enforcementOf(policy, this);

  /** @throws ProblemsError naming all that is wrong in the config. */
  configure(config: ReadonlyMap<string, PolicyConfig>): void {
    const enforcement: Record<string, Enforcement> = { ...this.settings.enforcement };
    const exceptions: Exception[] = [...this.settings.exceptions];
    const problems = [...config].flatMap(([policy, { level, properties }]) => {
      enforcement[policy] = level;
      const read = examine(configSchema, isMap(properties) ? properties : {}, policy, {
        object: 'Deployment/prod/reviews-v2',
        reason: '"until the image is signed"',
        until: '"2027-03-31"',
      });
      exceptions.push(...(read.value?.exceptions ?? []).map((entry) => ({ policy, ...entry })));
      return read.problems;
    });
    if (problems.length > 0) throw new ProblemsError('Policy pack config', problems);
    this.settings = { ...this.settings, enforcement, exceptions };
  }

  /** Asks the policies that need no other object, before the engine changes this one. */
  judgeResource(resource: EngineResource): Report | undefined {
    if (!isKubernetes(resource)) return undefined;
    const { environment, settings } = this;
    // An exception that has ended is told once, with the whole stack.
    return evaluate({ objects: objectsOf([resource]), environment, settings }, objectPolicies, []);
  }

  /** Asks the policies that need all objects. */
  async judgeStack(resources: readonly EngineResource[]): Promise<Report> {
    const previous = await this.previous;
    const readable = !(previous instanceof Error);
    const view: ClusterView = {
      objects: objectsOf(resources),
      environment: this.environment,
      settings: this.settings,
      overrides: overridesOf(resources),
      ...(readable && previous !== undefined ? { previous } : {}),
    };
    const report = evaluate(view, stackPolicies, registry);
    if (readable) return report;
    const refused = this.settings.unknown === 'refuse';
    const undecided = stackPolicies
      .filter((policy) => comparing.includes(policy.id) && this.levelFor(policy) !== 'disabled')
      .map(({ id, title, severity }) => ({
        ...{ policy: id, title, severity, origin: undefined, object: 'the stack' },
        field: `its state (${previous.message})`,
        enforcement: refused ? ('mandatory' as const) : ('advisory' as const),
      }));
    return { ...report, undecided: [...report.undecided, ...undecided] };
  }
}

import { enforcementOf, evaluate, type Report } from '../evaluate';
import type { Enforcement, Environment, Policy } from '../model/policy';
import type { ClusterView } from '../model/view';
import { registry } from '../registry';
import { withPackConfig, type PolicyConfig } from '../settings/packConfig';
import { readNamedSettings, readSettings, settingsFile } from '../settings/read';
import { environmentOf, type Settings } from '../settings/settings';
import {
  isKubernetes,
  objectsOf,
  overridesOf,
  readState,
  releasesOf,
  type EngineResource,
} from '../sources/resources';
import { lastState } from '../state';

const objectPolicies = registry.filter(({ scope }) => scope === 'object');
const stackPolicies = registry.filter(({ scope }) => scope === 'stack');

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
   * Told by the engine before anything else. The state is read now, before the operation changes it: the engine gives
   * policies no look at it.
   */
  start(stack: string, project: string, organization: string): void {
    const named = process.env['BOOKINFO_POLICY_SETTINGS'];
    const { settings, environment } =
      named === undefined
        ? readSettings(settingsFile(this.root, stack))
        : readNamedSettings(named, 'BOOKINFO_POLICY_SETTINGS');
    this.settings = settings;
    this.environment = environment ?? environmentOf(stack);
    if (stack === '') return;
    this.previous = lastState({ organization, project, stack }, this.root).then(
      (exported) => {
        const resources = readState(exported);
        // A stack without resources was never updated: there is nothing to compare with.
        if (resources.length === 0) return undefined;
        return { objects: objectsOf(resources), releases: releasesOf(resources) };
      },
      (error: Error) => error,
    );
  }

  /** Policies that the stack's own settings switch off; those that are off for its environment are meant to be. */
  switchedOff = (): readonly Policy[] =>
    registry.filter(({ id }) => this.settings.enforcement[id] === 'disabled');

  levelFor = (policy: Policy): Enforcement => enforcementOf(policy, this);

  /** @throws ProblemsError naming all that is wrong in the config. */
  configure(config: ReadonlyMap<string, PolicyConfig>): void {
    this.settings = withPackConfig(this.settings, config);
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
      .filter((policy) => policy.compares === true && this.levelFor(policy) !== 'disabled')
      .map(({ id, title, severity }) => ({
        ...{ policy: id, title, severity, origin: undefined, object: 'the stack' },
        field: `its state (${previous.message})`,
        remedy: 'check that the backend can be reached (pulumi whoami -v), then preview again',
        enforcement: refused ? ('mandatory' as const) : ('advisory' as const),
      }));
    return { ...report, notCompared: [], undecided: [...report.undecided, ...undecided] };
  }
}

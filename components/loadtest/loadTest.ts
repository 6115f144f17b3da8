import * as pulumi from '@pulumi/pulumi';
import { Cdk8sChart } from '../cdk8s';
import { loadTestChart } from './chart';
import { jobName, LOADTEST_NAME } from './names';
import { resolveLoadTestSettings, type ResolvedLoadTest } from './resolve';
import { deadlineSeconds } from './script';
import type { LoadTestSettings } from './settings';

export interface LoadTestArgs {
  readonly settings: LoadTestSettings;
  /** Where the test runs; see `allowProduction`. */
  readonly environment: string;
  /** The namespace of its objects, which must be there. One outside of the mesh: its pod has no sidecar. */
  readonly namespace: pulumi.Input<string>;
}

const isJob = (type: string): boolean => type === 'kubernetes:batch/v1:Job';

/** One run is one Job: the old one goes before the new one comes, so that their loads do not add up. */
const jobOptions = (settings: ResolvedLoadTest): pulumi.CustomResourceOptions => ({
  deleteBeforeReplace: true,
  customTimeouts: { create: `${deadlineSeconds(settings) + 60}s` },
});

/**
 * A load test that runs once for its settings: declared again unchanged, it does nothing.
 * @throws ProblemsError naming every setting that is unknown or out of range, before anything is declared
 */
export class LoadTest extends pulumi.ComponentResource {
  constructor(name: string, args: LoadTestArgs, opts: pulumi.ComponentResourceOptions = {}) {
    const settings = resolveLoadTestSettings(args.settings, args);
    super('bookinfo:loadtest:LoadTest', name, {}, opts);
    new Cdk8sChart(
      name,
      {
        chart: loadTestChart(settings),
        namespace: args.namespace,
        // Another checksum in the Job's name is a replacement of the one resource, not a second one.
        resourceName: (proposed) => proposed.replace(jobName(settings), LOADTEST_NAME),
        resourceOptions: ({ type }) => (isJob(type) ? jobOptions(settings) : {}),
      },
      { parent: this, dependsOn: opts.dependsOn },
    );
    this.registerOutputs();
  }
}

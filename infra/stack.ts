import type * as pulumi from '@pulumi/pulumi';
import { findEntry } from '../components/application';
import { owns, type Settings } from './config';
import { declareApplication, declareGateway, declareOutside, isEntry } from './layers/application';
import { declarePlatform } from './layers/platform';
import { declareReleases } from './layers/release';
import { RELEASE_OUTPUT, type AppliedReleases } from '../components/remembered';
import { releaseOutput } from '../components/remembered';

/** The outputs of a stack, by name. */
export type StackOutputs = Record<string, pulumi.Input<unknown>>;

/** Declares the layers a stack owns, each on what the one before it made. */
export async function declareStack(settings: Settings, applied: AppliedReleases): Promise<StackOutputs> {
  const outputs: StackOutputs = {};
  const platform = owns(settings, 'platform') ? await declarePlatform(settings) : [];
  const application = owns(settings, 'application')
    ? await declareApplication(settings, platform)
    : undefined;
  if (application !== undefined) {
    const entry = findEntry(settings.application);
    if (entry !== undefined) outputs[`${entry.name}Url`] = settings.entryUrl;
    Object.assign(outputs, await declareOutside(settings, platform));
  }
  if (settings.drills.length > 0) outputs['drills'] = settings.drills;
  const releases = owns(settings, 'release')
    ? declareReleases(settings, application, platform, applied)
    : undefined;
  if (releases !== undefined) {
    outputs[RELEASE_OUTPUT] = releaseOutput(releases, applied, settings.override);
  }
  if (application !== undefined) {
    const weights = (releases ?? [])
      .filter(({ release }) => isEntry(settings, release.service))
      .map((each) => each.weights);
    declareGateway(settings, weights, platform);
  }
  return outputs;
}

import type * as pulumi from '@pulumi/pulumi';
import { owns, type Settings } from './config';
import { declareApplication } from './layers/application';
import { declarePlatform, type Namespaces } from './layers/platform';
import { declareReleases } from './layers/release';
import { RELEASE_OUTPUT, type AppliedReleases } from './state/applied';
import { releaseOutput } from './state/outputs';

/** The outputs of a stack, by name. */
export type StackOutputs = Record<string, pulumi.Input<unknown>>;

/** Declares the layers a stack owns, each on what the one before it made. */
export function declareStack(settings: Settings, applied: AppliedReleases): StackOutputs {
  const outputs: StackOutputs = {};
  const namespaces: Namespaces = owns(settings, 'platform') ? declarePlatform(settings) : {};
  const dependsOn = Object.values(namespaces);
  const application = owns(settings, 'application') ? declareApplication(settings, dependsOn) : undefined;
  if (application !== undefined) outputs['productpageUrl'] = settings.productpageUrl;
  if (owns(settings, 'release')) {
    const declared = declareReleases(settings, application, dependsOn);
    outputs[RELEASE_OUTPUT] = releaseOutput(declared, applied, settings.override);
  }
  return outputs;
}

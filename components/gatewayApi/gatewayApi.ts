import * as pulumi from '@pulumi/pulumi';
import { Manifests } from '../manifests';
import { ProblemsError } from '../validation';
import { readDefinitions } from './definitions';
import type { GatewayApiSettings } from './settings';

export interface GatewayApiArgs {
  readonly settings: GatewayApiSettings;
  /** Where the settings stand, for messages. Default `gatewayApi`. */
  readonly path?: string;
}

/**
 * The definitions of the Gateway API, which istiod follows as soon as they are there. They stay when the stack goes, or when
 * its config asks for them no longer: with a definition all objects of its kind would go, whoever they belong to.
 */
export class GatewayApi extends pulumi.ComponentResource {
  /** What has to be there before a route or a gateway of the API is applied. */
  readonly ready: readonly pulumi.Resource[];

  constructor(name: string, args: GatewayApiArgs, opts?: pulumi.ComponentResourceOptions) {
    const { settings, path = 'gatewayApi' } = args;
    const objects = definitionsOf(settings, path);
    super('bookinfo:gatewayApi:GatewayApi', name, {}, opts);
    this.ready = new Manifests(name, { objects, namespace: 'default' }, { parent: this }).requirements;
    this.registerOutputs();
  }
}

function definitionsOf(settings: GatewayApiSettings, path: string) {
  try {
    return readDefinitions(settings, path);
  } catch (error) {
    // Of a program's errors, the engine prints only these without a stack trace.
    throw error instanceof ProblemsError ? new pulumi.RunError(error.message) : error;
  }
}

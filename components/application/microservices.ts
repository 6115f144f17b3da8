import * as pulumi from '@pulumi/pulumi';
import type { Application } from './application';
import type { Placement } from './manifests';
import { Microservice } from './microservice';
import type { Version } from './version';

export interface MicroservicesArgs {
  /** The services to declare: Istio's Bookinfo or a table of one's own. */
  readonly application: Application;
  readonly placement: Placement<pulumi.Input<string>>;
  /** The versions of each service to run, by the service's name. A service without an entry gets no Deployment. */
  readonly versions: Readonly<Record<string, readonly Version[]>>;
  /** What has to be there before the pods of workloads from manifests. Default: nothing. */
  readonly requirements?: readonly pulumi.Resource[];
}

/** An application of microservices. Names are the services' own: a stack holds one application. */
export class Microservices extends pulumi.ComponentResource {
  readonly services: Readonly<Record<string, Microservice>>;

  constructor(name: string, args: MicroservicesArgs, opts?: pulumi.ComponentResourceOptions) {
    super('bookinfo:bookinfo:Bookinfo', name, {}, opts);
    const { application, placement, versions, requirements } = args;
    const { objects } = application;
    this.services = Object.fromEntries(
      application.services.map((spec) => [
        spec.name,
        new Microservice(
          spec.name,
          { spec, placement, versions: versions[spec.name] ?? [], objects, requirements },
          { parent: this },
        ),
      ]),
    );
    this.registerOutputs();
  }
}

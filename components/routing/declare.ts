// The package's root would load every group of its API, on the way of every update.
import { CustomResource } from '@pulumi/kubernetes/apiextensions/customResource';
import { Service } from '@pulumi/kubernetes/core/v1/service';
import type * as pulumi from '@pulumi/pulumi';
import type { RoutingObject } from './router';

/** Type tokens; each is the other's alias, so that a service may come under release and leave it again. */
export const routingType = 'bookinfo:canary:CanaryRouting';
export const serviceRoutingType = 'bookinfo:canary:ServiceRouting';

/** An object of a service's routes, declared. */
export interface DeclaredObject extends RoutingObject<pulumi.Input<string>> {
  readonly resource: CustomResource | Service;
}

function declare(
  name: string,
  { apiVersion, kind, metadata, spec }: DeclaredObject['manifest'],
  opts: pulumi.CustomResourceOptions,
): DeclaredObject['resource'] {
  const { labels, annotations } = metadata;
  const own = {
    ...metadata,
    labels: { ...labels },
    ...(annotations === undefined ? {} : { annotations: { ...annotations } }),
  };
  return kind === 'Service'
    ? new Service(name, { metadata: own, spec }, opts)
    : new CustomResource(name, { apiVersion, kind, metadata: own, spec }, opts);
}

/** Declares objects one after the other: each waits for the one before it, and is taken away before it. */
export function declareInOrder(
  name: string,
  objects: readonly RoutingObject<pulumi.Input<string>>[],
  parent: pulumi.Resource,
  dependsOn: readonly pulumi.Resource[],
): readonly DeclaredObject[] {
  const declared: DeclaredObject[] = [];
  for (const object of objects) {
    const before = declared.at(-1);
    const opts = { parent, dependsOn: before === undefined ? [...dependsOn] : [before.resource] };
    declared.push({ ...object, resource: declare(`${name}-${object.suffix}`, object.manifest, opts) });
  }
  return declared;
}

const camelCase = (text: string): string =>
  text.replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());

/** A component's outputs: the names of its objects, by what they are. */
export const outputsOf = (declared: readonly DeclaredObject[]): Record<string, pulumi.Output<string>> =>
  Object.fromEntries(declared.map(({ suffix, resource }) => [camelCase(suffix), resource.metadata.name]));

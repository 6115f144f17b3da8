// The package's root would load every group of its API, on the way of every update.
import { CustomResource } from '@pulumi/kubernetes/apiextensions/customResource';
import type * as pulumi from '@pulumi/pulumi';
import type { Manifest } from './manifest';

/** Type tokens; each is the other's alias, so that a service may come under release and leave it again. */
export const routingType = 'bookinfo:canary:CanaryRouting';
export const serviceRoutingType = 'bookinfo:canary:ServiceRouting';

/** Declares one of Istio's objects as it was planned. */
export function declare<S extends object>(
  name: string,
  manifest: Manifest<string, S, pulumi.Input<string>>,
  opts: pulumi.CustomResourceOptions,
): CustomResource {
  return new CustomResource(
    name,
    {
      apiVersion: manifest.apiVersion,
      kind: manifest.kind,
      metadata: { ...manifest.metadata, labels: { ...manifest.metadata.labels } },
      spec: manifest.spec,
    },
    opts,
  );
}

import * as k8s from '@pulumi/kubernetes';
import * as pulumi from '@pulumi/pulumi';
import { Canary, DataKit, Istio, rememberedReleases, type Release } from 'bookinfo-canary';

/** A program as people have it: objects of its own, and one service that is released by weight. */
export = async () => {
  const config = new pulumi.Config();
  const namespace = config.require('namespace');
  const { service, ...release } = config.requireObject<Release>('release');

  // The platform, where this stack is the one that has it.
  const charts = config.get('istioCharts');
  const istio = charts === undefined ? undefined : new Istio('istio', { settings: { charts } });
  const token = config.getSecret('datakitToken');
  if (token !== undefined) {
    const settings = { clusterName: pulumi.getStack(), datawayUrl: config.require('datawayUrl') };
    new DataKit('datakit', { token, settings });
  }

  const flags = new k8s.core.v1.ConfigMap('flags', {
    metadata: { name: 'flags', namespace },
    data: { COLOUR: 'blue' },
  });
  const canary = new Canary(service, {
    ...release,
    namespace,
    step: config.require('step'),
    remembered: await rememberedReleases(),
    workload: { manifests: 'k8s' },
    folder: __dirname,
    requirements: [flags, ...(istio?.ready ?? [])],
  });
  // What the next update is checked against, and what the release command reads.
  return { release: { [service]: canary.release } };
};

import { sourceKind } from '../../kind';
import { keepsSecrets, milliseconds } from '../../fields';
import { envoyNames, istioNames, type MetricNames, ownNames } from '../../meaning/names';
import type { Scope } from '../../model';
import { ReleaseError } from '../../../exitCodes';
import { accessOf, accessSecrets } from './access';
import { type PrometheusSettings, prometheusSchema } from './settings';
import { prometheusSource } from './source';

const namings: Readonly<Record<string, (scope: Scope) => MetricNames>> = {
  istio: istioNames,
  envoy: envoyNames,
  own: ownNames,
};

function namesOf(settings: PrometheusSettings): (scope: Scope) => MetricNames {
  const { requests, buckets, versionLabel, codeLabel, bucketUnit, selector } = settings;
  return (scope) => {
    const base = namings[settings.names ?? 'istio']!(scope);
    return {
      ...base,
      requests: requests ?? base.requests,
      buckets: buckets ?? base.buckets,
      // A label of one's own holds the version alone.
      versionPattern: versionLabel === undefined ? base.versionPattern : undefined,
      versionLabel: versionLabel ?? base.versionLabel,
      codeLabel: codeLabel ?? base.codeLabel,
      boundUnitMs: bucketUnit === 's' ? 1_000 : 1,
      selector: { ...base.selector, ...selector },
      // What is named in the settings is asked for.
      dropped: base.dropped.filter((each) => each !== versionLabel && each !== codeLabel),
    };
  };
}

/** Prometheus and what speaks its HTTP API. */
export const prometheus = sourceKind({
  name: 'prometheus',
  schema: prometheusSchema,
  examples: { url: 'http://prometheus.monitoring:9090', scrapeInterval: '15s' },
  about:
    "Prometheus, or a server with its HTTP API (Thanos, Mimir, Cortex, Grafana Cloud, VictoriaMetrics), which scrapes the callers' proxies.",
  example: { url: 'http://prometheus.monitoring:9090' },
  secretNames: {
    token: 'A bearer token.',
    password: 'The password of `basicAuth`.',
    '<header>': 'The value of a header of `headerVariables`.',
  },
  secrets: accessSecrets,
  create: (settings, { secrets, errors }) => {
    if (Object.keys(secrets).length > 0 && !keepsSecrets(settings.url)) {
      throw new ReleaseError(
        'usage',
        'the metrics source would be sent its key in the clear',
        'write an https address, or remove metricsKey',
      );
    }
    const { url, method, replicaLabels, scrapeInterval } = settings;
    return prometheusSource({
      ...{ url, replicaLabels, errors, names: namesOf(settings), access: accessOf(settings, secrets) },
      method: method === 'GET' ? 'GET' : 'POST',
      scrapeIntervalMs: milliseconds(scrapeInterval),
    });
  },
  languages: ['promql'],
  emptyHint:
    'send traffic, and see that the callers are scraped (ports 15020 or 15090 of their sidecars) and that the labels are those of the series',
});

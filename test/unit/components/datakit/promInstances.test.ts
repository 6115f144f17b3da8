import { parse } from 'smol-toml';
import {
  PROM_ANNOTATION,
  promInstances,
  sidecarProm,
  type PromSettings,
} from '../../../../components/datakit/pure';
import { placesOf, type Every } from './support';

/** The annotation as it stands in a hand-written manifest, comments and odd indentation included. */
const handWritten = `
[[inputs.prom]]
  url = "http://$IP:15020/stats/prometheus"
  source = "minik8s-istio-details"
  metric_types = ["counter", "gauge", "histogram"]
  interval = "10s"
  #measurement_prefix = ""
  measurement_name = "istio_prom"
  [inputs.prom.tags]
  namespace = "$NAMESPACE"
  pod_name = "$PODNAME"
`;

const problemsOf = (settings: PromSettings) => placesOf(() => promInstances([settings]));

describe('promInstances', () => {
  it('says the same as the hand-written annotation', () => {
    expect(parse(promInstances([sidecarProm('minik8s-istio-details')]))).toEqual(parse(handWritten));
  });

  it('writes one table per collector', () => {
    const { inputs } = parse(promInstances([sidecarProm('a'), sidecarProm('b')])) as {
      inputs: { prom: { source: string }[] };
    };
    expect(inputs.prom.map(({ source }) => source)).toEqual(['a', 'b']);
  });

  it('spells every setting as DataKit does', () => {
    const every: Every<PromSettings> = {
      url: 'https://$IP:1/x',
      source: 's',
      metricTypes: ['summary'],
      interval: '1s',
      timeout: '5m',
      ignoreReqErr: true,
      measurementName: 'm',
      measurementPrefix: 'p_',
      measurements: [{ prefix: 'pilot_', name: 'pilot' }],
      metricNameFilter: ['^istio_'],
      metricNameFilterIgnore: ['_debug$'],
      tagsIgnore: ['pod_hash'],
      tagsRename: { overwriteExistTags: true, mapping: { old: 'new' } },
      ignoreTagKvMatch: { env: ['test'] },
      httpHeaders: { Accept: 'text/plain' },
      auth: { type: 'bearer_token', tokenFile: '/token' },
      udsPath: '/x.sock',
      asLogging: { enable: true, service: 's' },
      disableInfoTag: true,
      tags: { a: 'b "quoted"' },
      tlsOpen: true,
      tlsCa: '/ca.crt',
      tlsCert: '/tls.crt',
      tlsKey: '/tls.key',
      insecureSkipVerify: true,
      bearerTokenFile: '/token',
    };
    expect(parse(promInstances([every]))).toEqual({
      inputs: {
        prom: [
          {
            url: 'https://$IP:1/x',
            source: 's',
            metric_types: ['summary'],
            interval: '1s',
            timeout: '5m',
            ignore_req_err: true,
            measurement_name: 'm',
            measurement_prefix: 'p_',
            measurements: [{ prefix: 'pilot_', name: 'pilot' }],
            metric_name_filter: ['^istio_'],
            metric_name_filter_ignore: ['_debug$'],
            tags_ignore: ['pod_hash'],
            tags_rename: { overwrite_exist_tags: true, mapping: { old: 'new' } },
            ignore_tag_kv_match: { env: ['test'] },
            http_headers: { Accept: 'text/plain' },
            auth: { type: 'bearer_token', token_file: '/token' },
            uds_path: '/x.sock',
            as_logging: { enable: true, service: 's' },
            disable_info_tag: true,
            tags: { a: 'b "quoted"' },
            tls_open: true,
            tls_ca: '/ca.crt',
            tls_cert: '/tls.crt',
            tls_key: '/tls.key',
            insecure_skip_verify: true,
            bearer_token_file: '/token',
          },
        ],
      },
    });
  });

  it('refuses a key DataKit would ignore, at compile time and at run time', () => {
    // @ts-expect-error: stream_size has no effect in an annotation.
    const settings: PromSettings = { ...sidecarProm('s'), streamSize: 1 };
    expect(problemsOf(settings)).toEqual(['prom[0].streamSize']);
  });

  it.each(['1s', '90s', '1m30s', '5m', '1.5s'])('takes an interval of %s', (interval) => {
    expect(problemsOf({ ...sidecarProm('s'), interval })).toEqual([]);
  });

  it.each(['', '10', '999ms', '0s', '301s', '5m1s', '1h', '-10s', 'ten'])(
    'refuses an interval of %j',
    (interval) => {
      expect(problemsOf({ ...sidecarProm('s'), interval })).toEqual(['prom[0].interval']);
    },
  );

  it('names everything that is wrong at once', () => {
    const settings = {
      ...sidecarProm(' '),
      url: '15020',
      metricTypes: [],
      interval: '1h',
      timeout: 'x',
      metricNameFilter: ['ok', '('],
    };
    expect(problemsOf(settings)).toEqual([
      'prom[0].url',
      'prom[0].source',
      'prom[0].metricTypes',
      'prom[0].interval',
      'prom[0].timeout',
      'prom[0].metricNameFilter[1]',
    ]);
  });

  it('is read from the annotation DataKit looks at', () => {
    expect(PROM_ANNOTATION).toBe('datakit/prom.instances');
  });
});

import { parse } from 'smol-toml';
import {
  PROM_ANNOTATION,
  promInstances,
  sidecarProm,
  type PromSettings,
} from '../../../../components/datakit';
import { ProblemsError } from '../../../../components/validation';

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

const problemsOf = (settings: PromSettings) => {
  try {
    promInstances([settings]);
    return [];
  } catch (error) {
    if (!(error instanceof ProblemsError)) throw error;
    return error.problems.map(({ path }) => path);
  }
};

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
    const every: Required<PromSettings> = {
      url: 'https://$IP:1/x',
      source: 's',
      metricTypes: ['summary'],
      interval: '1s',
      timeout: '5m',
      measurementName: 'm',
      measurementPrefix: 'p_',
      metricNameFilter: ['^istio_'],
      metricNameFilterIgnore: ['_debug$'],
      tagsIgnore: ['pod_hash'],
      tags: { a: 'b "quoted"' },
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
            measurement_name: 'm',
            measurement_prefix: 'p_',
            metric_name_filter: ['^istio_'],
            metric_name_filter_ignore: ['_debug$'],
            tags_ignore: ['pod_hash'],
            tags: { a: 'b "quoted"' },
          },
        ],
      },
    });
  });

  it('refuses a key DataKit would ignore, at compile time', () => {
    // @ts-expect-error: stream_size has no effect in an annotation.
    const settings: PromSettings = { ...sidecarProm('s'), streamSize: 1 };
    expect(promInstances([settings])).not.toContain('stream');
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
      'prom[0].source',
      'prom[0].url',
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

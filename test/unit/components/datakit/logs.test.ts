import { logAnnotation, workloadLogAnnotations, type LogSettings } from '../../../../components/datakit/pure';
import { placesOf, problemsOf, type Every } from './support';

describe('log annotations', () => {
  it('spell every setting as DataKit does', () => {
    const every: Every<LogSettings> = {
      disable: false,
      type: 'file',
      path: '/tmp/logs/*.log',
      source: 'reviews',
      storageIndex: 'default',
      service: 'reviews',
      characterEncoding: 'utf-8',
      pipeline: 'sleuth.p',
      multilineMatch: '^\\d{4}',
      removeAnsiEscapeCodes: true,
      fromBeginning: true,
      tags: { env: 'prod' },
    };
    expect(JSON.parse(logAnnotation([every]))).toEqual([
      {
        disable: false,
        type: 'file',
        path: '/tmp/logs/*.log',
        source: 'reviews',
        storage_index: 'default',
        service: 'reviews',
        character_encoding: 'utf-8',
        pipeline: 'sleuth.p',
        multiline_match: '^\\d{4}',
        remove_ansi_escape_codes: true,
        from_beginning: true,
        tags: { env: 'prod' },
      },
    ]);
  });

  it('tell the application from its sidecar, and tag both as the traces are', () => {
    const annotations = workloadLogAnnotations({
      service: 'reviews',
      version: 'v2',
      environment: 'test',
      project: 'bookinfo',
      pipeline: 'sleuth.p',
      multilineMatch: '^\\d{4}',
    });
    const tags = { env: 'test', project: 'bookinfo', version: 'v2' };
    expect(Object.keys(annotations)).toEqual(['datakit/logs', 'datakit/istio-proxy.logs']);
    expect(JSON.parse(annotations['datakit/logs']!)).toEqual([
      {
        source: 'reviews',
        service: 'reviews',
        pipeline: 'sleuth.p',
        multiline_match: '^\\d{4}',
        remove_ansi_escape_codes: true,
        tags,
      },
    ]);
    expect(JSON.parse(annotations['datakit/istio-proxy.logs']!)).toEqual([
      { source: 'istio-proxy', service: 'reviews', pipeline: 'envoy.p', tags },
    ]);
  });

  it.each<[LogSettings[], string[]]>([
    [[], ['datakit/logs']],
    [[{}, { type: 'stdout' }], ['datakit/logs']],
    [[{ type: 'file' }], ['datakit/logs[0].path']],
    [[{ path: '/a' }], ['datakit/logs[0].path']],
    [[{ pipeline: '/pipeline/sleuth.p' }], ['datakit/logs[0].pipeline']],
    [[{ multilineMatch: '(?<=x)' }], ['datakit/logs[0].multilineMatch']],
  ])('refuse %j', (streams, places) => {
    expect(placesOf(() => logAnnotation(streams))).toEqual(places);
  });

  it('take a stream twice where one of them is off', () => {
    expect(problemsOf(() => logAnnotation([{ disable: true }, {}]))).toEqual([]);
  });
});

import { parse } from 'smol-toml';
import {
  defaultZipkin,
  renderCollector,
  zipkin,
  type ZipkinSettings,
} from '../../../../../components/datakit/pure';
import { placesOf, readBack, type Every } from '../support';

/** The file as it stands in a hand-written ConfigMap. */
const handWritten = `
[[inputs.zipkin]]
  pathV1 = "/api/v1/spans"
  pathV2 = "/api/v2/spans"
`;

const every: Every<ZipkinSettings> = {
  pathV1: '/one',
  pathV2: '/two',
  ignoreTags: ['^internal', 'a|b'],
  keepRareResource: true,
  delMessage: true,
  closeResource: { reviews: ['^/health$'], '*': ['ping'] },
  sampler: { samplingRate: 1 },
  tags: { project: 'bookinfo' },
  threads: { buffer: 100, threads: 8 },
  storage: { path: './zipkin_storage', capacity: 5120 },
};

describe('zipkin', () => {
  it('says the same as the hand-written file', () => {
    expect(parse(renderCollector(zipkin, defaultZipkin))).toEqual(parse(handWritten));
  });

  it('spells every setting as DataKit does', () => {
    expect(readBack(zipkin, every)).toEqual({
      pathV1: '/one',
      pathV2: '/two',
      ignore_tags: ['^internal', 'a|b'],
      keep_rare_resource: true,
      del_message: true,
      close_resource: { reviews: ['^/health$'], '*': ['ping'] },
      sampler: { sampling_rate: 1 },
      tags: { project: 'bookinfo' },
      threads: { buffer: 100n, threads: 8n },
      storage: { path: './zipkin_storage', capacity: 5120n },
    });
    expect(renderCollector(zipkin, every)).toContain('sampling_rate = 1.0');
  });

  it('names everything that is wrong at once', () => {
    expect(
      placesOf(() =>
        renderCollector(zipkin, {
          pathV1: 'api',
          pathV2: '/a b',
          ignoreTags: ['ok', '('],
          closeResource: { reviews: [] },
          sampler: { samplingRate: 1.5 },
          tags: { 'a b': 'x' },
          threads: { buffer: 0, threads: 1.5 },
          storage: { path: 'here', capacity: -1 },
        }),
      ),
    ).toEqual([
      'zipkin.pathV1',
      'zipkin.pathV2',
      'zipkin.ignoreTags[1]',
      'zipkin.closeResource.reviews',
      'zipkin.sampler.samplingRate',
      'zipkin.tags["a b"]',
      'zipkin.threads.buffer',
      'zipkin.threads.threads',
      'zipkin.storage.path',
      'zipkin.storage.capacity',
    ]);
  });
});

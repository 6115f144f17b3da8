import type { ZipkinConf } from '../collectors/schema';
import { shortService, type Span } from './span';

/** A number in [0, 1) that is the same for every span of a trace. */
function fraction(traceId: string): number {
  return Number.parseInt(traceId.slice(-8), 16) / 2 ** 32;
}

/** What the zipkin collector does with spans before it passes them on: sampling, closed resources, tags. */
export function spanFilter(conf: ZipkinConf): (spans: readonly Span[]) => Span[] {
  const rate = conf.sampler?.sampling_rate ?? 1;
  const ignored = (conf.ignore_tags ?? []).map((one) => new RegExp(one));
  const closed = Object.entries(conf.close_resource ?? {}).flatMap(([service, patterns]) =>
    patterns.map((pattern) => ({ service, pattern: new RegExp(pattern) })),
  );
  const isClosed = (span: Span) =>
    closed.some(
      ({ service, pattern }) =>
        (service === '*' || service === span.service || service === shortService(span.service)) &&
        pattern.test(span.name),
    );
  const tagsOf = (span: Span) => {
    const own = Object.entries(span.tags).filter(([tag]) => !ignored.some((one) => one.test(tag)));
    return { ...conf.tags, ...Object.fromEntries(own) };
  };
  const plain = ignored.length === 0 && conf.tags === undefined;
  return (spans) =>
    spans
      .filter((span) => (rate === 1 || fraction(span.traceId) < rate) && !isClosed(span))
      .map((span) => (plain ? span : { ...span, tags: tagsOf(span) }));
}

import { list, optional, path, regex, table } from '../table';
import type { Collector } from './collector';
import { traceCommon, type TraceCommon } from './tracing';

/**
 * Takes in spans in Zipkin's format on port 9529: Istio's sidecars send theirs here.
 *
 * To enable it a second time, here and in the list of default inputs, only makes DataKit warn that the route exists.
 */
export interface ZipkinSettings extends TraceCommon {
  /** Route of Zipkin's API version 1. Default /api/v1/spans. */
  readonly pathV1?: string;
  /** Route of version 2, the one Envoy uses. Default /api/v2/spans. */
  readonly pathV2?: string;
  /** Regular expressions over names of span tags that are left out. */
  readonly ignoreTags?: readonly string[];
}

export const zipkin: Collector<ZipkinSettings> = {
  input: 'zipkin',
  form: 'list',
  kind: table<ZipkinSettings>({
    pathV1: optional('pathV1', path),
    pathV2: optional('pathV2', path),
    ignoreTags: optional('ignore_tags', list(regex)),
    ...traceCommon,
  }),
};

/** The routes Zipkin's clients know. */
export const defaultZipkin: ZipkinSettings = { pathV1: '/api/v1/spans', pathV2: '/api/v2/spans' };

import { ProblemsError } from '../validation';
import {
  DEFAULT_IMAGE,
  DEFAULT_SDK,
  DEFAULT_UPSTREAM,
  type EdgeContext,
  type EdgeSettings,
  type PolicySettings,
  type RumSettings,
} from './settings';
import { edgeProblems } from './settingsSchema';

/** What stays open: where data go is named in one of two ways. */
type Destination = 'datakitOrigin' | 'site' | 'clientToken';
export type ResolvedRum = Required<Omit<RumSettings, Destination>> & Pick<RumSettings, Destination>;

/** Settings that have been checked, with every default filled in. */
export interface ResolvedEdge extends Required<
  Omit<EdgeSettings, 'rum' | 'service' | 'contentSecurityPolicy'>
> {
  readonly rum: ResolvedRum;
  readonly service: { readonly type: string; readonly nodePort?: number };
  readonly contentSecurityPolicy: Required<PolicySettings>;
}

const rumOf = (rum: RumSettings, context: EdgeContext): ResolvedRum => ({
  ...rum,
  env: rum.env ?? context.environment,
  version: rum.version ?? context.version,
  service: rum.service ?? 'productpage',
  sessionSampleRate: rum.sessionSampleRate ?? 100,
  sessionReplaySampleRate: rum.sessionReplaySampleRate ?? 0,
  trackUserInteractions: rum.trackUserInteractions ?? true,
  tracingSampleRate: rum.tracingSampleRate ?? 100,
  traceType: rum.traceType ?? 'zipkin',
  traceId128Bit: rum.traceId128Bit ?? false,
  allowedTracingUrls: rum.allowedTracingUrls ?? [],
  sdkUrl: rum.sdkUrl ?? DEFAULT_SDK,
});

/**
 * Checks settings and fills in the defaults.
 * @throws ProblemsError naming everything that is wrong
 */
export function resolveEdgeSettings(
  settings: EdgeSettings,
  context: EdgeContext,
  path = 'edge',
): ResolvedEdge {
  const problems = edgeProblems(settings, path);
  if (problems.length > 0) throw new ProblemsError(path, problems);
  const { type = 'ClusterIP', nodePort } = settings.service ?? {};
  const { allow = {}, reportOnly = false } = settings.contentSecurityPolicy ?? {};
  return {
    rum: rumOf(settings.rum, context),
    upstream: settings.upstream ?? DEFAULT_UPSTREAM,
    image: settings.image ?? DEFAULT_IMAGE,
    replicas: settings.replicas ?? 2,
    service: { type, ...(nodePort === undefined ? {} : { nodePort }) },
    contentSecurityPolicy: { allow, reportOnly },
    requests: settings.requests ?? { cpu: '50m', memory: '32Mi' },
    limits: settings.limits ?? { cpu: '500m', memory: '128Mi' },
  };
}

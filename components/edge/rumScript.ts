import type { ResolvedEdge } from './resolve';

/** Where browsers find the script; below a path of the edge's own, so that it is in nobody's way. */
export const SCRIPT_PATH = '/edge/rum-init.js';

/**
 * A value as JavaScript that is valid wherever it is put: what could end a script or begin markup is written as an
 * escape, and so is everything that is not ASCII, so that neither a charset nor an old rule about U+2028 matters.
 */
const literal = (value: unknown): string =>
  JSON.stringify(value, null, 2).replace(
    /[<>&\u007f-\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

/** The argument of the SDK's `init`. */
export function rumInit({ rum }: ResolvedEdge): Readonly<Record<string, unknown>> {
  const { applicationId, datakitOrigin, site, clientToken } = rum;
  return {
    applicationId,
    ...(datakitOrigin === undefined ? { site, clientToken } : { datakitOrigin }),
    env: rum.env,
    version: rum.version,
    service: rum.service,
    sessionSampleRate: rum.sessionSampleRate,
    sessionReplaySampleRate: rum.sessionReplaySampleRate,
    trackUserInteractions: rum.trackUserInteractions,
    tracingSampleRate: rum.tracingSampleRate,
    traceType: rum.traceType,
    traceId128Bit: rum.traceId128Bit,
    allowedTracingUrls: rum.allowedTracingUrls,
  };
}

/**
 * The script that starts the monitoring. It is a file and not part of the page: what the config says then passes through
 * JSON alone, never through HTML, nginx's quoting or the policy's header, and the policy needs no exception for it.
 * Where the SDK could not be loaded it does nothing.
 */
export const rumScript = (settings: ResolvedEdge): string =>
  [
    '(function () {',
    '  var rum = window.DATAFLUX_RUM;',
    '  if (!rum) return;',
    `  rum.init(${literal(rumInit(settings)).replaceAll('\n', '\n  ')});`,
    ...(settings.rum.sessionReplaySampleRate > 0 ? ['  rum.startSessionReplayRecording();'] : []),
    '})();',
    '',
  ].join('\n');

/**
 * What is put into pages. Both scripts are deferred: they run in this order, after the page was read, and neither a slow
 * nor a dead network holds the page up.
 */
export const snippet = ({ rum }: ResolvedEdge): string =>
  `<script defer src="${rum.sdkUrl}"></script><script defer src="${SCRIPT_PATH}"></script>`;

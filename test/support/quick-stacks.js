'use strict';
// The SDK takes a stack trace for each resource and each promise and prints almost none. Jest maps every one to the
// TypeScript it came from, which is half of what such a test takes; those of the SDK's own are left as they are.
const mapped = Error.prepareStackTrace?.bind(Error);

/** @type {typeof Error.prepareStackTrace} */
function prepare(error, sites) {
  const from = sites[0]?.getFileName() ?? '';
  if (from.endsWith('debuggable.js')) return '';
  const ofTheSdk = /[\\/]@pulumi[\\/]pulumi[\\/]/.test(from);
  if (mapped !== undefined && !ofTheSdk) return /** @type {unknown} */ (mapped(error, sites));
  return [String(error), ...sites.map(String)].join('\n    at ');
}
Error.prepareStackTrace = prepare;

import type { Release, VersionRef } from '../canary/pure';
import { findService, type Application } from './application';
import { templateDigest } from './manifests';
import { resolveVersion, type VersionConfig } from './version';

/**
 * Fills in what a release leaves to the application, so that the stack remembers what really ran: a tag that changes
 * in the middle of a release is then seen for what it is.
 */
export function completeRelease(
  release: Release,
  application: Application,
  config: VersionConfig = {},
): Release {
  const spec = findService(application, release.service);
  if (spec === undefined || 'existing' in spec) return release;
  const filled = (ref: VersionRef): VersionRef => {
    const { version, image, replicas, ...whole } = resolveVersion(application, spec, ref, config);
    const template = templateDigest(spec, { ...whole, version, image }, application.objects);
    return {
      version,
      image,
      ...(replicas === undefined ? {} : { replicas }),
      ...(template === undefined ? {} : { template }),
    };
  };
  return { ...release, stable: filled(release.stable), canary: filled(release.canary) };
}

import { isMap, listAt, textAt } from '../model/json';
import type { Problem, Result } from '../../components/validation';
import { failure, success } from '../../components/validation';

/** An image that must not run. */
export interface BlockedImage {
  /** A digest (`sha256:...`), or a repository with a tag, or with `*` as its tag. */
  readonly image: string;
  /** Why: ids such as CVE-2023-48795. */
  readonly cves: readonly string[];
}

export interface BlockList {
  readonly images: readonly BlockedImage[];
  /** When it was made; what was found in images since then is not in it. */
  readonly made: Date | undefined;
}

function dateOf(text: string | undefined): Date | undefined {
  const made = text === undefined ? undefined : new Date(text);
  return made === undefined || Number.isNaN(made.getTime()) ? undefined : made;
}

/** Severities in a Trivy report that block an image. */
const blocking = new Set(['CRITICAL', 'HIGH']);

/** What Trivy calls a report of an image; a report of files or of a cluster names no image that could be blocked. */
const IMAGE_REPORT = 'container_image';

function notOfImages(reports: readonly unknown[], path: string): Problem[] {
  return reports.flatMap((report, place) => {
    const kind = textAt(report, 'ArtifactType');
    if (kind === undefined || kind === IMAGE_REPORT) return [];
    return [
      {
        path: reports.length === 1 ? path : `${path}[${place}]`,
        problem: `is a Trivy report of a ${kind}, not of an image`,
        remedy: 'use the output of trivy image --format json',
      },
    ];
  });
}

function fromTrivy(report: unknown): BlockedImage[] {
  const cves = listAt(report, 'Results')
    .flatMap((result) => listAt(result, 'Vulnerabilities'))
    .filter((found) => blocking.has(textAt(found, 'Severity') ?? ''))
    .map((found) => textAt(found, 'VulnerabilityID') ?? 'unnamed');
  if (cves.length === 0) return [];
  const digests = listAt(report, 'Metadata', 'RepoDigests').filter((digest) => typeof digest === 'string');
  const names = [textAt(report, 'ArtifactName'), ...digests].filter((name) => name !== undefined);
  return [...new Set(names)].map((image) => ({ image, cves: [...new Set(cves)].sort() }));
}

/**
 * Reads a block list: our own form, `{ made, images: [{ image, cves }] }`, or one or several of Trivy's JSON reports.
 *
 * @param path What the list is called in problems.
 */
export function readBlockList(raw: unknown, path: string): Result<BlockList> {
  const reports = Array.isArray(raw) ? raw : [raw];
  if (reports.length > 0 && reports.every((report) => isMap(report) && 'SchemaVersion' in report)) {
    const wrong = notOfImages(reports, path);
    if (wrong.length > 0) return failure(wrong);
    const dates = reports.map((report) => dateOf(textAt(report, 'CreatedAt')));
    const known = dates.filter((date) => date !== undefined);
    return success({
      images: reports.flatMap(fromTrivy),
      // Several reports are as old as the oldest of them.
      made: known.length < dates.length ? undefined : new Date(Math.min(...known.map(Number))),
    });
  }
  const problems: Problem[] = [];
  const images: BlockedImage[] = [];
  if (!isMap(raw) || !Array.isArray(raw['images'])) {
    return failure([
      {
        path,
        problem: 'is neither a block list nor a Trivy report',
        remedy:
          'write { "made": "2026-11-01T00:00:00Z", "images": [{ "image": "…", "cves": ["CVE-…"] }] }, or the output of trivy image --format json',
      },
    ]);
  }
  for (const [place, entry] of raw['images'].entries()) {
    const image = textAt(entry, 'image');
    const cves = listAt(entry, 'cves').filter((cve) => typeof cve === 'string');
    if (image === undefined || image === '') {
      problems.push({
        path: `${path}.images[${place}].image`,
        problem: 'is missing',
        remedy: 'write a digest or repository:tag',
      });
    } else images.push({ image, cves });
  }
  return problems.length > 0 ? failure(problems) : success({ images, made: dateOf(textAt(raw, 'made')) });
}

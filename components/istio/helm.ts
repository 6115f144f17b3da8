import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Helm, type Chart } from 'cdk8s';
import { ProblemsError, type Problem } from '../validation';
import { chartSources, type ChartSource } from './chartSource';
import type { ChartRelease } from './releases';

/** Puts the objects of a release into a chart. */
export type RenderRelease = (release: ChartRelease, into: Chart) => void;

/** Makes what renders releases, after a look at whether all of them can be rendered. */
export type Renderer = (releases: readonly ChartRelease[], repository: string, path: string) => RenderRelease;

/**
 * Renders by helm.
 * @throws ProblemsError naming a missing helm and every missing chart, or what helm says of a chart
 */
export const helmRenderer: Renderer = (releases, repository, path) => {
  const { helm, problems, sources } = chartSources(releases, repository, path);
  if (problems.length > 0) throw new ProblemsError(path, problems);
  return (release, into) => {
    const source = sources.get(release)!;
    try {
      withFolderOfItsOwn(() => {
        new Helm(into, 'helm', {
          ...source,
          releaseName: release.name,
          namespace: release.namespace,
          values: { ...release.values },
          helmExecutable: helm,
          // helm template leaves definitions out unless it is told to.
          helmFlags: ['--include-crds'],
        });
      });
    } catch (error) {
      throw new ProblemsError(path, [unrenderable(release, source, error)]);
    }
  };
};

/** cdk8s leaves a folder behind for every chart it renders; it makes them where the environment says. */
function withFolderOfItsOwn(action: () => void): void {
  const folder = mkdtempSync(join(tmpdir(), 'istio-charts-'));
  const before = process.env['TMPDIR'];
  process.env['TMPDIR'] = folder;
  try {
    action();
  } finally {
    if (before === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = before;
    rmSync(folder, { recursive: true, force: true });
  }
}

function unrenderable(release: ChartRelease, source: ChartSource, error: unknown): Problem {
  const words = (error instanceof Error ? error.message : String(error)).trim().split('\n').at(-1) ?? '';
  return {
    path: `chart ${release.chart} ${release.version}`,
    problem: `cannot be rendered: ${words}`,
    remedy:
      source.repo === undefined
        ? `check the chart in ${source.chart}`
        : `check that ${source.repo} can be reached and has this version, or name a folder that has the charts by the key charts`,
  };
}

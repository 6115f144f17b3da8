import { ManifestLoader, survey } from '../../components/application/pure';

const EXIT_USAGE = 2;

/** What the survey of some sources found, for people. */
export function surveyText(sources: readonly string[], folder: string): string {
  const { manifests, problems } = new ManifestLoader().read(sources, {
    folder,
    path: 'sources',
    name: 'survey',
  });
  const found = survey(manifests);
  const refused = found.filter((workload) => workload.problems.length > 0);
  const fit = found.length - refused.length;
  const share = found.length === 0 ? '' : ` (${((100 * fit) / found.length).toFixed(1)} %)`;
  return [
    `${manifests.length} objects, ${found.length} workloads: ${fit}${share} can be released as they are`,
    ...[...problems, ...refused.flatMap((workload) => workload.problems)].map(
      ({ path, problem, remedy }) => `  ${path} ${problem}\n    remedy: ${remedy}`,
    ),
    '',
  ].join('\n');
}

/**
 * The command `survey`: its arguments are folders, files and globs with manifests.
 * @returns the exit code
 */
export function main(argv: readonly string[]): number {
  if (argv.length === 0 || argv.some((word) => word.startsWith('-'))) {
    process.stderr.write('Usage: npm run --silent survey -- <folder, file or glob with manifests> …\n');
    return EXIT_USAGE;
  }
  process.stdout.write(surveyText(argv, process.cwd()));
  return 0;
}

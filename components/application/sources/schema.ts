import { z } from 'zod';
import { isMap } from '../../validation';

/** A Helm chart, rendered by `helm template`. */
const chartSource = z.strictObject({
  chart: z
    .string()
    .describe(
      'The folder or archive of a chart, relative to the application file, an `oci://` address, or a name in `repo`.',
    ),
  values: z
    .union([z.string(), z.array(z.string()), z.record(z.string(), z.unknown())])
    .optional()
    .describe(
      'Values files, relative to the application file, or the values themselves. Default: those of the chart.',
    ),
  repo: z.string().optional().describe('The address of a chart repository. Default: none.'),
  version: z.string().optional().describe("The chart's version in its repository. Default: the newest."),
  release: z.string().optional().describe("The name of the Helm release. Default: the service's name."),
});

/** A kustomization, rendered by `kubectl kustomize`. */
const kustomizeSource = z.strictObject({
  kustomize: z.string().describe('The folder of a kustomization.yaml, relative to the application file.'),
});

const manifestSource = z.union([z.string(), chartSource, kustomizeSource]);

/** Where the manifests of a service are. */
export const manifestsSchema = z.union([manifestSource, z.array(manifestSource)]);

/** The schema of the form in which manifests are written. */
export function manifestsSchemaOf(raw: unknown): z.ZodType {
  if (typeof raw === 'string' || raw === undefined) return z.string();
  if (Array.isArray(raw)) return z.tuple((raw as unknown[]).map(manifestsSchemaOf) as []);
  return isMap(raw) && 'kustomize' in raw ? kustomizeSource : chartSource;
}

export type ChartSource = z.output<typeof chartSource>;
export type ManifestSource = z.output<typeof manifestSource>;

import { z } from 'zod';
import { imageFinding, rule, wholeNumber } from '../validation';
import { imageOf, type Application, type ServiceSpec } from './application';
import { templateImage, templateReplicas } from './workload/template';
import { templateOf } from './workload/workload';

/** A variable's value, or where Kubernetes takes it from. */
const envValue = z.union([z.string(), z.strictObject({ valueFrom: z.record(z.string(), z.unknown()) })]);

const source = z.strictObject({ name: z.string(), optional: z.boolean().optional() });
const envSource = z.strictObject({
  prefix: z.string().optional(),
  configMapRef: source.optional(),
  secretRef: source.optional(),
});

const amounts = z.record(z.string(), z.union([z.string(), z.number()]));

/** What a version has of its own; what it does not name is as in the table or in the manifests. */
export const versionSchema = z.strictObject({
  image: rule(z.string(), imageFinding).optional().describe('The image, with its tag or digest.'),
  env: z
    .record(z.string(), envValue)
    .optional()
    .describe(
      'Variables by name: a text, or `valueFrom` as Kubernetes has it. Others of the container stay.',
    ),
  envFrom: z
    .array(envSource)
    .optional()
    .describe('ConfigMaps and Secrets whose entries become variables, after those of the container.'),
  args: z.array(z.string()).optional().describe("Arguments in place of the container's."),
  resources: z
    .strictObject({ requests: amounts.optional(), limits: amounts.optional() })
    .optional()
    .describe("Requests and limits, merged into the container's."),
  replicas: wholeNumber(1, 10_000).optional().describe('Pods of this version.'),
  podOverrides: z
    .record(z.string(), z.unknown())
    .optional()
    .describe('A strategic merge patch of the pod template, or of its spec.'),
});

export type VersionSpec = z.output<typeof versionSchema>;

/** One version of a workload as it is to run. */
export interface Version extends VersionSpec {
  /** The `version` label. */
  readonly version: string;
  /** The image, with its tag or digest. */
  readonly image: string;
  /** Pods. Default: as in the manifests, 1 for a service of the table. Undefined where an autoscaler has the number. */
  readonly replicas?: number;
}

/** A version as a release names it. */
export interface VersionChoice {
  readonly version: string;
  readonly image?: string;
  readonly replicas?: number;
}

/** What a stack says of versions. */
export interface VersionConfig {
  /** Images by `<service>-<version>`. */
  readonly images?: Readonly<Record<string, string>>;
  /** The tag of the application's images. */
  readonly imageTag?: string;
  /** Pods of each version, by service. */
  readonly replicas?: Readonly<Record<string, number>>;
}

/** Whether something else than the stack says how many pods run. */
export const isAutoscaled = (spec: ServiceSpec): boolean =>
  spec.autoscaling !== undefined ||
  ('workload' in spec && spec.workload.autoscalers.some(({ kind }) => kind !== 'VerticalPodAutoscaler'));

/**
 * A version of a service as it is to run. The release's words come first, then the stack's, then the application's.
 * @throws Error where nothing names an image; a config that was read always does
 */
export function resolveVersion(
  application: Application,
  spec: ServiceSpec,
  choice: VersionChoice,
  { images = {}, imageTag, replicas = {} }: VersionConfig,
): Version {
  const { name } = spec;
  const { version } = choice;
  const own: VersionSpec = spec.overrides?.[version] ?? {};
  const template = 'workload' in spec ? templateOf(spec.workload, version) : undefined;
  const image =
    choice.image ??
    images[`${name}-${version}`] ??
    own.image ??
    imageOf(application, name, version, imageTag) ??
    (template && templateImage(template));
  if (image === undefined) throw new Error(`${name}-${version} has no image`);
  const usual = template === undefined ? 1 : templateReplicas(template);
  const pods = choice.replicas ?? replicas[name] ?? own.replicas ?? usual;
  return { ...own, version, image, replicas: isAutoscaled(spec) ? undefined : pods };
}

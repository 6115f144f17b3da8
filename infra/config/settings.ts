import type { Application, Version, VersionChoice } from '../../components/application/pure';
import type { SidecarScraping } from '../../components/datakit/pure';
import type { ActiveDrill, Release, RoutePolicy, StepOverride, Steps } from '../../components/canary';
import type { Problem } from '../../components/validation';
import type { Parts } from './parts';

/** The parts of the whole that a stack may own. What is not listed is never touched. */
export const layers = ['platform', 'application', 'release'] as const;
export type Layer = (typeof layers)[number];

/** A stack's config after it has been checked, with every default filled in. */
export interface Settings extends Parts {
  readonly layers: readonly Layer[];
  /** Namespaces of applications, which the platform layer makes. Their pods are in the mesh. */
  readonly namespaces: readonly string[];
  /** The Pod Security level that their pods have to keep to. */
  readonly podSecurity: string;
  /** Namespaces that the platform layer makes outside of the mesh, for what stands in front of it. */
  readonly outsideNamespaces: readonly string[];
  /** The namespace of the application; undefined where neither application nor release is listed. */
  readonly namespace: string | undefined;
  /** The namespace of the edge and of the load test, outside of the mesh. Default: the application's with `-edge`. */
  readonly edgeNamespace: string;
  /** What runs there: its services, who calls whom, how it is reached. Default: Istio's Bookinfo. */
  readonly application: Application;
  readonly project: string;
  readonly environment: string;
  /** Host names of the gateway. */
  readonly hosts: readonly string[];
  /** Where people find the application. */
  readonly entryUrl: string;
  /** The image of a service's version, from `images`, else by `imageTag`. */
  readonly imageOf: (service: string, version: string) => string;
  /** A version of a service as it is to run: the release's words first, then the stack's, then the application's. */
  readonly versionOf: (service: string, choice: VersionChoice) => Version;
  /** Releases with their images and numbers of pods filled in. */
  readonly releases: readonly Release[];
  readonly steps: Steps;
  readonly override: StepOverride | undefined;
  /** Routes of services that are not under release. */
  readonly routePolicies: Readonly<Record<string, RoutePolicy>>;
  /** Who is made to wait or to fail on purpose, and until when. */
  readonly drills: readonly ActiveDrill[];
  /** Those that were to have ended by now: a reason to refuse whatever is no way back. */
  readonly overdueDrills: readonly Problem[];
  /** Who tells DataKit to scrape the sidecars: the pods, or DataKit's own config; nobody where there is no DataKit. */
  readonly sidecarScraping: SidecarScraping | 'none';
  /** Whether the stack says so itself. Only then do workloads from manifests get annotations. */
  readonly annotateManifests: boolean;
}

export const owns = (settings: Pick<Settings, 'layers'>, layer: Layer): boolean =>
  settings.layers.includes(layer);

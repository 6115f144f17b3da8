import type * as pulumi from '@pulumi/pulumi';
import {
  Microservices,
  ApplicationGateway,
  entryPage,
  entryPlace,
  findEntry,
  findService,
  placedObjects,
  portsOf,
  type Placement,
  type ServiceSpec,
  type Version,
} from '../../components/application';
import { ServiceRouting } from '../../components/routing';
import { MeshSecurity } from '../../components/security';
import type { Settings } from '../config';

/** Where the application's objects go, whichever layer declares them. */
export function placement(settings: Settings): Placement<string> {
  const { annotateManifests, application, namespace, project, environment, sidecarScraping } = settings;
  // The config's rules ask for a namespace wherever one of these layers is listed.
  if (namespace === undefined) throw new Error('a layer that needs a namespace was declared without one');
  const labels = { project, environment, sidecarScraping, annotateManifests };
  return { namespace, application: application.name, ...labels };
}

/** Every version of a service, or none where a release says which of them run. */
function versionsOf(spec: ServiceSpec, settings: Settings): readonly Version[] {
  if (settings.releases.some(({ service }) => service === spec.name)) return [];
  // Of a service that somebody else runs there is nothing to declare, and nothing names its images.
  if ('existing' in spec) return [];
  return spec.versions.map((version) => settings.versionOf(spec.name, { version }));
}

/** The objects of the application's manifests that belong to no version. */
async function declareManifests(
  { application, namespaces }: Settings,
  namespace: string,
  opts: pulumi.ComponentResourceOptions,
): Promise<readonly pulumi.Resource[]> {
  const objects = placedObjects(application, namespace, namespaces);
  if (objects.length === 0) return [];
  // The bridge's library takes longer to load than a weight step may wait for what it does not need.
  const { Manifests } = await import('../../components/manifests');
  const { clusterScoped } = application;
  return new Manifests(`${application.name}-manifests`, { objects, namespace, clusterScoped }, opts)
    .requirements;
}

/** The application but for what a release owns, who may call whom, and the routes of services that are not under release. */
export async function declareApplication(
  settings: Settings,
  dependsOn: readonly pulumi.Resource[],
): Promise<Microservices> {
  const where = placement(settings);
  const opts = { dependsOn: [...dependsOn] };
  const { application } = settings;
  const requirements = await declareManifests(settings, where.namespace, opts);
  const declared = new Microservices(
    application.name,
    {
      application,
      placement: where,
      requirements,
      versions: Object.fromEntries(
        application.services.map((spec) => [spec.name, versionsOf(spec, settings)]),
      ),
    },
    opts,
  );
  new MeshSecurity(
    'mesh-security',
    { application, namespace: where.namespace, settings: settings.security },
    opts,
  );
  for (const [service, policy] of Object.entries(settings.routePolicies)) {
    new ServiceRouting(service, { service, policy, ...routingPlace(settings, service) }, opts);
  }
  return declared;
}

/** Whether requests from outside of the mesh come to a service. */
export const isEntry = ({ application }: Settings, service: string): boolean =>
  findEntry(application)?.name === service;

/** The way in from outside of the mesh; undefined where the application has none. */
function wayIn(settings: Settings) {
  const { application, hosts, releases, routePolicies } = settings;
  const spec = findEntry(application);
  if (spec === undefined) return undefined;
  const { namespace } = placement(settings);
  const release = releases.find(({ service }) => service === spec.name);
  const { routing } = release ?? routePolicies[spec.name] ?? {};
  // Gateways of the Gateway API stand in the namespace of the ingress gateway, beside those of other applications.
  const gateway = `${namespace}-${application.name}`;
  return { application, namespace, hosts, released: release !== undefined, routing, gateway };
}

/** Where the routes of a service live, and what is known of it. */
export function routingPlace(settings: Settings, service: string) {
  const { namespace } = placement(settings);
  const spec = findService(settings.application, service);
  const way = isEntry(settings, service) ? wayIn(settings) : undefined;
  return {
    namespace,
    ports: spec === undefined ? [] : portsOf(spec),
    ...(way === undefined ? {} : { isEntry: true, entry: entryPlace(way) }),
  };
}

/**
 * The way in from outside of the mesh.
 * @param weights Of the service that requests enter by, where this stack releases it: the routes follow them.
 */
export function declareGateway(
  settings: Settings,
  weights: readonly pulumi.Resource[],
  dependsOn: readonly pulumi.Resource[],
): void {
  const way = wayIn(settings);
  if (way === undefined) return;
  new ApplicationGateway(
    `${way.application.name}-gateway`,
    { ...way, dependsOn: weights },
    { dependsOn: [...dependsOn] },
  );
}

/** The service that browsers talk to, and the version they are told: during its release, the stable one. */
function entryOf({ application, releases }: Settings) {
  const page = findEntry(application);
  const released = releases.find(({ service }) => service === page?.name);
  const version = released?.stable.version ?? page?.versions[0];
  if (page === undefined || version === undefined) {
    throw new Error(`${application.name} has no service that requests enter by`);
  }
  return { service: page.name, version, entry: page.entry };
}

/**
 * What stands in front of the application, in a namespace of its own outside of the mesh: the edge and the load test, where
 * the config asks for them.
 *
 * @returns the outputs that say where they are
 */
export async function declareOutside(
  settings: Settings,
  dependsOn: readonly pulumi.Resource[],
): Promise<Readonly<Record<string, pulumi.Output<string>>>> {
  const { edge, edgeNamespace: namespace, environment, loadtest } = settings;
  const opts = { dependsOn: [...dependsOn] };
  if (loadtest !== undefined) {
    // Both are written with a library that takes longer to load than a weight step may wait for what it does not need.
    const { DEFAULT_TARGET, LoadTest } = await import('../../components/loadtest');
    const target = new URL(entryPage(entryOf(settings).entry), DEFAULT_TARGET).href;
    const aimed = { ...loadtest, target: loadtest.target ?? target };
    new LoadTest('loadtest', { settings: aimed, environment, namespace }, opts);
  }
  if (edge === undefined) return {};
  const { Edge } = await import('../../components/edge');
  const { service, version } = entryOf(settings);
  const told = { ...edge, rum: { ...edge.rum, service: edge.rum.service ?? service } };
  const context = { environment, version };
  return { edgeUrl: new Edge('edge', { settings: told, context, namespace }, opts).url };
}

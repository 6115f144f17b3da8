import type * as pulumi from '@pulumi/pulumi';
import {
  Bookinfo,
  bookinfo,
  BookinfoGateway,
  type Placement,
  type ServiceSpec,
  type Version,
} from '../../components/bookinfo';
import { ServiceRouting } from '../../components/canary';
import type { Settings } from '../config';

/** Where the application's objects go, whichever layer declares them. */
export function placement(settings: Settings): Placement<string> {
  const { namespace, project, environment } = settings;
  // The config's rules ask for a namespace wherever one of these layers is listed.
  if (namespace === undefined) throw new Error('a layer that needs a namespace was declared without one');
  return { namespace, project, environment, application: bookinfo.name };
}

/** Every version of a service, or none where a release says which of them run. */
function versionsOf(spec: ServiceSpec, settings: Settings): readonly Version[] {
  if (settings.releases.some(({ service }) => service === spec.name)) return [];
  return spec.versions.map((version) => ({
    version,
    image: settings.imageOf(spec.name, version),
    replicas: settings.replicas[spec.name] ?? 1,
  }));
}

/** Bookinfo but for what a release owns, its gateway, and the routes of services that are not under release. */
export function declareApplication(settings: Settings, dependsOn: readonly pulumi.Resource[]): Bookinfo {
  const where = placement(settings);
  const opts = { dependsOn: [...dependsOn] };
  const application = new Bookinfo(
    'bookinfo',
    {
      application: bookinfo,
      placement: where,
      versions: Object.fromEntries(bookinfo.services.map((spec) => [spec.name, versionsOf(spec, settings)])),
    },
    opts,
  );
  new BookinfoGateway('bookinfo-gateway', { namespace: where.namespace, hosts: settings.hosts }, opts);
  for (const [service, policy] of Object.entries(settings.routePolicies)) {
    new ServiceRouting(service, { service, policy, namespace: where.namespace }, opts);
  }
  return application;
}

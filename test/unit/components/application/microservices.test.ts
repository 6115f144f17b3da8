import {
  bookinfo,
  Microservices,
  ApplicationGateway,
  declareDeployments,
} from '../../../../components/application';
import type { Application } from '../../../../components/application';
import { countByType, record, settled } from '../../recorder';

const placement = { namespace: 'prod', application: 'bookinfo', project: 'bookinfo', environment: 'prod' };
const version = (name: string) => ({ version: name, image: `registry.example.com/app:${name}` });

describe('Microservices', () => {
  it('registers a Service and an account for each service, and a Deployment for each version', async () => {
    const registered = await record();
    new Microservices('bookinfo', {
      application: bookinfo,
      placement,
      versions: { details: [version('v1')], reviews: [version('v1'), version('v2')] },
    });
    await settled();
    expect(countByType(registered)).toEqual({
      'bookinfo:bookinfo:Bookinfo': 1,
      'bookinfo:bookinfo:Microservice': 4,
      'kubernetes:core/v1:Service': 4,
      'kubernetes:core/v1:ServiceAccount': 4,
      'kubernetes:apps/v1:Deployment': 3,
    });
    const named = (type: string) => registered.filter((entry) => entry.type === type).map(({ name }) => name);
    expect(named('kubernetes:core/v1:Service').sort()).toEqual([
      'details',
      'productpage',
      'ratings',
      'reviews',
    ]);
    expect(named('kubernetes:apps/v1:Deployment').sort()).toEqual(['details-v1', 'reviews-v1', 'reviews-v2']);
  });

  it('declares any other table of services', async () => {
    const registered = await record();
    const application: Application = {
      name: 'shop',
      services: [
        {
          name: 'cart',
          port: 8080,
          versions: ['blue'],
          health: '/ready',
          startSeconds: 10,
          resources: { requests: { cpu: '1m', memory: '1Mi' }, limits: { cpu: '1m', memory: '1Mi' } },
        },
      ],
    };
    new Microservices('shop', {
      application,
      placement: { ...placement, application: 'shop' },
      versions: { cart: [version('blue')] },
    });
    await settled();
    const service = registered.find(({ type }) => type === 'kubernetes:core/v1:Service')!;
    expect(service.inputs['spec']).toEqual({
      ports: [{ name: 'http', port: 8080 }],
      selector: { app: 'cart' },
    });
    const deployment = registered.find(({ type }) => type === 'kubernetes:apps/v1:Deployment')!;
    expect(deployment.inputs).toMatchObject({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'cart-blue' },
      spec: { template: { spec: { serviceAccountName: 'shop-cart' } } },
    });
  });
});

describe('Deployments', () => {
  it('registers the same object for a version whatever stands beside it', async () => {
    const spec = bookinfo.services.find(({ name }) => name === 'reviews')!;
    const both = await record();
    declareDeployments({ spec, placement, versions: [version('v1'), version('v2')] });
    await settled();
    const alone = await record();
    declareDeployments({ spec, placement, versions: [version('v2')] });
    await settled();
    const v2 = alone.find(({ name }) => name === 'reviews-v2');
    expect(v2?.type).toBe('kubernetes:apps/v1:Deployment');
    expect(both).toContainEqual(v2);
    expect(both).toHaveLength(2);
  });
});

describe('ApplicationGateway', () => {
  it('registers a Gateway, then its routes', async () => {
    const registered = await record();
    new ApplicationGateway('bookinfo-gateway', { application: bookinfo, namespace: 'prod' });
    await settled();
    expect(registered.map(({ type, name }) => `${type} ${name}`)).toEqual([
      'bookinfo:bookinfo:BookinfoGateway bookinfo-gateway',
      'kubernetes:networking.istio.io/v1:Gateway bookinfo-gateway',
      'kubernetes:networking.istio.io/v1:VirtualService bookinfo',
    ]);
  });
});

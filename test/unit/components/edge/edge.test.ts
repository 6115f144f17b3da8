import { Edge } from '../../../../components/edge';
import { ProblemsError } from '../../../../components/validation';
import { countByType, record, settled, valueOf } from '../../recorder';
import { context, minimal } from './support';

test('declares every object of the chart, and tells its address', async () => {
  const registered = await record();
  const edge = new Edge('edge', { settings: minimal, context, namespace: 'edge' });
  expect(await valueOf(edge.url)).toBe('http://edge.edge.svc.cluster.local:80');
  await settled();
  expect(countByType(registered)).toEqual({
    'bookinfo:edge:Edge': 1,
    'cdk8s:index:Chart': 1,
    'kubernetes:core/v1:ConfigMap': 1,
    'kubernetes:core/v1:Service': 1,
    'kubernetes:policy/v1:PodDisruptionBudget': 1,
    'kubernetes:networking.k8s.io/v1:NetworkPolicy': 1,
    'kubernetes:apps/v1:Deployment': 1,
  });
  const config = registered.find(({ type }) => type === 'kubernetes:core/v1:ConfigMap')!;
  const script = (config.inputs['data'] as Record<string, string>)['rum-init.js'];
  expect(script).toContain('"env": "test"');
  expect(script).toContain('"version": "v1"');
});

test('declares nothing where the settings are wrong', async () => {
  const registered = await record();
  const settings = { ...minimal, replicas: 0 };
  expect(() => new Edge('edge', { settings, context, namespace: 'edge' })).toThrow(ProblemsError);
  await settled();
  expect(registered).toEqual([]);
});

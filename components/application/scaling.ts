import { z } from 'zod';
import { rule, wholeNumber, type Finding } from '../validation';
import type { ServiceSpec } from './application';
import { versionAutoscaler, versionBudget } from './workload/overlay';
import { scalingOf } from './workload/workload';

const share = wholeNumber(1, 1000, 'per cent of what the container requests');

/** How many pods a version has is an autoscaler's: one for each version, so that each follows its own load. */
export const autoscalingSchema = rule(
  z.strictObject({
    minReplicas: wholeNumber(1, 1000).optional().describe('Default 1, as Kubernetes has it.'),
    maxReplicas: wholeNumber(1, 1000),
    cpu: share.optional().describe('Average use of the requested processor time, per cent.'),
    memory: share.optional().describe('Average use of the requested memory, per cent.'),
    metrics: z
      .array(z.record(z.string(), z.unknown()))
      .optional()
      .describe('Metrics as a HorizontalPodAutoscaler has them, after those two.'),
    behavior: z
      .record(z.string(), z.unknown())
      .optional()
      .describe('How fast it scales, as Kubernetes has it.'),
  }),
  ({ minReplicas = 1, maxReplicas, cpu, memory, metrics = [] }): Finding | undefined => {
    if (minReplicas > maxReplicas) {
      return [
        `has minReplicas ${minReplicas}, more than maxReplicas ${maxReplicas}`,
        'make maxReplicas larger',
      ];
    }
    return cpu === undefined && memory === undefined && metrics.length === 0
      ? ['names nothing to scale by', 'add cpu, memory or metrics, such as cpu: 70']
      : undefined;
  },
);

const amount = z.union([z.number(), z.string()]);

/** How many pods of a version may be away at once, on purpose. */
export const disruptionSchema = rule(
  z.strictObject({ minAvailable: amount.optional(), maxUnavailable: amount.optional() }),
  ({ minAvailable, maxUnavailable }): Finding | undefined =>
    (minAvailable === undefined) === (maxUnavailable === undefined)
      ? ['needs either minAvailable or maxUnavailable', 'write one of them, such as maxUnavailable: 1']
      : undefined,
);

const utilization = (name: string, averageUtilization: number | undefined) =>
  averageUtilization === undefined
    ? []
    : [{ type: 'Resource', resource: { name, target: { type: 'Utilization', averageUtilization } } }];

function ownAutoscaler({ name, autoscaling }: ServiceSpec) {
  if (autoscaling === undefined) return [];
  const { cpu, memory, metrics = [], ...rest } = autoscaling;
  return [
    {
      apiVersion: 'autoscaling/v2',
      kind: 'HorizontalPodAutoscaler',
      metadata: { name, labels: { app: name } },
      spec: {
        ...rest,
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name },
        metrics: [...utilization('cpu', cpu), ...utilization('memory', memory), ...metrics],
      },
    },
  ];
}

const ownBudget = ({ name, disruption }: ServiceSpec) =>
  disruption === undefined
    ? []
    : [
        {
          apiVersion: 'policy/v1',
          kind: 'PodDisruptionBudget',
          metadata: { name, labels: { app: name } },
          spec: { ...disruption, selector: { matchLabels: { app: name } } },
        },
      ];

/** The autoscalers and disruption budgets of one version: those of the manifests and those that the table asks for. */
export function scalingManifests<N>(spec: ServiceSpec, version: string, namespace: N) {
  const { autoscalers, budgets } =
    'workload' in spec ? scalingOf(spec.workload, version) : { autoscalers: [], budgets: [] };
  return [
    ...[...autoscalers, ...ownAutoscaler(spec)].map((one) =>
      versionAutoscaler(one, spec.name, version, namespace),
    ),
    ...[...budgets, ...ownBudget(spec)].map((one) => versionBudget(one, spec.name, version, namespace)),
  ];
}

import { at, fieldPath, isMap, listAt, numberAt, same, textAt, textsAt } from '../model/json';
import { judge } from '../model/judge';
import { everywhere, finding, type Finding, type Policy } from '../model/policy';
import { containersOf, isFilledIn, workloads, type Container } from '../view/workloads';

const handlers = ['httpGet', 'tcpSocket', 'exec', 'grpc'] as const;

/** The API server's defaults. */
const DEFAULTS = {
  periodSeconds: 10,
  failureThreshold: 3,
  timeoutSeconds: 1,
  successThreshold: 1,
  initialDelaySeconds: 0,
};

type Timing = keyof typeof DEFAULTS;

const timing = (probe: unknown, key: Timing): number => numberAt(probe, key) ?? DEFAULTS[key];

/** What a probe asks, with the defaults filled in. */
function handlerOf(probe: unknown): unknown {
  const kind = handlers.find((key) => at(probe, key) !== undefined);
  const handler = kind === undefined ? undefined : at(probe, kind);
  return kind === 'httpGet' && isMap(handler)
    ? {
        kind,
        ...handler,
        path: textAt(handler, 'path') ?? '/',
        scheme: textAt(handler, 'scheme') ?? 'HTTP',
        port: String(at(handler, 'port')),
      }
    : { kind, handler };
}

/** Programs that succeed whatever state the service is in. */
const SUCCEEDS = /^(\/\S{0,40}\/)?(true|:|exit 0|echo( \S{0,40}){0,5})$/;

/** Whether a probe asks nothing of the service: its command cannot fail. */
function alwaysSucceeds(probe: unknown): boolean {
  const command = textsAt(probe, 'exec', 'command');
  const isShell = /^(\/\S{0,40}\/)?(ba|da|a)?sh$/.test(command[0] ?? '') && command[1] === '-c';
  return command.length > 0 && SUCCEEDS.test((isShell ? command.slice(2) : command).join(' ').trim());
}

const hasHandler = (probe: unknown): boolean => handlers.some((key) => at(probe, key) !== undefined);

/** How long it takes until a probe that fails has its effect, in seconds. */
const patience = (probe: unknown): number =>
  timing(probe, 'periodSeconds') * timing(probe, 'failureThreshold');

/** Whether both do the same at the same time. */
const areAlike = (a: unknown, b: unknown): boolean =>
  same(handlerOf(a), handlerOf(b)) &&
  patience(a) === patience(b) &&
  timing(a, 'initialDelaySeconds') === timing(b, 'initialDelaySeconds');

/** Named ports of probes have to be among those of the container. */
function portFindings({ object, path, container }: Container): (Finding | undefined)[] {
  const names = listAt(container, 'ports').map((port) => textAt(port, 'name'));
  return ['readinessProbe', 'livenessProbe', 'startupProbe'].flatMap((probe) =>
    (['httpGet', 'tcpSocket'] as const).map((kind) => {
      const port = at(container, probe, kind, 'port');
      if (typeof port !== 'string' || /^\d+$/.test(port) || names.includes(port)) return undefined;
      return finding(
        object,
        fieldPath(...path, probe, kind, 'port'),
        `is ${port}, and the container has no port of that name: the probe always fails`,
        'use the name or number of a port of the container',
      );
    }),
  );
}

function probeFindings(entry: Container): (Finding | undefined)[] {
  const { object, path, container } = entry;
  const readiness = at(container, 'readinessProbe');
  const liveness = at(container, 'livenessProbe');
  const hasBoth = hasHandler(readiness) && hasHandler(liveness);
  return [
    hasHandler(readiness)
      ? undefined
      : finding(
          object,
          fieldPath(...path, 'readinessProbe'),
          `${readiness === undefined ? 'is missing' : 'asks nothing'}: the pod gets requests before it can answer them, and a release cannot tell a good canary from a dead one`,
          'add a readinessProbe that asks the service itself',
        ),
    hasHandler(liveness)
      ? undefined
      : finding(
          object,
          fieldPath(...path, 'livenessProbe'),
          `${liveness === undefined ? 'is missing' : 'asks nothing'}: a process that hangs is never restarted`,
          'add a livenessProbe that gives up later than the readinessProbe',
        ),
    hasBoth && areAlike(readiness, liveness)
      ? finding(
          object,
          fieldPath(...path, 'livenessProbe'),
          'is the same as the readinessProbe: under load, a pod that should only be left out is killed',
          'let it fail later: a higher failureThreshold or a longer period',
        )
      : undefined,
    hasBoth && same(handlerOf(readiness), handlerOf(liveness)) && patience(liveness) < patience(readiness)
      ? finding(
          object,
          fieldPath(...path, 'livenessProbe'),
          `gives up after ${patience(liveness)} s, before the readinessProbe does after ${patience(readiness)} s: a pod that should only be left out is killed`,
          'let it fail later: a higher failureThreshold or a longer period',
        )
      : undefined,
    ...['readinessProbe', 'livenessProbe'].map((key) =>
      alwaysSucceeds(at(container, key))
        ? finding(
            object,
            fieldPath(...path, key, 'exec'),
            'runs a command that cannot fail: it says nothing about the service',
            'ask the service itself, by httpGet, tcpSocket or grpc',
          )
        : undefined,
    ),
    ...portFindings(entry),
  ];
}

/** Containers that listen: one without ports serves nobody, unless it is all that its pod has and something probes it. */
function isServing({ role, container, workload }: Container): boolean {
  if (role !== 'main' && role !== 'sidecar') return false;
  const listens = listAt(container, 'ports').length > 0;
  return (
    listens ||
    (role === 'main' &&
      (at(container, 'readinessProbe') ?? at(container, 'livenessProbe')) !== undefined &&
      workload.serving)
  );
}

export const probes: Policy = {
  id: 'R25-probes',
  title: 'Every container that serves has a readiness probe and a liveness probe, and they differ',
  severity: 'high',
  enforcement: { ...everywhere('mandatory'), rehearsal: 'advisory' },
  scope: 'object',
  remedy: 'Add both probes; the liveness probe gives up later than the readiness probe.',
  document:
    'Kubernetes, Configure liveness, readiness and startup probes; Polaris, livenessProbeMissing and readinessProbeMissing; a container that declares no port serves nobody',
  check: (view) =>
    judge(workloads(view), (owner) =>
      owner.serving
        ? containersOf(owner)
            .filter((container) => isServing(container) && !isFilledIn(container))
            .flatMap(probeFindings)
        : [],
    ),
};

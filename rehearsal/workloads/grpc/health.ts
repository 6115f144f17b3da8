import { Client, credentials, type ServiceDefinition } from '@grpc/grpc-js';
import { service } from 'grpc-health-check';

/** gRPC's standard health service [grpc/grpc doc/health-checking.md]. */
const definition = service as unknown as ServiceDefinition;

interface HealthRequest {
  readonly service?: string;
}
export type ServingStatus = 'SERVING' | 'NOT_SERVING' | 'SERVICE_UNKNOWN';

const check = definition['Check']!;

export const healthPrefix = '/grpc.health.v1.Health/';

export const readHealthRequest = (message: Buffer): HealthRequest =>
  check.requestDeserialize(message) as HealthRequest;
export const healthAnswer = (status: ServingStatus): Buffer => check.responseSerialize({ status });

/** Asks as the kubelet does: anything but SERVING in time is a failure [kubernetes pkg/probe/grpc/grpc.go]. */
export function isServing(
  host: string,
  port: number,
  asked: string | undefined,
  timeoutMs: number,
): Promise<boolean> {
  const client = new Client(`${host}:${port}`, credentials.createInsecure(), {
    'grpc.primary_user_agent': 'kube-probe/rehearsal',
    'grpc.enable_retries': 0,
    // A channel of its own for each probe: none may answer from a connection that an earlier one has left.
    'grpc.use_local_subchannel_pool': 1,
    'grpc.enable_http_proxy': 0,
  });
  return new Promise((resolve) => {
    client.makeUnaryRequest(
      check.path,
      check.requestSerialize,
      check.responseDeserialize,
      { service: asked ?? '' },
      { deadline: Date.now() + timeoutMs },
      (error, answer) => {
        client.close();
        resolve(!error && (answer as { status?: string } | undefined)?.status === 'SERVING');
      },
    );
  });
}

import type * as Grpc from '@grpc/grpc-js';
import { sdk } from './messages';
import type { Log } from './provider';

/** The part of the engine's own service that is used here. */
interface EngineClient {
  log(request: object, callback: (error: unknown) => void): void;
}
interface LogRequest {
  setSeverity(severity: number): void;
  setMessage(message: string): void;
  setUrn(urn: string): void;
  setEphemeral(ephemeral: boolean): void;
}

/**
 * Sends progress and warnings to the engine, which shows them beside the resource. The connection is made at the first
 * message: most updates have none, and start-up time is what a weight step is made of.
 */
export function engineLog(address: string | undefined): Log {
  let client: EngineClient | undefined;
  return (severity, urn, message) => {
    if (address === undefined) return;
    const engine = sdk('@pulumi/pulumi/proto/engine_pb') as {
      LogRequest: new () => LogRequest;
      LogSeverity: { INFO: number; WARNING: number };
    };
    if (client === undefined) {
      const grpc = sdk('@grpc/grpc-js') as typeof Grpc;
      const { EngineClient } = sdk('@pulumi/pulumi/proto/engine_grpc_pb') as {
        EngineClient: new (address: string, credentials: Grpc.ChannelCredentials) => EngineClient;
      };
      client = new EngineClient(address, grpc.credentials.createInsecure());
    }
    const request = new engine.LogRequest();
    request.setSeverity(severity === 'warning' ? engine.LogSeverity.WARNING : engine.LogSeverity.INFO);
    request.setMessage(message);
    request.setUrn(urn);
    request.setEphemeral(severity === 'status');
    // A message that is lost is no reason to fail what it was about.
    client.log(request, () => undefined);
  };
}

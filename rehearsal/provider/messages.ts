import { createRequire } from 'node:module';
import { Metadata, status, type ServerErrorResponse } from '@grpc/grpc-js';
import type * as PluginMessages from '@pulumi/pulumi/proto/plugin_pb';
import type * as ProviderServices from '@pulumi/pulumi/proto/provider_grpc_pb';
import type * as ProviderMessages from '@pulumi/pulumi/proto/provider_pb';
import { ConnectionError, NotReadyError, ProviderError } from './errors';
import type { JsonObject } from './json';
import { decode, encode, type Properties } from './wire';

/**
 * The SDK's own server (@pulumi/pulumi/provider) drops what this plugin lives on: preview flags, old inputs, timeouts,
 * detailed diffs, configuration. So the protocol is served on the SDK's generated messages. They are loaded from the SDK's
 * folder at run time, because messages of two copies of the protobuf library do not mix.
 */
export const sdk = createRequire(createRequire(__filename).resolve('@pulumi/pulumi/package.json'));
export const pb = sdk('@pulumi/pulumi/proto/provider_pb') as typeof ProviderMessages;
export const { ResourceProviderService } = sdk(
  '@pulumi/pulumi/proto/provider_grpc_pb',
) as typeof ProviderServices;
export const plugin = sdk('@pulumi/pulumi/proto/plugin_pb') as typeof PluginMessages;
export const { Empty } = sdk('google-protobuf/google/protobuf/empty_pb') as {
  Empty: new () => Message;
};

/** What an answer is. */
export interface Message {
  serializeBinary(): Uint8Array;
}

/** The protobuf library has no types of its own here. */
const structs = sdk('google-protobuf/google/protobuf/struct_pb') as {
  Struct: { fromJavaScript(value: JsonObject): unknown };
};
const { Struct } = structs;

export function read(message: unknown): Properties {
  return decode((message as { toJavaScript(): JsonObject } | undefined)?.toJavaScript());
}

type StructMessage = Parameters<ProviderMessages.CheckResponse['setInputs']>[0];

export function write({ value, secrets }: Properties): StructMessage {
  return Struct.fromJavaScript(encode(value, secrets)) as StructMessage;
}

/** A call that is refused, with gRPC's own number for the reason. */
export class StatusError extends Error {
  constructor(
    readonly code: status,
    message: string,
  ) {
    super(message);
  }
}

/** What the protocol calls details of an error: a serialised `google.rpc.Status`. */
const DETAILS = 'grpc-status-details-bin';

/** The engine learns from the error's details that the object exists, and what of it belongs into the state. */
function initFailed(error: NotReadyError): Partial<ServerErrorResponse> & { code: status } {
  const { Status } = sdk('@pulumi/pulumi/proto/status_pb') as {
    Status: new () => {
      setCode(code: number): void;
      setMessage(message: string): void;
      addDetails(any: object): void;
      serializeBinary(): Uint8Array;
    };
  };
  const { Any } = sdk('google-protobuf/google/protobuf/any_pb') as {
    Any: new () => { pack(bytes: Uint8Array, name: string): void };
  };
  const detail = new pb.ErrorResourceInitFailed();
  detail.setId(error.id);
  detail.setProperties(write(error.state));
  detail.setReasonsList([...error.reasons]);
  if (error.inputs !== undefined) detail.setInputs(write(error.inputs));
  const any = new Any();
  any.pack(detail.serializeBinary(), 'pulumirpc.ErrorResourceInitFailed');
  const message = new Status();
  message.setCode(status.UNKNOWN);
  message.setMessage(error.message);
  message.addDetails(any);
  const metadata = new Metadata();
  metadata.set(DETAILS, Buffer.from(message.serializeBinary()));
  return { code: status.UNKNOWN, details: error.message, metadata };
}

/**
 * The engine takes "unknown" to mean that the object may or may not be there, and keeps the operation as pending. That
 * is true only when the connection broke in the middle of a change.
 */
export function toStatus(error: unknown): Partial<ServerErrorResponse> & { code: status } {
  if (error instanceof StatusError) return { code: error.code, details: error.message };
  if (error instanceof NotReadyError) return initFailed(error);
  const cause = error instanceof ProviderError ? error.cause : error;
  const midway = cause instanceof ConnectionError && cause.errno !== 'ECONNREFUSED';
  return {
    code: midway ? status.UNKNOWN : status.FAILED_PRECONDITION,
    details: error instanceof Error ? error.message : String(error),
  };
}

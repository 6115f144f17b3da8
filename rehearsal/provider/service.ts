import { createRequire } from 'node:module';
import type * as Grpc from '@grpc/grpc-js';
import type * as Provider from '@pulumi/pulumi/proto/provider_pb';
import type * as Plugin from '@pulumi/pulumi/proto/plugin_pb';
import { readConfig } from './config';
import { ApiError, ConnectionError, NotReadyError, ProviderError } from './errors';
import { formatPath, type JsonObject, type Path } from './json';
import { randomSuffix } from './naming';
import type { KubernetesProvider } from './provider';
import { decode, encode, type Properties } from './wire';

/**
 * The SDK's own server (@pulumi/pulumi/provider) drops what this plugin lives on: preview flags, old inputs, timeouts,
 * detailed diffs, configuration. So the protocol is served here, on the SDK's generated messages. They and gRPC are
 * loaded from the SDK's folder at run time, because messages of two copies of the protobuf library do not mix.
 */
const sdk = createRequire(createRequire(__filename).resolve('@pulumi/pulumi/package.json'));
const { status, Metadata } = sdk('@grpc/grpc-js') as typeof Grpc;
const pb = sdk('@pulumi/pulumi/proto/provider_pb') as typeof Provider;
const plugin = sdk('@pulumi/pulumi/proto/plugin_pb') as typeof Plugin;
/** Shape of the protobuf library's messages that have no types of their own here. */
interface StructClass {
  fromJavaScript(value: JsonObject): Struct;
}
interface Struct {
  toJavaScript(): JsonObject;
}
const { Struct } = sdk('google-protobuf/google/protobuf/struct_pb') as { Struct: StructClass };
const { Empty } = sdk('google-protobuf/google/protobuf/empty_pb') as { Empty: new () => object };

/** The version this plugin claims; the SDK asks for its own version and the engine lets any plugin on PATH pass. */
const VERSION = '4.34.2';

function read(message: unknown): Properties {
  return decode((message as Struct | undefined)?.toJavaScript());
}

/** The generated types name protobuf's Struct, of which there is no typing. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
function write(value: JsonObject, secrets: readonly Path[]): any {
  return Struct.fromJavaScript(encode(value, secrets));
}

function initFailed(error: NotReadyError): Partial<Grpc.ServerErrorResponse> {
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
  detail.setProperties(write(error.object, error.secrets));
  detail.setReasonsList([...error.reasons]);
  if (error.inputs !== undefined) detail.setInputs(write(error.inputs.value, error.inputs.secrets));
  const any = new Any();
  any.pack(detail.serializeBinary(), 'pulumirpc.ErrorResourceInitFailed');
  const message = new Status();
  message.setCode(status.UNKNOWN);
  message.setMessage(error.message);
  message.addDetails(any);
  const metadata = new Metadata();
  metadata.add('grpc-status-details-bin', Buffer.from(message.serializeBinary()));
  return { code: status.UNKNOWN, details: error.message, metadata };
}

/**
 * The engine takes "unknown" to mean that the object may or may not be there, and keeps the operation as pending. That
 * is true only when the connection broke in the middle of a change.
 */
function toGrpc(error: unknown): Partial<Grpc.ServerErrorResponse> {
  if (error instanceof NotReadyError) return initFailed(error);
  const cause = error instanceof ProviderError ? error.cause : error;
  const code =
    cause instanceof ConnectionError && cause.errno !== 'ECONNREFUSED'
      ? status.UNKNOWN
      : status.FAILED_PRECONDITION;
  if (error instanceof ProviderError || cause instanceof ApiError) {
    return { code, details: (error as Error).message };
  }
  return {
    code: status.FAILED_PRECONDITION,
    details: error instanceof Error ? error.message : String(error),
  };
}

type Handler<Q, R> = (call: { request: Q }, callback: (error: unknown, response?: R) => void) => void;

let unanswered = 0;

/** Calls that have not been answered yet. */
export function inFlight(): number {
  return unanswered;
}

function unary<Q, R>(answer: (request: Q) => Promise<R> | R): Handler<Q, R> {
  return (call, callback) => {
    unanswered++;
    void Promise.resolve()
      .then(() => answer(call.request))
      .then(
        (response) => callback(null, response),
        (error: unknown) => callback(toGrpc(error)),
      )
      .finally(() => unanswered--);
  };
}

function refuse(what: string): Handler<unknown, never> {
  return (_call, callback) =>
    callback({
      code: status.UNIMPLEMENTED,
      details: `the rehearsal's Kubernetes plugin does not do ${what}; install the official Kubernetes plugin for it`,
    });
}

function changeKind({
  kind,
  replace,
}: {
  kind: 'add' | 'delete' | 'update';
  replace: boolean;
}): Provider.PropertyDiff.Kind {
  const kinds = pb.PropertyDiff.Kind;
  switch (kind) {
    case 'add':
      return replace ? kinds.ADD_REPLACE : kinds.ADD;
    case 'delete':
      return replace ? kinds.DELETE_REPLACE : kinds.DELETE;
    case 'update':
      return replace ? kinds.UPDATE_REPLACE : kinds.UPDATE;
  }
}

function checkResponse(
  inputs: JsonObject,
  secrets: readonly Path[],
  failures: readonly { property: string; reason: string }[],
) {
  const response = new pb.CheckResponse();
  response.setInputs(write(inputs, secrets));
  response.setFailuresList(
    failures.map(({ property, reason }) => {
      const failure = new pb.CheckFailure();
      failure.setProperty(property);
      failure.setReason(reason);
      return failure;
    }),
  );
  return response;
}

/** Settings arrive as text; those that were objects or flags arrive as JSON. */
function providerInputs(raw: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(raw).map(([key, value]) => [key, value]));
}

/** The methods of the plugin protocol, each turned into a call of the provider. */
export function service(provider: KubernetesProvider): Record<string, unknown> {
  return {
    handshake: unary<Provider.ProviderHandshakeRequest, Provider.ProviderHandshakeResponse>(() => {
      const response = new pb.ProviderHandshakeResponse();
      response.setAcceptSecrets(true);
      response.setAcceptResources(true);
      response.setAcceptOutputs(false);
      response.setSupportsAutonamingConfiguration(true);
      return response;
    }),
    getPluginInfo: unary(() => {
      const info = new plugin.PluginInfo();
      info.setVersion(VERSION);
      return info;
    }),
    attach: unary(() => new Empty()),
    getSchema: unary(() => {
      const response = new pb.GetSchemaResponse();
      response.setSchema(
        JSON.stringify({ name: 'kubernetes', version: VERSION, resources: {}, functions: {} }),
      );
      return response;
    }),
    checkConfig: unary<Provider.CheckRequest, Provider.CheckResponse>((request) => {
      const news = read(request.getNews());
      return checkResponse(news.value, news.secrets, readConfig(providerInputs(news.value)).failures);
    }),
    diffConfig: unary<Provider.DiffRequest, Provider.DiffResponse>((request) => {
      const response = new pb.DiffResponse();
      const [olds, news] = [read(request.getOlds()).value, read(request.getNews()).value];
      const changed = [...new Set([...Object.keys(olds), ...Object.keys(news)])].filter(
        (key) => JSON.stringify(olds[key]) !== JSON.stringify(news[key]),
      );
      const { DIFF_SOME, DIFF_NONE } = pb.DiffResponse.DiffChanges;
      response.setChanges(changed.length > 0 ? DIFF_SOME : DIFF_NONE);
      response.setDiffsList(changed);
      return response;
    }),
    configure: unary<Provider.ConfigureRequest, Provider.ConfigureResponse>((request) => {
      const { config, failures } = readConfig(providerInputs(read(request.getArgs()).value));
      if (failures.length > 0) {
        throw new ProviderError(
          failures.map(({ property, reason }) => `kubernetes:${property}: ${reason}`).join('\n'),
        );
      }
      provider.configure(config);
      const response = new pb.ConfigureResponse();
      response.setAcceptsecrets(true);
      response.setSupportspreview(true);
      response.setAcceptresources(true);
      response.setSupportsAutonamingConfiguration(true);
      return response;
    }),
    check: unary<Provider.CheckRequest, Provider.CheckResponse>(async (request) => {
      const news = read(request.getNews());
      const autonaming = request.getAutonaming();
      const seed = request.getRandomseed_asU8();
      const { inputs, failures } = await provider.check(
        { urn: request.getUrn(), type: request.getType() },
        request.getName(),
        read(request.getOlds()),
        news,
        {
          proposed: autonaming?.getProposedName() || undefined,
          disabled: autonaming?.getMode() === pb.CheckRequest.AutonamingOptions.Mode.DISABLE,
          suffix: randomSuffix(seed, request.getUrn()),
        },
      );
      return checkResponse(inputs, news.secrets, failures);
    }),
    diff: unary<Provider.DiffRequest, Provider.DiffResponse>(async (request) => {
      const outcome = await provider.diff(
        { urn: request.getUrn(), type: request.getType() },
        request.getId(),
        read(request.getOldInputs()),
        read(request.getOlds()),
        read(request.getNews()),
      );
      const response = new pb.DiffResponse();
      const { DIFF_SOME, DIFF_NONE } = pb.DiffResponse.DiffChanges;
      response.setChanges(outcome.changes.length > 0 ? DIFF_SOME : DIFF_NONE);
      response.setHasdetaileddiff(true);
      response.setDeletebeforereplace(outcome.deleteBeforeReplace);
      const names = (changes: typeof outcome.changes) => [
        ...new Set(changes.map(({ path }) => String(path[0]))),
      ];
      response.setDiffsList(names(outcome.changes));
      response.setReplacesList(names(outcome.changes.filter(({ replace }) => replace)));
      for (const change of outcome.changes) {
        const detail = new pb.PropertyDiff();
        detail.setKind(changeKind(change));
        detail.setInputdiff(change.inputDiff);
        response.getDetaileddiffMap().set(formatPath(change.path), detail);
      }
      return response;
    }),
    create: unary<Provider.CreateRequest, Provider.CreateResponse>(async (request) => {
      const result = await provider.create(
        {
          urn: request.getUrn(),
          type: request.getType(),
          preview: request.getPreview(),
          timeout: request.getTimeout(),
        },
        read(request.getProperties()),
      );
      const response = new pb.CreateResponse();
      response.setId(request.getPreview() ? '' : result.id);
      response.setProperties(write(result.state, result.secrets));
      return response;
    }),
    update: unary<Provider.UpdateRequest, Provider.UpdateResponse>(async (request) => {
      const result = await provider.update(
        {
          urn: request.getUrn(),
          type: request.getType(),
          preview: request.getPreview(),
          timeout: request.getTimeout(),
        },
        request.getId(),
        read(request.getOlds()),
        read(request.getNews()),
      );
      const response = new pb.UpdateResponse();
      response.setProperties(write(result.state, result.secrets));
      return response;
    }),
    read: unary<Provider.ReadRequest, Provider.ReadResponse>(async (request) => {
      const result = await provider.read(
        { urn: request.getUrn(), type: request.getType() },
        request.getId(),
        read(request.getInputs()),
        read(request.getProperties()),
      );
      const response = new pb.ReadResponse();
      // An empty id tells the engine that the object is gone.
      if (result === undefined) return response;
      response.setId(result.id);
      response.setProperties(write(result.state, result.secrets));
      response.setInputs(write(result.inputs, result.inputSecrets));
      return response;
    }),
    delete: unary<Provider.DeleteRequest, object>(async (request) => {
      await provider.delete(
        { urn: request.getUrn(), type: request.getType(), preview: false, timeout: request.getTimeout() },
        request.getId(),
        read(request.getOldInputs()),
        read(request.getProperties()),
      );
      return new Empty();
    }),
    cancel: unary(() => {
      provider.cancel();
      return new Empty();
    }),
    getMapping: unary(() => new pb.GetMappingResponse()),
    getMappings: unary(() => new pb.GetMappingsResponse()),
    invoke: unary<Provider.InvokeRequest, never>((request) => {
      throw new ProviderError(
        `the rehearsal's Kubernetes plugin does not do functions (${request.getTok()}: charts, YAML files, kustomize); ` +
          'declare the objects themselves, or install the official Kubernetes plugin',
      );
    }),
    call: refuse('calls'),
    construct: unary<Provider.ConstructRequest, never>((request) => {
      throw new ProviderError(
        `the rehearsal's Kubernetes plugin does not do ${request.getType()}; ` +
          'declare the objects themselves, or install the official Kubernetes plugin',
      );
    }),
    parameterize: refuse('parameters'),
    list: (call: { emit(event: string, error: unknown): void }) =>
      call.emit('error', {
        code: status.UNIMPLEMENTED,
        details: "the rehearsal's Kubernetes plugin does not do list",
      }),
  };
}

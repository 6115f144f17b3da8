import { status, type handleUnaryCall, type UntypedServiceImplementation } from '@grpc/grpc-js';
import type * as Provider from '@pulumi/pulumi/proto/provider_pb';
import { readConfig } from './config';
import { ProviderError } from './errors';
import { formatPath } from './json';
import { Empty, pb, plugin, read, StatusError, toStatus, write, type Message } from './messages';
import { randomSuffix } from './naming';
import type { KubernetesProvider } from './provider';
import type { Properties } from './wire';

/** The version this plugin claims, the SDK's: the engine shows it, and any plugin on PATH passes. */
const VERSION = '4.34.2';

let unanswered = 0;

/** Calls that have not been answered yet. */
export function inFlight(): number {
  return unanswered;
}

/** A method of one request and one answer. */
const unary =
  <Request>(answer: (request: Request) => Message | Promise<Message>): handleUnaryCall<Request, Message> =>
  async ({ request }, answerCall) => {
    unanswered++;
    try {
      answerCall(null, await answer(request));
    } catch (error) {
      answerCall(toStatus(error));
    } finally {
      unanswered--;
    }
  };

const refuse = (what: string) =>
  unary(() => {
    throw new StatusError(
      status.UNIMPLEMENTED,
      `the rehearsal's Kubernetes plugin does not do ${what}; install the official Kubernetes plugin for it`,
    );
  });

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

function checkResponse(inputs: Properties, failures: readonly { property: string; reason: string }[]) {
  const response = new pb.CheckResponse();
  response.setInputs(write(inputs));
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

/** The methods of the plugin protocol, each turned into a call of the provider. */
export function service(provider: KubernetesProvider): UntypedServiceImplementation {
  return {
    handshake: unary(() => {
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
    checkConfig: unary((request: Provider.CheckRequest) => {
      const news = read(request.getNews());
      return checkResponse(news, readConfig(news.value).failures);
    }),
    diffConfig: unary((request: Provider.DiffRequest) => {
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
    configure: unary((request: Provider.ConfigureRequest) => {
      const { config, failures } = readConfig(read(request.getArgs()).value);
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
    check: unary(async (request: Provider.CheckRequest) => {
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
          suffix: () => randomSuffix(seed, request.getUrn()),
        },
      );
      return checkResponse({ value: inputs, secrets: news.secrets }, failures);
    }),
    diff: unary(async (request: Provider.DiffRequest) => {
      const outcome = await provider.diff(
        { urn: request.getUrn(), type: request.getType() },
        request.getId(),
        read(request.getOldInputs()),
        read(request.getOlds()),
        read(request.getNews()),
        request.getIgnorechangesList(),
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
    create: unary(async (request: Provider.CreateRequest) => {
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
      response.setProperties(write(result.state));
      return response;
    }),
    update: unary(async (request: Provider.UpdateRequest) => {
      const result = await provider.update(
        {
          urn: request.getUrn(),
          type: request.getType(),
          preview: request.getPreview(),
          timeout: request.getTimeout(),
          ignored: request.getIgnorechangesList(),
        },
        request.getId(),
        read(request.getOlds()),
        read(request.getNews()),
      );
      const response = new pb.UpdateResponse();
      response.setProperties(write(result));
      return response;
    }),
    read: unary(async (request: Provider.ReadRequest) => {
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
      response.setProperties(write(result.state));
      response.setInputs(write(result.inputs));
      return response;
    }),
    delete: unary(async (request: Provider.DeleteRequest) => {
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
    invoke: unary((request: Provider.InvokeRequest) => {
      throw new ProviderError(
        `the rehearsal's Kubernetes plugin does not do functions (${request.getTok()}: charts, YAML files, kustomize); ` +
          'declare the objects themselves, or install the official Kubernetes plugin',
      );
    }),
    call: refuse('calls'),
    construct: unary((request: Provider.ConstructRequest) => {
      throw new ProviderError(
        `the rehearsal's Kubernetes plugin does not do ${request.getType()}; ` +
          'declare the objects themselves, or install the official Kubernetes plugin',
      );
    }),
    parameterize: refuse('parameters'),
    list: refuse('list'),
  };
}

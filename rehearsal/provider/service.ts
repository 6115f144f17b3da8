import type * as Provider from '@pulumi/pulumi/proto/provider_pb';
import { STATUS, StatusError, type Method } from '../../plugin/unaryServer';
import { readConfig } from './config';
import { ProviderError } from './errors';
import { formatPath } from './json';
import { Empty, pb, plugin, read, toStatus, write, type Message } from './messages';
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

/** A method that reads its request as a message. */
const reading =
  <Request>(
    type: { deserializeBinary(bytes: Uint8Array): Request },
    answer: (request: Request) => Message | Promise<Message>,
  ): Method =>
  async (bytes) => {
    unanswered++;
    try {
      return (await answer(type.deserializeBinary(bytes))).serializeBinary();
    } catch (error) {
      throw toStatus(error);
    } finally {
      unanswered--;
    }
  };

/** A method whose request is not looked at. */
const unread =
  (answer: () => Message): Method =>
  () =>
    answer().serializeBinary();

const refuse = (what: string): Method => {
  return () => {
    throw new StatusError(
      STATUS.unimplemented,
      `the rehearsal's Kubernetes plugin does not do ${what}; install the official Kubernetes plugin for it`,
    );
  };
};

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

/** The name that the engine calls it by. */
export const SERVICE = 'pulumirpc.ResourceProvider';

/** The methods of the plugin protocol, each turned into a call of the provider. */
export function service(provider: KubernetesProvider): Readonly<Record<string, Method>> {
  return {
    Handshake: reading(pb.ProviderHandshakeRequest, () => {
      const response = new pb.ProviderHandshakeResponse();
      response.setAcceptSecrets(true);
      response.setAcceptResources(true);
      response.setAcceptOutputs(false);
      response.setSupportsAutonamingConfiguration(true);
      return response;
    }),
    GetPluginInfo: unread(() => {
      const info = new plugin.PluginInfo();
      info.setVersion(VERSION);
      return info;
    }),
    Attach: unread(() => new Empty()),
    GetSchema: unread(() => {
      const response = new pb.GetSchemaResponse();
      response.setSchema(
        JSON.stringify({ name: 'kubernetes', version: VERSION, resources: {}, functions: {} }),
      );
      return response;
    }),
    CheckConfig: reading(pb.CheckRequest, (request) => {
      const news = read(request.getNews());
      return checkResponse(news, readConfig(news.value).failures);
    }),
    DiffConfig: reading(pb.DiffRequest, (request) => {
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
    Configure: reading(pb.ConfigureRequest, (request) => {
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
    Check: reading(pb.CheckRequest, async (request) => {
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
    Diff: reading(pb.DiffRequest, async (request) => {
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
    Create: reading(pb.CreateRequest, async (request) => {
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
    Update: reading(pb.UpdateRequest, async (request) => {
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
      response.setProperties(write(result));
      return response;
    }),
    Read: reading(pb.ReadRequest, async (request) => {
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
    Delete: reading(pb.DeleteRequest, async (request) => {
      await provider.delete(
        { urn: request.getUrn(), type: request.getType(), preview: false, timeout: request.getTimeout() },
        request.getId(),
        read(request.getOldInputs()),
        read(request.getProperties()),
      );
      return new Empty();
    }),
    Cancel: unread(() => {
      provider.cancel();
      return new Empty();
    }),
    GetMapping: unread(() => new pb.GetMappingResponse()),
    GetMappings: unread(() => new pb.GetMappingsResponse()),
    Invoke: reading(pb.InvokeRequest, (request) => {
      throw new ProviderError(
        `the rehearsal's Kubernetes plugin does not do functions (${request.getTok()}: charts, YAML files, kustomize); ` +
          'declare the objects themselves, or install the official Kubernetes plugin',
      );
    }),
    Call: refuse('calls'),
    Construct: reading(pb.ConstructRequest, (request) => {
      throw new ProviderError(
        `the rehearsal's Kubernetes plugin does not do ${request.getType()}; ` +
          'declare the objects themselves, or install the official Kubernetes plugin',
      );
    }),
    Parameterize: refuse('parameters'),
    List: refuse('list'),
  };
}

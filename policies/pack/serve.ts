import type {
  AnalyzeRequest,
  AnalyzerResource,
  AnalyzerStackConfigureRequest,
  AnalyzeStackRequest,
  ConfigureAnalyzerRequest,
} from '@pulumi/pulumi/proto/analyzer_pb';
import { ProblemsError } from '../../components/validation';
import { registry } from '../registry';
import type { PolicyConfig } from '../settings/packConfig';
import { isKubernetes, type EngineResource } from '../sources/resources';
import { answer, describePack, levelOf, VERSION } from './answers';
import { analyzerService, empty, grpc, messages, plugin } from './protocol';
import { Session } from './session';

/** State and previews of large stacks exceed gRPC's default of 4 MiB. Bytes. */
const MAX_MESSAGE = 400 * 1024 * 1024;

const STACK_TYPE = 'pulumi:pulumi:Stack';

function readResource(resource: AnalyzeRequest | AnalyzerResource): EngineResource {
  const type = resource.getType();
  // The type is looked at before the properties: reading them is what takes time.
  const wanted = isKubernetes({ type }) || type === STACK_TYPE;
  return {
    urn: resource.getUrn(),
    type,
    properties: wanted ? (resource.getProperties()?.toJavaScript() ?? {}) : {},
    dependencies: 'getDependenciesList' in resource ? resource.getDependenciesList() : [],
    ignoreChanges: resource.getOptions()?.getIgnorechangesList() ?? [],
  };
}

type Handler = (request: never) => unknown;

/** Turns a function into what the server calls; errors for people keep their text and no stack. */
const unary =
  (handle: Handler) => (call: { request: never }, callback: (error: unknown, value?: unknown) => void) => {
    Promise.resolve()
      .then(() => handle(call.request))
      .then(
        (value) => callback(null, value),
        (error: unknown) => {
          const text =
            error instanceof ProblemsError ? error.message : String((error as Error).stack ?? error);
          callback({ code: grpc.status.INVALID_ARGUMENT, details: text });
        },
      );
  };

/** How often the engine is looked for, milliseconds. */
const PARENT_CHECK_MS = 1_000;

/** A killed engine cannot end its plugins; the system then gives them another parent. */
function endWithParent(): void {
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) process.exit(0);
  }, PARENT_CHECK_MS).unref();
}

/**
 * Serves the pack to the engine.
 *
 * It speaks the engine's protocol itself. The SDK's own server reads every resource anew for every policy, hides which
 * values are secret, and is started through a TypeScript compiler; a preview would wait for all three.
 *
 * @param root The folder of Pulumi.yaml.
 * @param onWarm Called after a whole stack was judged, when all that is used was compiled.
 */
export function serve(root: string, onWarm: () => void = () => undefined): void {
  endWithParent();
  const session = new Session(root);
  const handlers: Readonly<Record<string, Handler>> = {
    handshake: () => new messages.AnalyzerHandshakeResponse(),
    configureStack: (request: AnalyzerStackConfigureRequest) => {
      session.start(request.getStack(), request.getProject(), request.getOrganization());
      return new messages.AnalyzerStackConfigureResponse();
    },
    getAnalyzerInfo: () => describePack(registry, session.levelFor),
    getPluginInfo: () => {
      const info = new plugin.PluginInfo();
      info.setVersion(VERSION);
      return info;
    },
    configure: (request: ConfigureAnalyzerRequest) => {
      const config = new Map<string, PolicyConfig>();
      request.getPolicyconfigMap().forEach((entry, policy) => {
        config.set(policy, {
          level: levelOf(entry.getEnforcementlevel()),
          properties: entry.getProperties()?.toJavaScript(),
        });
      });
      session.configure(config);
      return empty();
    },
    analyze: (request: AnalyzeRequest) => {
      const report = isKubernetes({ type: request.getType() })
        ? session.judgeResource(readResource(request))
        : undefined;
      return report === undefined ? new messages.AnalyzeResponse() : answer(report);
    },
    analyzeStack: async (request: AnalyzeStackRequest) => {
      const report = await session.judgeStack(request.getResourcesList().map(readResource));
      setImmediate(onWarm);
      return answer(report);
    },
    remediate: () => new messages.RemediateResponse(),
    cancel: () => empty(),
  };
  const known = Object.entries(handlers).filter(([name]) => name in analyzerService);
  // The engine asks for corrections of every resource and this pack makes none: what it sends with that is not read.
  const service = {
    ...analyzerService,
    remediate: { ...analyzerService['remediate']!, requestDeserialize: () => ({}) },
  };
  const server = new grpc.Server({ 'grpc.max_receive_message_length': MAX_MESSAGE });
  server.addService(
    service,
    // The library types handlers by method; here they share one adapter.
    Object.fromEntries(known.map(([name, handle]) => [name, unary(handle)])) as never,
  );
  server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (error, port) => {
    if (error !== null) {
      process.stderr.write(`The policy pack could not be started: ${error.message}\n`);
      process.exitCode = 1;
      return;
    }
    // The engine reads the port from the first line.
    process.stdout.write(`${port}\n`);
  });
}

import { Server, ServerCredentials, status, type handleUnaryCall } from '@grpc/grpc-js';
import type {
  AnalyzeRequest,
  AnalyzerResource,
  AnalyzerStackConfigureRequest,
  AnalyzeStackRequest,
  ConfigureAnalyzerRequest,
} from '@pulumi/pulumi/proto/analyzer_pb';
import { endWithParent } from '../../bin/end-with-parent';
import { ProblemsError } from '../../components/validation';
import { registry } from '../registry';
import type { PolicyConfig } from '../settings/packConfig';
import { isKubernetes, type EngineResource } from '../sources/resources';
import { answer, describePack, levelOf, VERSION } from './answers';
import { AnalyzerService, empty, messages, plugin } from './protocol';
import { Session } from './session';

/** State and previews of large stacks are long. Bytes. */
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

/** A method of one request and one answer; errors for people keep their text and show no stack. */
const unary =
  <Request, Response>(
    handle: (request: Request) => Response | Promise<Response>,
  ): handleUnaryCall<Request, Response> =>
  async ({ request }, answerCall) => {
    try {
      answerCall(null, await handle(request));
    } catch (error) {
      const details =
        error instanceof ProblemsError ? error.message : String((error as Error).stack ?? error);
      answerCall({ code: status.INVALID_ARGUMENT, details });
    }
  };

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
  const server = new Server({
    'grpc.max_receive_message_length': MAX_MESSAGE,
    'grpc.max_send_message_length': MAX_MESSAGE,
  });
  server.addService(AnalyzerService, {
    handshake: unary(() => new messages.AnalyzerHandshakeResponse()),
    configureStack: unary((request: AnalyzerStackConfigureRequest) => {
      session.start(request.getStack(), request.getProject(), request.getOrganization());
      return new messages.AnalyzerStackConfigureResponse();
    }),
    getAnalyzerInfo: unary(() => describePack(registry, session.levelFor)),
    getPluginInfo: unary(() => {
      const info = new plugin.PluginInfo();
      info.setVersion(VERSION);
      return info;
    }),
    configure: unary((request: ConfigureAnalyzerRequest) => {
      const config = new Map<string, PolicyConfig>();
      request.getPolicyconfigMap().forEach((entry, policy) => {
        config.set(policy, {
          level: levelOf(entry.getEnforcementlevel()),
          properties: entry.getProperties()?.toJavaScript(),
        });
      });
      session.configure(config);
      return empty();
    }),
    analyze: unary((request: AnalyzeRequest) => {
      const report = isKubernetes({ type: request.getType() })
        ? session.judgeResource(readResource(request))
        : undefined;
      return report === undefined ? new messages.AnalyzeResponse() : answer(report);
    }),
    analyzeStack: unary(async (request: AnalyzeStackRequest) => {
      const report = await session.judgeStack(request.getResourcesList().map(readResource));
      setImmediate(onWarm);
      return answer(report, session.switchedOff());
    }),
    // The engine asks for corrections of every resource; this pack makes none.
    remediate: unary(() => new messages.RemediateResponse()),
    cancel: unary(() => empty()),
  });
  server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, port) => {
    if (error === null) {
      // The engine reads the port from the first line.
      process.stdout.write(`${port}\n`);
      return;
    }
    process.stderr.write(`The policy pack could not be started: ${error.message}\n`);
    process.exitCode = 1;
  });
}

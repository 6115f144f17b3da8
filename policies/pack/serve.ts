import type { AnalyzeRequest, AnalyzerResource } from '@pulumi/pulumi/proto/analyzer_pb';
import { endWithParent } from '../../plugin/end-with-parent';
import { ProblemsError } from '../../components/validation';
import { registry } from '../registry';
import type { PolicyConfig } from '../settings/packConfig';
import { isKubernetes, type EngineResource } from '../sources/resources';
import { answer, describePack, levelOf, VERSION } from './answers';
import { empty, messages, plugin, SERVICE } from './protocol';
import { Session } from './session';
import { serveUnary, STATUS, StatusError, type Method } from '../../plugin/unaryServer';

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

interface Message {
  serializeBinary(): Uint8Array;
}

/** A method that reads its request as a message; errors for people keep their text and show no stack. */
const reading =
  <Request>(
    type: { deserializeBinary(bytes: Uint8Array): Request },
    handle: (request: Request) => Message | Promise<Message>,
  ): Method =>
  async (bytes) => {
    try {
      return (await handle(type.deserializeBinary(bytes))).serializeBinary();
    } catch (error) {
      const text = error instanceof ProblemsError ? error.message : String((error as Error).stack ?? error);
      throw new StatusError(STATUS.invalidArgument, text);
    }
  };

/** A method whose request is not looked at. */
const unread = (answerOf: () => Message): Method => {
  return () => answerOf().serializeBinary();
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
  const methods: Readonly<Record<string, Method>> = {
    Handshake: unread(() => new messages.AnalyzerHandshakeResponse()),
    ConfigureStack: reading(messages.AnalyzerStackConfigureRequest, (request) => {
      session.start(request.getStack(), request.getProject(), request.getOrganization());
      return new messages.AnalyzerStackConfigureResponse();
    }),
    GetAnalyzerInfo: unread(() => describePack(registry, session.levelFor)),
    GetPluginInfo: unread(() => {
      const info = new plugin.PluginInfo();
      info.setVersion(VERSION);
      return info;
    }),
    Configure: reading(messages.ConfigureAnalyzerRequest, (request) => {
      const config = new Map<string, PolicyConfig>();
      request.getPolicyconfigMap().forEach((entry, policy) => {
        config.set(policy, {
          level: levelOf(entry.getEnforcementlevel()),
          properties: entry.getProperties()?.toJavaScript(),
        });
      });
      session.configure(config);
      return empty;
    }),
    Analyze: reading(messages.AnalyzeRequest, (request) => {
      const report = isKubernetes({ type: request.getType() })
        ? session.judgeResource(readResource(request))
        : undefined;
      return report === undefined ? new messages.AnalyzeResponse() : answer(report);
    }),
    AnalyzeStack: reading(messages.AnalyzeStackRequest, async (request) => {
      const report = await session.judgeStack(request.getResourcesList().map(readResource));
      setImmediate(onWarm);
      return answer(report, session.switchedOff());
    }),
    // The engine asks for corrections of every resource; this pack makes none.
    Remediate: unread(() => new messages.RemediateResponse()),
    Cancel: unread(() => empty),
  };
  serveUnary({ service: SERVICE, methods, longest: MAX_MESSAGE }).then(
    // The engine reads the port from the first line.
    ({ port }) => process.stdout.write(`${port}\n`),
    (error: Error) => {
      process.stderr.write(`The policy pack could not be started: ${error.message}\n`);
      process.exitCode = 1;
    },
  );
}

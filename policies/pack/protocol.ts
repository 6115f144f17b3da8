import { createRequire } from 'node:module';
import type * as Grpc from '@grpc/grpc-js';
import type * as AnalyzerMessages from '@pulumi/pulumi/proto/analyzer_pb';
import type * as PluginMessages from '@pulumi/pulumi/proto/plugin_pb';
import { makeLean } from '../../bin/lean-struct';

/**
 * Loads a module as the Pulumi SDK sees it. Messages are checked by class, so a second copy of the protocol's packages,
 * such as one bundled with this code, would be refused.
 */
const load = createRequire(createRequire(__filename).resolve('@pulumi/pulumi'));

export const grpc = load('@grpc/grpc-js') as typeof Grpc;
export const messages = load('@pulumi/pulumi/proto/analyzer_pb') as typeof AnalyzerMessages;
export const plugin = load('@pulumi/pulumi/proto/plugin_pb') as typeof PluginMessages;
const structs = load('google-protobuf/google/protobuf/struct_pb') as {
  Struct: { fromJavaScript(value: object): ReturnType<AnalyzerMessages.AnalyzeRequest['getProperties']> };
};
// Every resource comes twice, by itself and with the whole stack.
makeLean(structs);
const { Struct } = structs;
const { Empty } = load('google-protobuf/google/protobuf/empty_pb') as { Empty: new () => object };

export const struct = (value: object) => Struct.fromJavaScript(value);
export const empty = () => new Empty();

const definitions = load('@pulumi/pulumi/proto/analyzer_grpc_pb') as {
  readonly AnalyzerService: Grpc.ServiceDefinition;
};
export const analyzerService = definitions.AnalyzerService;

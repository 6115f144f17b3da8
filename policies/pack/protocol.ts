import { createRequire } from 'node:module';
import type * as AnalyzerMessages from '@pulumi/pulumi/proto/analyzer_pb';
import type * as PluginMessages from '@pulumi/pulumi/proto/plugin_pb';
import type * as AnalyzerServices from '@pulumi/pulumi/proto/analyzer_grpc_pb';

/** Loads a module as the Pulumi SDK sees it: its messages belong to its own copy of the protocol's library. */
const load = createRequire(createRequire(__filename).resolve('@pulumi/pulumi'));

export const messages = load('@pulumi/pulumi/proto/analyzer_pb') as typeof AnalyzerMessages;
export const plugin = load('@pulumi/pulumi/proto/plugin_pb') as typeof PluginMessages;
export const { AnalyzerService } = load('@pulumi/pulumi/proto/analyzer_grpc_pb') as typeof AnalyzerServices;
const { Struct } = load('google-protobuf/google/protobuf/struct_pb') as {
  Struct: { fromJavaScript(value: object): ReturnType<AnalyzerMessages.AnalyzeRequest['getProperties']> };
};
const { Empty } = load('google-protobuf/google/protobuf/empty_pb') as { Empty: new () => object };

export const struct = (value: object) => Struct.fromJavaScript(value);

/** The message without fields. */
export const empty = () => new Empty();

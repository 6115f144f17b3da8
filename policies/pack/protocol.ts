import { createRequire } from 'node:module';
import type * as AnalyzerMessages from '@pulumi/pulumi/proto/analyzer_pb';
import type * as PluginMessages from '@pulumi/pulumi/proto/plugin_pb';
import { makeLean } from '../../plugin/lean-struct';

/** Loads a module as the Pulumi SDK sees it: its messages belong to its own copy of the protocol's library. */
const load = createRequire(createRequire(__filename).resolve('@pulumi/pulumi'));

export const messages = load('@pulumi/pulumi/proto/analyzer_pb') as typeof AnalyzerMessages;
export const plugin = load('@pulumi/pulumi/proto/plugin_pb') as typeof PluginMessages;
const structs = load('google-protobuf/google/protobuf/struct_pb') as {
  Struct: { fromJavaScript(value: object): ReturnType<AnalyzerMessages.AnalyzeRequest['getProperties']> };
};
// Every resource comes twice, by itself and with the whole stack.
makeLean(structs);
const { Struct } = structs;

export const struct = (value: object) => Struct.fromJavaScript(value);

/** The name that the engine calls it by. */
export const SERVICE = 'pulumirpc.Analyzer';

/** A message without fields has no bytes. */
export const empty = { serializeBinary: () => new Uint8Array() };

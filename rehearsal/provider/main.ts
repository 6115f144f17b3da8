import { Server, ServerCredentials } from '@grpc/grpc-js';
import { endWithParent } from '../../bin/end-with-parent';
import { engineLog } from './engineLog';
import { ResourceProviderService } from './messages';
import { KubernetesProvider } from './provider';
import { inFlight, service } from './service';

/** A message of the engine is no longer than this, bytes. */
const LONGEST = 400 * 1024 * 1024;

/** The engine passes its own address last, after flags for logging and tracing. */
function engineAddress(args: readonly string[]): string | undefined {
  return args.filter((arg, index) => !arg.startsWith('-') && args[index - 1] !== '--tracing').at(-1);
}

const provider = new KubernetesProvider(engineLog(engineAddress(process.argv.slice(2))));

/** What is under way when the engine ends this process gets this long to be answered, milliseconds. */
const LAST_ANSWERS_MS = 1_000;

// The engine interrupts its plugins (they are in process groups of their own, so a terminal does not) when it is done
// with them or was cancelled, and waits for each to go: every millisecond here is part of every update.
function end(): void {
  provider.cancel();
  if (inFlight() === 0) process.exit(0);
  setTimeout(() => process.exit(0), LAST_ANSWERS_MS);
}
process.on('SIGINT', end);
process.on('SIGTERM', end);
process.on('unhandledRejection', (error) => console.error(error instanceof Error ? error.message : error));

endWithParent();

const server = new Server({
  'grpc.max_receive_message_length': LONGEST,
  'grpc.max_send_message_length': LONGEST,
});
server.addService(ResourceProviderService, service(provider));
server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, port) => {
  if (error === null) {
    process.stdout.write(`${port}\n`);
    return;
  }
  console.error(`the plugin could not open a port: ${error.message}`);
  process.exit(1);
});

import { mkdirSync } from 'node:fs';
import { bench, renderTerminal, writeBench } from '../bench';
import { Platform } from '../platform/platform';
import { ensureTools, platformTools } from '../toolchain';
import { ExitCode } from './exit';
import { phasePrinter } from './progress';

export interface BenchOptions {
  readonly name: string;
  readonly out: string;
  readonly quick: boolean;
  readonly signal: AbortSignal;
  readonly startedAt: number;
}

/** Measures what a weight step costs, beside its baselines, and writes it down. It judges nothing. */
export async function benchCommand(options: BenchOptions): Promise<number> {
  const { name, out, quick, signal, startedAt } = options;
  Platform.checkName(name);
  // Found out before minutes are spent.
  mkdirSync(out, { recursive: true });
  const toolchain = await ensureTools(platformTools, { signal });
  const measured = await bench({
    name,
    toolchain,
    quick,
    signal,
    startedAt,
    onPhase: phasePrinter(startedAt),
  });
  const written = await writeBench(measured, out);
  console.log(renderTerminal(measured));
  console.log(`figures: ${written.json}\n         ${written.html}`);
  return ExitCode.done;
}

import { delimiter } from 'node:path';
import { Platform } from '../platform/platform';
import { engineArgs, platformEngine, projectEngine } from '../scenario/project-engine';
import type { SidecarKind } from '../sidecar';
import { ensureTools, platformTools } from '../toolchain';
import { phasePrinter } from './progress';

const shellQuote = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/** Starts a platform, leaves it running and prints what a shell has to export to work on it. */
export async function up(args: {
  name: string;
  mesh: boolean;
  sidecars?: SidecarKind;
  signal: AbortSignal;
}): Promise<void> {
  const { name, mesh, sidecars, signal } = args;
  const print = phasePrinter(Date.now());
  Platform.checkName(name);
  const toolchain = await ensureTools(platformTools, { signal });
  const platform = await Platform.start({
    ...{ name, toolchain, mesh, sidecars, signal },
    detached: true,
    onPhase: print,
  });
  const engine = engineArgs(platform, toolchain, signal);
  try {
    if (mesh) {
      print("the platform layer: Istio and DataKit, by the program's own update");
      await (await platformEngine(engine, platform.paths.dir)).up();
    }
    // Made here, so that "pulumi up" by hand needs no stack of its own first.
    await projectEngine(engine, platform.paths.dir);
  } catch (error) {
    await platform.stop();
    throw error;
  }
  const path = [...engine.pluginDirs, ...toolchain.binDirs].filter((dir, i, all) => all.indexOf(dir) === i);
  const environment = { ...engine.env, PATH: `${path.join(delimiter)}${delimiter}$PATH` };
  for (const [key, value] of Object.entries(environment)) {
    console.log(key === 'PATH' ? `export PATH="${value}"` : `export ${key}=${shellQuote(value)}`);
  }
  console.error(
    [
      `rehearsal "${name}" is running. In a shell that has exported the lines above:`,
      '  pulumi up --stack rehearsal                    takes the step that the stack names',
      '  pulumi config set step 10 --stack rehearsal    names the next one',
      `  node bin/rehearsal.js down --name ${name}      ends it`,
      ...(platform.sidecars.because === undefined
        ? []
        : [`sidecars: only their outbound half is real, ${platform.sidecars.because}`]),
      ...(mesh ? [`productpage: http://127.0.0.1:${platform.ports.ingress}/productpage`] : []),
    ].join('\n'),
  );
}

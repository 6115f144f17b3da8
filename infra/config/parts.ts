import { accessProblems, type AccessSettings } from '../../components/access/pure';
import type { Application } from '../../components/application/pure';
import { settingsProblems as datakitProblems, type DataKitSettings } from '../../components/datakit/pure';
import { edgeProblems, type EdgeSettings } from '../../components/edge/pure';
import { istioProblems, type IstioSettings } from '../../components/istio/pure';
import { loadTestProblems, type LoadTestSettings } from '../../components/loadtest/pure';
import { securityProblems, type SecuritySettings } from '../../components/security/pure';
import { isMap, type Problem } from '../../components/validation';

/** The parts of a stack whose settings are a component's own, by their keys. */
export interface Parts {
  readonly istio?: IstioSettings;
  readonly datakit?: DataKitSettings;
  readonly access?: AccessSettings;
  readonly security?: SecuritySettings;
  readonly edge?: EdgeSettings;
  readonly loadtest?: LoadTestSettings;
}

type Finder = (
  raw: unknown,
  path: string,
  environment: string,
  application: Application,
) => readonly Problem[];

const finders: Readonly<Record<keyof Parts, Finder>> = {
  istio: istioProblems,
  datakit: (raw, path) => datakitProblems(raw as DataKitSettings, path),
  access: accessProblems,
  security: (raw, path, _environment, application) => securityProblems(raw, path, application),
  edge: edgeProblems,
  loadtest: loadTestProblems,
};

/**
 * Puts the environment's variable in place of a folder written as `$NAME`: where a folder lies is a matter of the machine,
 * not of the stack.
 */
function withFolder(raw: unknown, env: NodeJS.ProcessEnv, path: string, problems: Problem[]): unknown {
  const name = isMap(raw) && /^\$(\w+)$/.exec(String(raw['charts']))?.[1];
  if (!isMap(raw) || !name) return raw;
  const folder = env[name];
  if (folder) return { ...raw, charts: folder };
  problems.push({
    path: `${path}.charts`,
    problem: `is $${name}, and the environment has no ${name}`,
    remedy: `set ${name} to the folder of Istio's charts; a rehearsal's "up" prints a line that does`,
  });
  return { ...raw, charts: undefined };
}

/**
 * Reads the settings of all parts that are given.
 *
 * @param environment Where they are to run; some things are not for production.
 * @param application What they are for.
 */
export function readParts(
  values: Readonly<Record<string, unknown>>,
  at: (key: string) => string,
  environment: string,
  application: Application,
  env: NodeJS.ProcessEnv,
): { readonly parts: Parts; readonly problems: readonly Problem[] } {
  const problems: Problem[] = [];
  const parts: Record<string, unknown> = {};
  for (const [key, find] of Object.entries(finders)) {
    if (values[key] === undefined) continue;
    const raw = key === 'istio' ? withFolder(values[key], env, at(key), problems) : values[key];
    problems.push(...find(raw, at(key), environment, application));
    parts[key] = raw;
  }
  // Checked by each component's own rules just now; used only when there was no problem.
  return { parts, problems };
}

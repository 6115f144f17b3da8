import { accessProblems, type AccessSettings } from '../../components/access/pure';
import type { Application } from '../../components/application/pure';
import { settingsProblems as datakitProblems, type DataKitSettings } from '../../components/datakit/pure';
import { edgeProblems, type EdgeSettings } from '../../components/edge/pure';
import { gatewayApiProblems, type GatewayApiSettings } from '../../components/gatewayApi/pure';
import { istioProblems, type IstioSettings } from '../../components/istio/pure';
import { loadTestProblems, type LoadTestSettings } from '../../components/loadtest/pure';
import { securityProblems, type SecuritySettings } from '../../components/security/pure';
import { isMap, type Problem } from '../../components/validation';

/** The parts of a stack whose settings are a component's own, by their keys. */
export interface Parts {
  readonly istio?: IstioSettings;
  readonly gatewayApi?: GatewayApiSettings;
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
  gatewayApi: gatewayApiProblems,
  datakit: (raw, path) => datakitProblems(raw as DataKitSettings, path),
  access: accessProblems,
  security: (raw, path, _environment, application) => securityProblems(raw, path, application),
  edge: edgeProblems,
  loadtest: loadTestProblems,
};

/** Keys whose value may be a variable of the environment, and what it is to hold. */
const places: Partial<Record<keyof Parts, readonly [key: string, what: string]>> = {
  istio: ['charts', "the folder of Istio's charts"],
  gatewayApi: ['crds', 'the folder of the definitions of the Gateway API'],
};

/**
 * Puts the environment's variable in place of a folder written as `$NAME`: where a folder lies is a matter of the machine,
 * not of the stack.
 */
function withFolder(
  raw: unknown,
  [key, what]: readonly [key: string, what: string],
  env: NodeJS.ProcessEnv,
  path: string,
  problems: Problem[],
): unknown {
  const name = isMap(raw) && /^\$(\w+)$/.exec(String(raw[key]))?.[1];
  if (!isMap(raw) || !name) return raw;
  const folder = env[name];
  if (folder) return { ...raw, [key]: folder };
  problems.push({
    path: `${path}.${key}`,
    problem: `is $${name}, and the environment has no ${name}`,
    remedy: `set ${name} to ${what}; a rehearsal's "up" prints a line that does`,
  });
  return { ...raw, [key]: undefined };
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
    const place = places[key as keyof Parts];
    const raw = place === undefined ? values[key] : withFolder(values[key], place, env, at(key), problems);
    problems.push(...find(raw, at(key), environment, application));
    parts[key] = raw;
  }
  // Checked by each component's own rules just now; used only when there was no problem.
  return { parts, problems };
}

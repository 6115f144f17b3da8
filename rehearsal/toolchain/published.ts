import type { ToolName } from './catalogue';

/** Who publishes tools as files. */
export type Publisher = 'github' | 'kubernetes';

/** A tool as its project publishes it: a file whose content is pinned. */
export interface Published {
  readonly tool: ToolName;
  /** The very version that is built where the file cannot be had. */
  readonly version: string;
  readonly publisher: Publisher;
  /** Below the publisher's address. */
  readonly path: string;
  readonly algorithm: 'sha256' | 'sha512';
  /** Of the file as it is served, in hex. */
  readonly hash: string;
  /** Where the hash was read: another place than the one that serves the file. */
  readonly hashFrom: string;
  /** Where the binary is inside a gzipped tar; absent: the file is the binary. */
  readonly member?: string;
}

const kops = 'kubernetes/kops, pkg/assets/assetdata/k8s-1.36.yaml, commit 347983e454d2';

function kubernetes(tool: ToolName, hash: string): Published {
  const path = `release/v1.36.3/bin/linux/amd64/${tool}`;
  return {
    tool,
    version: '1.36.3',
    publisher: 'kubernetes',
    path,
    algorithm: 'sha256',
    hash,
    hashFrom: kops,
  };
}

/**
 * The tools that are downloaded where their publisher can be reached. Whatever is not here is built: nobody publishes it
 * as it is needed, or no hash of it was found in a second place (docs/decisions/0015).
 */
export const published: readonly Published[] = [
  {
    tool: 'pulumi',
    version: '3.255.0',
    publisher: 'github',
    path: 'pulumi/pulumi/releases/download/v3.255.0/pulumi-v3.255.0-linux-x64.tar.gz',
    algorithm: 'sha256',
    hash: 'cf559568e2c32f7fae56ea3de8ae5fa48973ba8c5aa9dd2b3dc0c8898fe50dba',
    hashFrom: 'pulumi/homebrew-tap, Formula/pulumi.rb, commit 52e9f420b3cb',
    member: 'pulumi/pulumi',
  },
  {
    tool: 'etcd',
    version: '3.6.8',
    publisher: 'github',
    path: 'etcd-io/etcd/releases/download/v3.6.8/etcd-v3.6.8-linux-amd64.tar.gz',
    algorithm: 'sha256',
    hash: 'cf9cfe91a4856cb90eed9c99e6aee4b708db2c7888b88a6f116281f04b0ea693',
    hashFrom:
      'kubernetes-sigs/kubespray, roles/kubespray_defaults/vars/main/checksums.yml, commit 46dbdd3994b3',
    member: 'etcd-v3.6.8-linux-amd64/etcd',
  },
  kubernetes('kube-apiserver', '1f217d397234a6d065da663c6e086fdb02c0f0de97a0758ff3e6f3956f4ef8ab'),
  kubernetes('kube-controller-manager', '7edfe976d5a06c7a702d653e914095f4a732a04bb2139115b6a6eba6a9b781c7'),
  kubernetes('kube-scheduler', 'b8955d4518c902110b50a825364339b1fb673822518ce0ba081a69ed634f8eee'),
  {
    tool: 'kwok',
    version: '0.8.0',
    publisher: 'github',
    path: 'kubernetes-sigs/kwok/releases/download/v0.8.0/kwok-linux-amd64',
    algorithm: 'sha256',
    hash: 'f5a4385a2ae1b9dd7f8acae18e002a75c0ebba124ae9d7259aa8dadb50711f46',
    hashFrom: "Arch Linux's user repository, kwok-bin 0.8.0-1, PKGBUILD",
  },
];

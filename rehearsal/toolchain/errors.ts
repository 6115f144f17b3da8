import { ProblemsError, type Problem } from '../../components/validation';

/** What stood in the way; callers that react to one kind (and tests) need not read the text. */
export type Hindrance =
  | 'prerequisite'
  | 'platform'
  | 'setting'
  | 'no-go'
  | 'disk'
  | 'network'
  | 'hash'
  | 'memory'
  | 'build'
  | 'lock';

/** A tool that cannot be had. The message is complete and made for people; no stack is to be shown. */
export class ToolchainError extends ProblemsError {
  constructor(
    readonly hindrance: Hindrance,
    problems: readonly Problem[],
  ) {
    super('Toolchain', problems);
    this.name = 'ToolchainError';
  }
}

/** What a failed build or download was about, for its error. */
export interface FailedStep {
  /** `building kube-apiserver 1.36.3`. */
  readonly doing: string;
  /** Everything it printed on standard error, or its end. */
  readonly stderr: string;
  /** The signal that ended it, where one did. */
  readonly signal?: string | null;
}

interface Cause {
  readonly hindrance: Hindrance;
  readonly sign: RegExp;
  readonly problem: string;
  readonly remedy: string;
}

/** In order: a full disk or a killed compiler also makes later lines look like other causes. */
const causes: readonly Cause[] = [
  {
    hindrance: 'hash',
    sign: /checksum mismatch|SECURITY ERROR|DO NOT MATCH THE HASHES/,
    problem: 'what came over the network is not what was pinned (a hash does not match)',
    remedy:
      'ask who runs the proxy or mirror between this machine and the registry what it serves; nothing of it was used. A damaged download is cured by `go clean -modcache` or `python3 -m pip cache purge`',
  },
  {
    hindrance: 'disk',
    sign: /no space left on device|disk quota exceeded|ENOSPC|EDQUOT/i,
    problem: 'the disk is full',
    remedy:
      'free space where the message points, or set BOOKINFO_CANARY_CACHE, GOCACHE and GOMODCACHE elsewhere, and run it again: what is finished is kept',
  },
  {
    hindrance: 'memory',
    sign: /signal: killed|cannot allocate memory|out of memory|fatal error: runtime: cannot/i,
    problem: 'the compiler ran out of memory or was killed',
    remedy:
      'close other programs or give the machine 4 GB of memory or more, and run it again: what is finished is kept',
  },
  {
    hindrance: 'network',
    sign: /dial tcp|no such host|connection (refused|reset|timed out)|network is unreachable|i\/o timeout|TLS handshake|x509:|proxyconnect|unexpected EOF|name resolution|max retries exceeded|NewConnectionError|ReadTimeout|reading https?:\S+: \d{3}|\b(403|404|407|410|429|5\d\d) (Forbidden|Not Found|Proxy|Gone|Too Many|Internal|Bad Gateway|Service|Gateway)|No matching distribution found|module lookup disabled/i,
    problem: 'the registry could not be reached or does not serve it',
    remedy:
      'check the network and the proxy settings (HTTPS_PROXY; GOPROXY for Go modules, PIP_INDEX_URL for wheels), and run it again: what is finished is kept',
  },
];

const shownLines = 12;

/** What Go prints of its progress: a module that it fetches, a package that it compiled. */
const isProgress = (line: string): boolean =>
  line.trim() === '' || line.startsWith('go: downloading ') || /^[\w.-]+(\/[\w.~-]+)+$/.test(line);

/** User names and passwords inside URLs: proxies' addresses carry them, and tools print those addresses. */
export function withoutCredentials(text: string): string {
  return text.replace(/(\w+:\/\/)[^\s/@]+@/g, '$1***@');
}

/** Turns what a tool printed into an error that says what happened, in which step, and what to do. */
export function explainFailure(step: FailedStep): ToolchainError {
  const text = withoutCredentials(step.stderr).trimEnd();
  const evidence = step.signal === 'SIGKILL' ? `${text}\nsignal: killed` : text;
  const cause = causes.find((candidate) => candidate.sign.test(evidence));
  const tail = text
    .split('\n')
    .filter((line) => !isProgress(line))
    .slice(-shownLines)
    .map((line) => `      ${line}`)
    .join('\n');
  const said = tail === '' ? '' : `; it said\n${tail}`;
  return new ToolchainError(cause?.hindrance ?? 'build', [
    {
      path: step.doing,
      problem: `failed: ${cause?.problem ?? 'the tool reported an error'}${said}`,
      remedy: cause?.remedy ?? 'read what it said; `make doctor` tells what this machine has',
    },
  ]);
}

const fileErrors: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EACCES: 'this user may not write there',
  EPERM: 'this user may not write there',
  EROFS: 'the file system is read-only',
  ENOTDIR: 'a part of the path is not a folder',
};

/** The error to show for one that a file operation threw; anything else comes back as it is. */
export function explainFileError(error: unknown): unknown {
  const { code, path, syscall } = (error ?? {}) as NodeJS.ErrnoException;
  const problem = code === undefined ? undefined : fileErrors[code];
  if (problem === undefined || path === undefined) return error;
  return new ToolchainError('disk', [
    {
      path,
      problem: `cannot be used (${syscall ?? 'file operation'}): ${problem}`,
      remedy: 'make it usable, or set BOOKINFO_CANARY_CACHE to a folder on a disk with room',
    },
  ]);
}

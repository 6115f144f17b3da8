import { spawn } from 'node:child_process';

/** Server-side apply of manifests with kubectl. @throws with what kubectl said */
export function kubectlApply(kubectl: string, kubeconfig: string, manifests: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(
      kubectl,
      ['--kubeconfig', kubeconfig, 'apply', '--server-side', '--force-conflicts', '-f', '-'],
      { stdio: ['pipe', 'ignore', 'pipe'] },
    );
    let errors = '';
    child.stderr.on('data', (data: Buffer) => (errors += data.toString()));
    child.once('error', reject);
    child.once('close', (code) =>
      code === 0 ? resolve() : reject(new Error(`kubectl apply ended with ${code}:\n${errors.trim()}`)),
    );
    child.stdin.end(manifests);
  });
}

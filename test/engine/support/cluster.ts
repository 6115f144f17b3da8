import { existsSync } from 'node:fs';

/** Where the suites find the API server they run against. */
export function cluster(): { kubeconfig: string } {
  const kubeconfig = process.env['REHEARSAL_KUBECONFIG'];
  if (!kubeconfig || !existsSync(kubeconfig)) {
    throw new Error(
      'REHEARSAL_KUBECONFIG must name the kubeconfig of a running rehearsal, and PATH must hold its tools: ' +
        'start one with `rehearsal up` and export what it prints',
    );
  }
  return { kubeconfig };
}

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { engineEnvironment, MORE_VARIABLES } from '../../../../release/engine/environment';

const given = (names: readonly string[], more: Record<string, string> = {}, args: readonly string[] = []) =>
  Object.keys(
    engineEnvironment({ ...Object.fromEntries(names.map((name) => [name, 'value'])), ...more }, args),
  ).filter((name) => name !== MORE_VARIABLES);

it('gives the engine what it, its backends and credential plugins read', () => {
  const names = [
    ...[
      'PATH',
      'HOME',
      'TMPDIR',
      'LANG',
      'LC_ALL',
      'TZ',
      'KUBECONFIG',
      'KUBERNETES_SERVICE_HOST',
      'KUBERNETES_EXEC_INFO',
    ],
    ...['PULUMI_ACCESS_TOKEN', 'PULUMI_CONFIG_PASSPHRASE', 'PULUMI_BACKEND_URL', 'PULUMI_HOME'],
    ...[
      'AWS_ACCESS_KEY_ID',
      'AWS_WEB_IDENTITY_TOKEN_FILE',
      'AZURE_CLIENT_SECRET',
      'ARM_TENANT_ID',
      'AAD_LOGIN_METHOD',
    ],
    ...[
      'GOOGLE_APPLICATION_CREDENTIALS',
      'GOOGLE_CREDENTIALS',
      'CLOUDSDK_CONFIG',
      'USE_GKE_GCLOUD_AUTH_PLUGIN',
    ],
    ...['HTTPS_PROXY', 'no_proxy', 'NODE_EXTRA_CA_CERTS', 'NODE_OPTIONS', 'SSL_CERT_FILE', 'XDG_CONFIG_HOME'],
    ...[
      'BOOKINFO_POLICY_SETTINGS',
      'REHEARSAL_KUBECONFIG',
      'CI',
      'CI_COMMIT_SHA',
      'GITHUB_ACTIONS',
      'GITHUB_SHA',
    ],
  ];
  expect(given(names)).toEqual(names);
});

it.each([
  ...[
    'GITLAB_TOKEN',
    'DF_API_KEY',
    'CI_JOB_TOKEN',
    'CI_REGISTRY_PASSWORD',
    'CI_DEPLOY_PASSWORD',
    'GITHUB_TOKEN',
  ],
  ...[
    'ACTIONS_ID_TOKEN_REQUEST_TOKEN',
    'WEBHOOK_SECRET',
    'PROMETHEUS_PASSWORD',
    'DATABASE_URL',
    'SLACK_TOKEN',
  ],
  ...['PATHS', 'HOME2', 'XPULUMI_TOKEN', 'MY_AWS_SECRET', 'PULUMIX'],
])('keeps %s to itself', (name) => {
  expect(given([name])).toEqual([]);
});

it('gives what somebody names for it, and what the config of the stack refers to', () => {
  const dir = mkdtempSync(join(tmpdir(), 'environment-'));
  try {
    const file = join(dir, 'Pulumi.prod.yaml');
    writeFileSync(file, 'config:\n  bookinfo:istio: { charts: $CHARTS_HERE }\n');
    const names = ['ONE', 'TWO', 'CHARTS_HERE', 'OTHER'];
    expect(given(names, { [MORE_VARIABLES]: 'ONE, TWO' }, ['up', '--config-file', file])).toEqual([
      ...['ONE', 'TWO', 'CHARTS_HERE'],
    ]);
    expect(given(names, {}, ['up', '--config-file', join(dir, 'none')])).toEqual([]);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
});

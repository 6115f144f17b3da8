import {
  bookinfo,
  deploymentManifest,
  serviceAccountManifest,
  type TableApplication,
} from '../../../../components/application/pure';
import {
  authorizationManifests,
  networkManifests,
  peerAuthenticationManifest,
  resolveSecuritySettings,
} from '../../../../components/security/pure';
import { evaluate } from '../../../../policies/evaluate';
import { kubeObject } from '../../../../policies/model/object';
import { findPolicy } from '../../../../policies/registry';
import { defaultSettings } from '../../../../policies/settings/read';

const rules = ['R23', 'R24', 'R32'].map((id) => findPolicy(id)!);
const placement = { namespace: 'prod', application: 'bookinfo', project: 'bookinfo', environment: 'prod' };

const withKind = (apiVersion: string, kind: string, manifest: object) => ({ apiVersion, kind, ...manifest });

/** The pods of the application, and what protects them. */
function objects(application: TableApplication, protect: boolean): object[] {
  const settings = resolveSecuritySettings();
  const where = { application, namespace: 'prod' };
  const { open, close } = authorizationManifests(where, settings);
  const network = networkManifests(where, settings);
  const pods = application.services.flatMap((spec) => [
    withKind('v1', 'ServiceAccount', serviceAccountManifest(spec, placement)),
    ...spec.versions.map((version) =>
      withKind('apps/v1', 'Deployment', deploymentManifest(spec, { version, image: 'x:1' }, placement)),
    ),
  ]);
  if (!protect) return pods;
  return [
    ...pods,
    peerAuthenticationManifest('prod', settings),
    ...open,
    close,
    ...[...network.services, ...network.common, network.close].map((manifest) =>
      withKind('networking.k8s.io/v1', 'NetworkPolicy', manifest),
    ),
  ];
}

function findings(protect: boolean) {
  const view = {
    objects: objects(bookinfo, protect).map((manifest, index) =>
      kubeObject({ manifest: { ...manifest }, origin: { file: 'test', index } }),
    ),
    environment: 'production' as const,
    settings: {
      ...defaultSettings(new Date('2030-01-01')),
      require: ['mtls', 'authorization', 'network-policies'] as const,
    },
  };
  const report = evaluate(view, rules);
  expect(report.undecided).toEqual([]);
  return report.findings.map(({ policy, object }) => `${policy} ${object}`);
}

test('the policy pack asks for nothing more where a stack requires all of it', () => {
  expect(findings(true)).toEqual([]);
});

test('and it does ask where there is nothing', () => {
  const asked = findings(false);
  for (const { id } of rules) expect(asked.some((finding) => finding.startsWith(id))).toBe(true);
});

import type { AnalyzeResponse, AnalyzerInfo, EnforcementLevel } from '@pulumi/pulumi/proto/analyzer_pb';
import type { Report } from '../evaluate';
import type { Enforcement, Policy, Severity } from '../model/policy';
import { linesOf, type Line } from '../report/lines';
import { messages, struct } from './protocol';

const PACK = 'bookinfo';
export const VERSION = '1.0.0';

function levelNumber(level: Enforcement): number {
  const { ADVISORY, MANDATORY, DISABLED } = messages.EnforcementLevel;
  return { advisory: ADVISORY, mandatory: MANDATORY, disabled: DISABLED }[level];
}

export function levelOf(level: EnforcementLevel): Enforcement {
  const { MANDATORY, DISABLED } = messages.EnforcementLevel;
  if (level === DISABLED) return 'disabled';
  return level === MANDATORY ? 'mandatory' : 'advisory';
}

function severityNumber(severity: Severity): number {
  const numbers = messages.PolicySeverity;
  return {
    low: numbers.POLICY_SEVERITY_LOW,
    medium: numbers.POLICY_SEVERITY_MEDIUM,
    high: numbers.POLICY_SEVERITY_HIGH,
    critical: numbers.POLICY_SEVERITY_CRITICAL,
  }[severity];
}

/**
 * What `--policy-pack-config` may set for each policy beside `enforcementLevel`. What an exception is made of is checked
 * by the pack alone: it tells all problems at once, and a schema that is sent with every policy slows every preview.
 */
const configSchema = { exceptions: { type: 'array', items: { type: 'object' } } };

/** What the pack holds, for the engine. */
export function describePack(
  policies: readonly Policy[],
  levelFor: (policy: Policy) => Enforcement,
): AnalyzerInfo {
  const info = new messages.AnalyzerInfo();
  info.setName(PACK);
  info.setDisplayname('Bookinfo');
  info.setDescription('Knows Istio, traffic weights and DataKit at plan time');
  info.setVersion(VERSION);
  info.setSupportsconfig(true);
  info.setPoliciesList(
    policies.map((policy) => {
      const entry = new messages.PolicyInfo();
      entry.setName(policy.id);
      entry.setDisplayname(policy.title);
      entry.setDescription(policy.title);
      entry.setEnforcementlevel(levelNumber(levelFor(policy)));
      entry.setSeverity(severityNumber(policy.severity));
      entry.setRemediationSteps(policy.remedy);
      const { POLICY_TYPE_RESOURCE, POLICY_TYPE_STACK } = messages.PolicyType;
      entry.setPolicyType(policy.scope === 'object' ? POLICY_TYPE_RESOURCE : POLICY_TYPE_STACK);
      const schema = new messages.PolicyConfigSchema();
      schema.setProperties(struct(configSchema));
      entry.setConfigschema(schema);
      return entry;
    }),
  );
  return info;
}

/** What is allowed or switched off is told with the rest, so that whoever reviews a change sees it. */
const leaves = (report: Report, off: readonly Policy[]): readonly Line[] => [
  ...report.excepted.map(({ finding, exception }) => ({
    ...finding,
    enforcement: 'advisory' as const,
    undecided: false,
    text: `${finding.object}: ${finding.field} is allowed by an exception until ${exception.until}: ${exception.reason}`,
  })),
  ...off.map(({ id, title, severity }) => ({
    ...{ policy: id, title, severity, enforcement: 'advisory' as const, undecided: false },
    ...{ object: 'the stack', field: 'enforcement', origin: undefined },
    text: `${id} is disabled by the settings of the stack: nothing was judged by it`,
  })),
];

/**
 * A report as the engine's diagnostics, each at its resource.
 *
 * @param off Policies that the stack's settings switch off.
 */
export function answer(report: Report, off: readonly Policy[] = []): AnalyzeResponse {
  const response = new messages.AnalyzeResponse();
  response.setDiagnosticsList(
    [...linesOf(report), ...leaves(report, off)].map((line) => {
      const diagnostic = new messages.AnalyzeDiagnostic();
      diagnostic.setPolicyname(line.policy);
      diagnostic.setPolicypackname(PACK);
      diagnostic.setPolicypackversion(VERSION);
      diagnostic.setDescription(line.title);
      diagnostic.setMessage(line.text);
      diagnostic.setEnforcementlevel(levelNumber(line.enforcement));
      diagnostic.setSeverity(severityNumber(line.severity as Severity));
      if (line.origin !== undefined && 'urn' in line.origin) diagnostic.setUrn(line.origin.urn);
      return diagnostic;
    }),
  );
  response.setNotApplicableList(
    report.notCompared.map((policy) => {
      const entry = new messages.PolicyNotApplicable();
      entry.setPolicyName(policy);
      entry.setReason('the stack has no state yet, so there is nothing to compare with');
      return entry;
    }),
  );
  return response;
}

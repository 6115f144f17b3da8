import { z } from 'zod';
import { evaluate, type Report } from '../../../../policies/evaluate';
import { kubeObject } from '../../../../policies/model/object';
import { registry } from '../../../../policies/registry';
import { formats, printReport, type Format } from '../../../../policies/report/formats';
import { ask, examples, viewOf } from '../cases';
import { parseXml } from './xml';

const print = (format: Format, report: Report, fallback = 'stacks/Pulumi.prod.yaml') =>
  printReport(format, { report, fallback });

/** Every bad and unknown case of every policy, with findings of each kind; and one without any. */
const reports: readonly (readonly [string, Report])[] = [
  ['nothing found', ask({ title: 'base' })],
  ...examples.flatMap(({ policy, bad, unknown }) =>
    [...bad, ...unknown].map((given) => [`${policy}, ${given.title}`, ask(given)] as const),
  ),
];

/** Characters that mean something in one format or another, in a name and in the path of a file. */
const awkward = kubeObject({
  manifest: {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: `a<b>&"c'\u0007]]>`, namespace: 'default' },
  },
  origin: { file: 'folder with spaces/ünicode&.yaml', index: 0, line: 7 },
});
const awkwardReport = evaluate({ ...viewOf({ title: 'awkward' }), objects: [awkward] });

const all = [...reports, ['awkward names', awkwardReport] as const];

/** A relative reference of RFC 3986 that viewers resolve against the root of the repository. */
const relativeUri = z
  .string()
  .min(1)
  .refine(
    (uri) => /^[A-Za-z0-9\-._~!$&'()*+,;=:@/%]+$/.test(uri) && !uri.startsWith('/') && !/^\w+:/.test(uri),
  )
  .refine((uri) => !uri.includes('%') || decodeURI(uri) !== uri);

const message = z.strictObject({ text: z.string().min(1) });

/** The parts of SARIF 2.1.0 that are used, each as strict as in its schema (OASIS, sarif-schema-2.1.0.json). */
const sarif = z.strictObject({
  $schema: z.literal('https://json.schemastore.org/sarif-2.1.0.json'),
  version: z.literal('2.1.0'),
  runs: z
    .array(
      z.strictObject({
        tool: z.strictObject({
          driver: z.strictObject({
            name: z.string().min(1),
            rules: z.array(
              z.strictObject({
                id: z.string().min(1),
                shortDescription: message,
                help: message,
                properties: z.strictObject({
                  severity: z.enum(['low', 'medium', 'high', 'critical']),
                  'security-severity': z.string().regex(/^\d\.\d$/),
                }),
              }),
            ),
          }),
        }),
        invocations: z.array(
          z.strictObject({
            executionSuccessful: z.boolean(),
            toolExecutionNotifications: z.array(
              z.strictObject({
                level: z.enum(['none', 'note', 'warning', 'error']),
                descriptor: z.strictObject({ id: z.string().min(1) }),
                message,
              }),
            ),
          }),
        ),
        results: z.array(
          z.strictObject({
            ruleId: z.string().min(1),
            level: z.enum(['none', 'note', 'warning', 'error']),
            message,
            partialFingerprints: z.record(z.string(), z.string()).default({}),
            suppressions: z
              .array(z.strictObject({ kind: z.literal('external'), justification: z.string().min(1) }))
              .optional(),
            locations: z
              .array(
                z.strictObject({
                  physicalLocation: z.strictObject({
                    artifactLocation: z.strictObject({ uri: relativeUri }),
                    region: z.strictObject({ startLine: z.int().min(1) }),
                  }),
                  logicalLocations: z.array(
                    z.strictObject({ fullyQualifiedName: z.string().min(1), kind: z.string().min(1) }),
                  ),
                }),
              )
              .length(1),
          }),
        ),
      }),
    )
    .length(1),
});

/** GitLab, Code Quality report format: the required keys, and paths without a leading `./`. */
const codeQuality = z.array(
  z.strictObject({
    description: z.string().min(1),
    check_name: z.string().min(1),
    fingerprint: z.string().regex(/^[0-9a-f]{64}$/),
    severity: z.enum(['info', 'minor', 'major', 'critical', 'blocker']),
    location: z.strictObject({
      path: z.string().refine((path) => path !== '' && !/^(\.\/|\/)/.test(path)),
      lines: z.strictObject({ begin: z.int().min(1) }),
    }),
  }),
);

const ids = registry.map(({ id }) => id);
const unique = (texts: readonly string[]) => expect(new Set(texts).size).toBe(texts.length);
const linesIn = ({ findings, undecided }: Report): number => findings.length + undecided.length;

test.each(all)('SARIF 2.1.0: %s', (_title, report) => {
  const { runs } = sarif.parse(JSON.parse(print('sarif', report)));
  const [run] = runs;
  expect(run?.results).toHaveLength(linesIn(report));
  const rules = run?.tool.driver.rules.map(({ id }) => id) ?? [];
  expect(rules).toEqual(ids);
  expect(rules).toEqual(expect.arrayContaining(run?.results.map(({ ruleId }) => ruleId) ?? []));
  unique(run?.results.map(({ partialFingerprints }) => partialFingerprints['place'] ?? '') ?? []);
});

test.each(all)('GitLab code quality: %s', (_title, report) => {
  const issues = codeQuality.parse(JSON.parse(print('codequality', report)));
  expect(issues).toHaveLength(linesIn(report));
  // GitLab takes two issues with the same fingerprint for one.
  unique(issues.map(({ fingerprint }) => fingerprint));
});

/** Attributes and children that the JUnit schema of Jenkins, which GitLab reads too, allows here. */
const junitShape: Readonly<
  Record<string, { readonly attributes: readonly string[]; readonly children: readonly string[] }>
> = {
  testsuites: { attributes: [], children: ['testsuite'] },
  testsuite: { attributes: ['name', 'tests', 'failures', 'errors', 'skipped'], children: ['testcase'] },
  testcase: { attributes: ['classname', 'name'], children: ['skipped', 'failure', 'system-out'] },
  skipped: { attributes: ['message'], children: [] },
  failure: { attributes: ['message'], children: [] },
  'system-out': { attributes: [], children: [] },
};

/** What the schema would refuse of an element and what it holds. One list, because `expect` is slow for each of thousands. */
function misshapen({ name, attributes, children }: ReturnType<typeof parseXml>): string[] {
  const shape = junitShape[name];
  if (shape === undefined) return [`${name} is unknown`];
  const names = children.map((child) => child.name);
  // The schema is a sequence: a failure comes before what was printed.
  const inOrder = [...names].sort((a, b) => shape.children.indexOf(a) - shape.children.indexOf(b));
  const said = Object.keys(attributes);
  return [
    ...(said.join() === shape.attributes.join() ? [] : [`${name} has the attributes ${said.join()}`]),
    ...names.filter((child) => !shape.children.includes(child)).map((child) => `${name} holds ${child}`),
    ...(names.join() === inOrder.join() ? [] : [`${name} holds ${names.join()} in this order`]),
    ...children.flatMap(misshapen),
  ];
}

test.each(all)('JUnit: %s', (_title, report) => {
  const root = parseXml(print('junit', report));
  expect(root.name).toBe('testsuites');
  expect(misshapen(root)).toEqual([]);
  const [suite] = root.children;
  const failed = new Set(
    [...report.findings, ...report.undecided]
      .filter(({ enforcement }) => enforcement === 'mandatory')
      .map(({ policy }) => policy),
  );
  expect(suite?.attributes).toMatchObject({ tests: String(registry.length), failures: String(failed.size) });
  const cases = suite?.children ?? [];
  expect(cases.map(({ attributes }) => attributes['classname'])).toEqual(ids);
  const failures = cases.filter(({ children }) => children[0]?.name === 'failure');
  expect(failures.map(({ attributes }) => attributes['classname'])).toEqual(
    ids.filter((id) => failed.has(id)),
  );
});

test('JSON holds every finding with its object, field and remedy', () => {
  const given = examples[0]!.bad[0]!;
  const report = JSON.parse(print('json', ask(given))) as { findings: object[]; objects: number };
  expect(report.objects).toBeGreaterThan(10);
  expect(report.findings).toEqual([
    expect.objectContaining({
      policy: 'R01-weight-sum',
      enforcement: 'mandatory',
      object: 'VirtualService/prod/reviews',
      field: 'spec.http[1].route',
      message: expect.stringContaining('remedy: make the weights of the route sum to 100') as string,
    }),
  ]);
});

test.each(formats.filter((format) => format !== 'codequality'))(
  '%s says that there was no earlier state to compare with',
  (format) => {
    const report = ask({ title: 'base' });
    expect(report.notCompared.map((id) => id.slice(0, 3))).toEqual(['R06', 'R08', 'R09', 'R35']);
    expect(print(format, report)).toMatch(/earlier state|notCompared/);
    expect(print(format, ask({ title: 'base', previous: {} }))).not.toMatch(
      /earlier state|"notCompared": \["/,
    );
  },
);

test('an exception that was used is printed with its reason and its end', () => {
  const [bad] = examples.find(({ policy }) => policy.startsWith('R13'))!.bad;
  const exception = {
    ...{ policy: 'R13', object: 'VirtualService/prod/*', reason: 'drill of the third quarter' },
    until: '2027-01-31',
  };
  const report = ask({ ...bad!, settings: { exceptions: [exception] } });
  expect(report.findings).toEqual([]);
  expect(print('text', report)).toContain('drill of the third quarter (until 2027-01-31)');
  expect(print('json', report)).toContain('drill of the third quarter');
  const found = sarif.parse(JSON.parse(print('sarif', report))).runs[0]!.results;
  expect(found.map(({ suppressions }) => suppressions?.[0]?.justification)).toContain(
    'drill of the third quarter (until 2027-01-31)',
  );
  expect(print('junit', report)).toContain(
    '<skipped message="drill of the third quarter (until 2027-01-31)"/>',
  );
});

test('a policy that is switched off is printed as such, and skipped in JUnit', () => {
  const report = ask({ title: 'base', settings: { enforcement: { 'R13-fault-in-production': 'disabled' } } });
  expect(report.disabled).toEqual(['R13-fault-in-production']);
  expect(print('text', report)).toContain('Disabled by the settings or for this environment: R13-fault');
  expect(print('json', report)).toContain('"disabled": [\n    "R13-fault-in-production"');
  expect(print('junit', report)).toContain('skipped="1"');
  expect(print('sarif', report)).toContain('disabled by the settings or for this environment');
});

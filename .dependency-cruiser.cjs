// Who may import whom. docs/explanation/architecture.md draws the imports and lists these rules.

/**
 * @param {string} name
 * @param {string} comment what the rule is for, as the documentation lists it
 * @param {string} from
 * @param {string | string[]} to
 * @param {string} [but] what of it is allowed
 */
const never = (name, comment, from, to, but) => ({
  name,
  comment,
  severity: 'error',
  from: { path: from },
  to: { path: to, ...(but === undefined ? {} : { pathNot: but }) },
});

module.exports = {
  forbidden: [
    {
      name: 'no-circle',
      comment: 'No module needs itself, through whatever other modules.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'resolvable',
      comment: 'Every import leads somewhere.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    never(
      'components-stand-alone',
      'A component knows other components only, so that another Pulumi program can use it.',
      '^components/',
      '^(infra|policies|release|rehearsal|docs|test)/',
    ),
    never(
      'components-by-their-index',
      'A component is imported through its index, from outside and by other components.',
      '^components/([^/]+)/',
      '^components/[^/]+/.+',
      '^components/($1/|[^/]+/(index|pure)\\.ts$)',
    ),
    never(
      'program-declares',
      'The program (infra) declares components. It does not know who runs it.',
      '^infra/',
      '^(policies|release|rehearsal|docs|test)/',
    ),
    never(
      'policies-judge',
      'Policies judge objects by the pure models of components: they declare nothing and start nothing.',
      '^policies/',
      '^(infra|release|rehearsal|docs|test)/|^components/[^/]+/index\\.ts$',
      '^components/validation/',
    ),
    never(
      'release-decides',
      'The release command uses pure models: it declares no resources.',
      '^release/',
      '^(infra|policies|rehearsal|docs|test)/|^components/[^/]+/index\\.ts$',
      '^components/validation/',
    ),
    never(
      'release-by-its-index',
      'What others use of the release command is what its index has; the provider, which starts with each update, loads the rules of kubeconfigs alone.',
      '^(?!release/|test/)',
      '^release/',
      '^release/(index|cluster/kubeConfig/index)\\.ts$',
    ),
    never(
      'rehearsal-plays',
      'A rehearsal starts the program and the release command; it is not part of them.',
      '^rehearsal/',
      '^(infra|policies|docs|test)/',
    ),
    never('nothing-needs-tests', 'Nothing that users run imports from test.', '^(?!test/)', '^test/'),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(out|coverage|\\.rehearsal)/' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      extensions: ['.ts', '.js', '.json'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default'],
    },
  },
};

import { ARCHITECTURE, architecturePage } from './architecture';
import { commandsPage } from './commands';
import { componentsPage } from './components';
import { configurationPage } from './configuration';
import { dependenciesPage } from './dependencies';
import { exitCodesPage } from './exitCodes';
import { metricSourcesPage } from './metricSources';
import { stackSchema, tableSchema } from './stackSchema';

export type Part = 'schema' | 'pages';

/** A file that is made of code. */
export interface Generated {
  /** Relative to the folder of Pulumi.yaml. */
  readonly path: string;
  readonly text: string;
}

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

/**
 * Every file that is made of code, or those of one part.
 * @param root The folder of Pulumi.yaml.
 */
export function generated(root: string, part?: Part): readonly Generated[] {
  const stack = stackSchema(root);
  const application = tableSchema(root);
  const schemas = () => [
    { path: 'stacks/schema/stack.json', text: json(stack) },
    { path: 'stacks/schema/application.json', text: json(application) },
  ];
  const pages = () => [
    { path: 'docs/reference/configuration.md', text: configurationPage(stack, application) },
    { path: 'docs/reference/commands.md', text: commandsPage(root) },
    { path: 'docs/reference/exit-codes.md', text: exitCodesPage() },
    { path: 'docs/reference/components.md', text: componentsPage(root) },
    { path: 'docs/reference/metric-sources.md', text: metricSourcesPage() },
    { path: 'docs/reference/dependencies.md', text: dependenciesPage(root) },
    { path: ARCHITECTURE, text: architecturePage(root) },
  ];
  return [...(part === 'pages' ? [] : schemas()), ...(part === 'schema' ? [] : pages())];
}

import { resolve } from 'node:path';
import { isMap as isYamlMap, parseDocument } from 'yaml';
import { z } from 'zod';
import {
  entryPage,
  findEntry,
  isTableService,
  readApplication,
  type Application,
} from '../../components/application/pure';
import { formatProblems, isMap } from '../../components/validation';
import type { ReleaseConfig } from './release-run';

/** What is rehearsed instead of this project's own release. */
export interface OwnStack {
  /** The stack's name, for what is printed. */
  readonly name: string;
  /** Its config as YAML, which the rehearsal's stack begins with. */
  readonly config: string;
  readonly namespace: string;
  /** The Pod Security level of that namespace. */
  readonly podSecurity: 'restricted' | 'privileged';
  readonly release: ReleaseConfig;
  /** Where requests go: the path of the application's entry. */
  readonly path: string;
  /** What the rehearsal does otherwise than the stack's config says. */
  readonly changed: readonly string[];
}

export interface OwnStackArgs {
  readonly name: string;
  /** The stack's config as YAML. */
  readonly text: string;
  /** The project's folder, which file names in the config start from. */
  readonly projectDir: string;
  /** Which of several releases. Default: the first. */
  readonly service?: string;
  /** Where requests go. Default: the page of the application's entry. */
  readonly path?: string;
}

/** The weights of a release that names none. */
const defaultSteps = [0, 10, 25, 50, 100];

const releaseSchema = z.object({
  service: z.string(),
  stable: z.object({ version: z.coerce.string() }).loose(),
  canary: z.object({ version: z.coerce.string() }).loose(),
  steps: z.array(z.number()).default(defaultSteps),
});

/** Keys that say where the cluster is: the rehearsal's own is another. */
const clusterKeys = [
  'kubernetes:context',
  'kubernetes:kubeconfig',
  'kubernetes:cluster',
  'kubernetes:namespace',
];

/** Keys by which the step is chosen and the release command works; a rehearsal chooses the step itself. */
const unusedKeys = ['bookinfo:metrics', 'bookinfo:gates', 'bookinfo:notify', 'bookinfo:dashboards'];

/** What stands in the place of a secret: its passphrase is the owner's, and a stand-in reads none. */
const placeholder = 'rehearsal';

function withoutSecrets(value: unknown): unknown {
  if (isMap(value) && typeof value['secure'] === 'string') return placeholder;
  if (Array.isArray(value)) return value.map(withoutSecrets);
  if (!isMap(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, withoutSecrets(each)]));
}

/** The releases of a config, which may be one or a list. */
function releaseOf(raw: unknown, service: string | undefined): unknown {
  const all: unknown[] = Array.isArray(raw) ? raw : [raw];
  const found = all.find((each) => service === undefined || (isMap(each) && each['service'] === service));
  return found;
}

function applicationOf(raw: unknown, projectDir: string, namespace: string): Application {
  const result = readApplication(raw, 'bookinfo:application', projectDir, namespace);
  if (!result.ok) throw new Error(formatProblems('the application', result.problems));
  return result.value;
}

/**
 * Makes of a stack's config one that can be rehearsed: without secrets, whose passphrase is its owner's, without a cluster
 * of its own and with the layers of the application and the release only, for the rehearsal has a platform of its own.
 * @throws Error that says what is missing, with a remedy
 */
export function ownStack({ name, text, projectDir, service, path }: OwnStackArgs): OwnStack {
  const document = parseDocument(text);
  const [wrong] = document.errors;
  if (wrong !== undefined)
    throw new Error(`the config of ${name} is not YAML: ${wrong.message.split('\n')[0]}`);
  const config = document.get('config', true);
  if (!isYamlMap(config))
    throw new Error(`the config of ${name} has no config: nothing says what to rehearse`);
  const values = document.toJS() as { config: Record<string, unknown> };
  const own = values.config;
  const namespace = own['bookinfo:namespace'];
  if (typeof namespace !== 'string') {
    throw new Error(`the config of ${name} names no namespace: add bookinfo:namespace, such as shop`);
  }
  const raw = releaseOf(own['bookinfo:release'], service);
  if (raw === undefined) {
    const which = service === undefined ? 'no release' : `no release of ${service}`;
    throw new Error(
      `the config of ${name} has ${which}: add bookinfo:release with service, stable and canary`,
    );
  }
  const release = releaseSchema.parse(raw);
  const application = applicationOf(own['bookinfo:application'], projectDir, namespace);
  const entry = findEntry(application)?.entry;
  // Manifests are admitted where nobody has labelled the namespace, which is Kubernetes' default; few meet `restricted`.
  const podSecurity = application.services.every(isTableService) ? 'restricted' : 'privileged';
  const secrets = JSON.stringify(own).split('"secure"').length - 1;
  const dropped = [...clusterKeys, ...unusedKeys].filter((key) => key in own);
  const kept = Object.fromEntries(
    Object.entries(own)
      .filter(([key]) => !dropped.includes(key))
      .map(([key, value]) => [key, withoutSecrets(value)]),
  );
  const rehearsed = {
    config: {
      ...kept,
      'bookinfo:layers': ['application', 'release'],
      'bookinfo:release': { ...(raw as object), steps: release.steps },
      'bookinfo:step': 'baseline',
    },
  };
  return {
    name,
    config: JSON.stringify(rehearsed, null, 1),
    namespace,
    podSecurity,
    release,
    path: path ?? (entry === undefined ? '/' : entryPage(entry)),
    changed: [
      ...(secrets > 0 ? [`${secrets} secrets are placeholders`] : []),
      ...(podSecurity === 'privileged'
        ? [`${namespace} is at the Pod Security level privileged, as a namespace without labels is`]
        : []),
      ...dropped.map((key) => `${key} is left out`),
    ],
  };
}

/** The config of a stack for an application's table alone: its first service with two versions goes from one to the next. */
export function stackOfTable(
  file: string,
  projectDir: string,
  service?: string,
): { name: string; text: string } {
  const application = applicationOf(resolve(file), projectDir, 'default');
  const chosen = application.services.find(
    ({ name, versions }) => versions.length > 1 && (service === undefined || name === service),
  );
  const [stable, canary] = chosen?.versions ?? [];
  if (chosen === undefined || stable === undefined || canary === undefined) {
    const whom = service === undefined ? 'no service' : `no service ${service}`;
    throw new Error(
      `${file} has ${whom} with two versions: there is nothing to release. Give it versions: [v1, v2]`,
    );
  }
  const config = {
    'bookinfo:application': resolve(file),
    'bookinfo:namespace': application.name,
    'bookinfo:release': {
      service: chosen.name,
      stable: { version: stable },
      canary: { version: canary },
      steps: defaultSteps,
    },
  };
  return { name: application.name, text: JSON.stringify({ config }) };
}

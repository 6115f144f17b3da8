import { isDeepStrictEqual } from 'node:util';
import type { Problem } from '../../validation';
import { groupOf, identityOf, mapAt, nameOf, type Manifest, type SourcedManifest } from '../sources/manifest';
import { versionLabels } from './overlay';
import { selects, templateLabels, withValues, type Labels } from './selectors';
import {
  asAppsV1,
  findWorkload,
  isService,
  isWorkload,
  templateOf,
  templatesOf,
  type Workload,
  type WorkloadChoice,
} from './workload';

/** The manifests of one entry of the table. */
export interface EntryManifests extends WorkloadChoice {
  readonly manifests: readonly SourcedManifest[];
}

/** What the manifests of all entries are together. */
export interface Collected {
  /** The workload of each entry, by its name. */
  readonly workloads: ReadonlyMap<string, Workload>;
  /** Everything else, each object once. */
  readonly objects: readonly Manifest[];
  readonly problems: readonly Problem[];
}

interface FoundEntry {
  readonly entry: EntryManifests;
  readonly workload: Workload;
}

/** Each object once: entries may name the same files. Two different objects of one name are a mistake. */
function distinct(manifests: readonly SourcedManifest[], problems: Problem[]): readonly SourcedManifest[] {
  const first = new Map<string, SourcedManifest>();
  for (const each of manifests) {
    const identity = identityOf(each.manifest);
    const known = first.get(identity);
    if (known === undefined) first.set(identity, each);
    else if (!isDeepStrictEqual(known.manifest, each.manifest)) {
      problems.push({
        path: `${each.place}: ${nameOf(each.manifest)}`,
        problem: `is another object of the same name than in ${known.place}`,
        remedy: 'name only the files of one of them in manifests',
      });
    }
  }
  return [...first.values()];
}

/** The field of an object that selects pods, as a LabelSelector. */
function podSelector(manifest: Manifest): { readonly field: string; readonly selector: unknown } | undefined {
  if (isService(manifest)) {
    const matchLabels = mapAt(manifest, 'spec', 'selector');
    return Object.keys(matchLabels).length === 0
      ? undefined
      : { field: 'selector', selector: { matchLabels } };
  }
  if (manifest.kind === 'PodDisruptionBudget') {
    return { field: 'selector', selector: mapAt(manifest, 'spec', 'selector') };
  }
  if (manifest.kind === 'NetworkPolicy' && groupOf(manifest) === 'networking.k8s.io') {
    return { field: 'podSelector', selector: mapAt(manifest, 'spec', 'podSelector') };
  }
  return undefined;
}

function withSelector(manifest: Manifest, field: string, selector: unknown): Manifest {
  const written = isService(manifest) ? mapAt(selector, 'matchLabels') : selector;
  return { ...manifest, spec: { ...mapAt(manifest, 'spec'), [field]: written } };
}

const labelsAfter = (before: Labels, service: string, version: string): Labels => ({
  ...before,
  ...versionLabels(before, service, version),
});

/** What a selector selects of one entry's pods, before and after they get the labels of their versions. */
function selection(selector: unknown, { entry, workload }: FoundEntry) {
  const selected = entry.versions.map((version) => {
    const before = templateLabels(templateOf(workload, version).deployment);
    const after = labelsAfter(before, entry.service, version);
    return { before: selects(selector, before), after: selects(selector, after) };
  });
  return {
    before: selected.some(({ before }) => before),
    after: selected.every(({ before, after }) => after || !before),
  };
}

/**
 * The object with a selector that selects what it did before. Pods get `app` and `version` labels; a selector that names
 * another `app` follows where it is about one workload alone, and any other that no longer fits is refused.
 */
function kept(
  each: SourcedManifest,
  entries: readonly FoundEntry[],
  all: readonly SourcedManifest[],
  problems: Problem[],
) {
  const found = podSelector(each.manifest);
  if (found === undefined) return each.manifest;
  const broken = entries.filter((one) => {
    const { before, after } = selection(found.selector, one);
    return before && !after;
  });
  const [one] = broken;
  if (one === undefined) return each.manifest;
  const { service } = one.entry;
  const followed = withValues(found.selector, { app: service });
  const selected = all.filter(
    ({ manifest }) => isWorkload(manifest) && selects(found.selector, templateLabels(manifest)),
  );
  if (selected.length === 1 && selection(followed, one).after) {
    return withSelector(each.manifest, found.field, followed);
  }
  const shown = JSON.stringify(mapAt(found.selector, 'matchLabels'));
  const names = selected.map(({ manifest }) => manifest.metadata.name).join(', ');
  problems.push({
    path: `${each.place}: ${nameOf(each.manifest)}`,
    problem: `has a selector that cannot be kept: ${shown} selects ${names}, and the pods of ${service} get app: ${service} and version: ${one.entry.versions.join(' or ')}`,
    remedy: `select by a label that all versions of ${service} keep, such as ${JSON.stringify({ app: service })}`,
  });
  return each.manifest;
}

/** A Deployment's own selector has to select the pods of each version. */
function ownSelector({ entry, workload }: FoundEntry): readonly Problem[] {
  return templatesOf(workload).flatMap((template): readonly Problem[] => {
    const { deployment, place } = template;
    const before = templateLabels(deployment);
    const selector = mapAt(deployment, 'spec', 'selector');
    const expressions = { matchExpressions: selector['matchExpressions'] };
    const versions = entry.versions.filter((version) => templateOf(workload, version) === template);
    const wrong = !selects(selector, before)
      ? `does not select the pods of its own template`
      : versions.some((version) => !selects(expressions, labelsAfter(before, entry.service, version)))
        ? `cannot be kept: its matchExpressions exclude pods with app: ${entry.service} and a version label`
        : undefined;
    return wrong === undefined
      ? []
      : [
          {
            path: `${place}: ${nameOf(deployment)}`,
            problem: `has a selector that ${wrong}`,
            remedy: 'select by labels of the template other than app and version',
          },
        ];
  });
}

/** Two entries with one Deployment. */
function sharedProblems(found: readonly FoundEntry[]): readonly Problem[] {
  const identities = ({ workload }: FoundEntry) =>
    templatesOf(workload).map(({ deployment }) => identityOf(deployment));
  return found.flatMap((one, index): readonly Problem[] => {
    const { entry, workload } = one;
    return templatesOf(workload).flatMap(({ deployment, place }) => {
      const other = found
        .slice(0, index)
        .find((before) => identities(before).includes(identityOf(deployment)));
      return other === undefined
        ? []
        : [
            {
              path: `${entry.path}.manifests`,
              problem: `have ${nameOf(deployment)} (${place}), which is the workload of ${other.entry.service} already`,
              remedy: 'name the Deployment of each by deployment, or remove one of the two',
            },
          ];
    });
  });
}

/** The budgets that are about the pods of one entry alone: they are made for each version. */
const budgetsOf = (one: FoundEntry, all: readonly SourcedManifest[]): readonly Manifest[] =>
  all.flatMap(({ manifest }) => {
    if (manifest.kind !== 'PodDisruptionBudget') return [];
    const selector = mapAt(manifest, 'spec', 'selector');
    const selected = all.filter(
      (other) => isWorkload(other.manifest) && selects(selector, templateLabels(other.manifest)),
    );
    const own = templatesOf(one.workload).map(({ deployment }) => identityOf(deployment));
    return selected.length > 0 &&
      selected.every((other) => own.includes(identityOf(asAppsV1(other.manifest))))
      ? [manifest]
      : [];
  });

/** Takes the manifests of all entries together: the workload of each, and all other objects once. */
export function collect(entries: readonly EntryManifests[]): Collected {
  const problems: Problem[] = [];
  const all = distinct(
    entries.flatMap(({ manifests }) => manifests),
    problems,
  );
  const found = entries.flatMap((entry): readonly FoundEntry[] => {
    // Differing objects of one name have been reported; of equal ones, the first stands for all.
    const { workload, problems: own } = findWorkload(distinct(entry.manifests, []), entry);
    problems.push(...own);
    return workload === undefined ? [] : [{ entry, workload }];
  });
  problems.push(...sharedProblems(found), ...found.flatMap(ownSelector));
  const complete = found.map((one) => ({
    ...one,
    workload: { ...one.workload, budgets: budgetsOf(one, all) },
  }));
  const used = new Set(
    complete.flatMap(({ workload }) =>
      [
        ...templatesOf(workload).map(({ deployment }) => deployment),
        ...workload.autoscalers,
        ...workload.budgets,
      ].map(identityOf),
    ),
  );
  const rest = all.filter(
    ({ manifest }) => !used.has(identityOf(manifest)) && !used.has(identityOf(asApps(manifest))),
  );
  const objects = rest.map((each) => kept(each, complete, all, problems));
  const services = new Map(objects.filter(isService).map((service) => [service.metadata.name, service]));
  return {
    workloads: new Map(
      complete.map(({ entry, workload }) => [
        entry.service,
        workload.service === undefined
          ? workload
          : { ...workload, service: services.get(workload.service.metadata.name) ?? workload.service },
      ]),
    ),
    objects,
    problems,
  };
}

const asApps = (manifest: Manifest): Manifest =>
  manifest.kind === 'Deployment' ? asAppsV1(manifest) : manifest;

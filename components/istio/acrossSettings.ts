import { joinPath, type Problem } from '../validation';
import { ISTIO_NAMESPACE } from './names';
import { DEFAULT_REVISION, type IstioSettings } from './settings';

/** What is wrong between revisions and tag, if each of them is sound by itself. */
function tagProblems({ revisions: given, tag }: IstioSettings, path: string): readonly Problem[] {
  const names = Object.keys(given ?? { [DEFAULT_REVISION]: {} });
  if (tag === undefined) {
    return names.length < 2
      ? []
      : [
          {
            path: joinPath(path, ['tag']),
            problem: `is missing, though there are ${names.length} revisions`,
            remedy: `add a tag that points at one of them, such as { revision: ${JSON.stringify(names[0])} }`,
          },
        ];
  }
  const problems: Problem[] = [];
  if (tag.revision !== undefined && !names.includes(tag.revision)) {
    problems.push({
      path: joinPath(path, ['tag', 'revision']),
      problem: `is ${JSON.stringify(tag.revision)}, which is none of the revisions`,
      remedy: `point it at ${names.join(' or ')}, or add the revision`,
    });
  }
  if (tag.name !== undefined && [...names, DEFAULT_REVISION].includes(tag.name)) {
    problems.push({
      path: joinPath(path, ['tag', 'name']),
      problem: `is ${tag.name}, which is the name of a revision`,
      remedy: 'give it a name that says what it is for, such as stable',
    });
  }
  return problems;
}

const discoveryProblems = ({ discovery, discoveredNamespaces }: IstioSettings, path: string): Problem[] =>
  discovery === 'cluster' && discoveredNamespaces !== undefined
    ? [
        {
          path: joinPath(path, ['discoveredNamespaces']),
          problem: 'names namespaces for istiod to look at, though discovery is cluster: all of them',
          remedy: 'remove one of the two',
        },
      ]
    : [];

const zipkinProblems = ({ legacyZipkin, tracing }: IstioSettings, path: string): Problem[] =>
  legacyZipkin === true && tracing?.address?.startsWith(`zipkin.${ISTIO_NAMESPACE}.`)
    ? [
        {
          path: joinPath(path, ['tracing', 'address']),
          problem:
            'is the alias that legacyZipkin makes: current Istio sends proxies no cluster for an alias',
          remedy: 'write the address of the intake itself',
        },
      ]
    : [];

/**
 * What only shows when several settings are looked at together.
 * @param sound the settings without what was found wrong already
 */
export function acrossSettings(sound: IstioSettings, raw: IstioSettings, path: string): readonly Problem[] {
  const broken = (['revisions', 'tag'] as const).some(
    (key) => raw[key] !== undefined && sound[key] === undefined,
  );
  return [
    ...(broken ? [] : tagProblems(sound, path)),
    ...discoveryProblems(sound, path),
    ...zipkinProblems(sound, path),
  ];
}

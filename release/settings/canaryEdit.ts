import { Document, isMap, isScalar, isSeq, type Node, parseDocument, type YAMLMap } from 'yaml';
import { ProblemsError } from '../../components/validation';
import { keyIn, nameOf, pairsOf } from './stepEdit';

/** The version that is to be the canary. */
export interface NewCanary {
  readonly version: string;
  /** Default: what the application says of that version. */
  readonly image?: string;
}

function refuse(path: string, problem: string, remedy: string): never {
  throw new ProblemsError('Canary', [{ path, problem, remedy }]);
}

const byHand = 'write the new canary into the file by hand, then release advance';

/** The release of a service, where the file has one or a list of them. */
export function releaseIn(config: YAMLMap, project: string, service: string): YAMLMap | undefined {
  const value = keyIn(config, project, 'release')?.value;
  const releases = isSeq(value) ? value.items : [value];
  return releases.find(
    (each): each is YAMLMap =>
      isMap(each) &&
      pairsOf(each).some(
        (pair) => nameOf(pair) === 'service' && isScalar(pair.value) && pair.value.value === service,
      ),
  );
}

/** `{ version: v3 }`, with the quotes that its values need. */
function written(canary: NewCanary): string {
  const document = new Document(canary);
  if (isMap(document.contents)) document.contents.flow = true;
  return document.toString({ lineWidth: 0 }).trim();
}

/**
 * The text of a stack's config file with another canary in the release of a service. Everything that was written of the
 * canary before goes with it: its image and replicas are not those of the new one. The rest of the file stays as it is.
 * @throws ProblemsError where the release is not written as a map in the file
 */
export function withCanary(
  text: string,
  project: string,
  service: string,
  canary: NewCanary,
  file = 'the file',
): string {
  const config = parseDocument(text, { keepSourceTokens: true }).get('config');
  const release = isMap(config) ? releaseIn(config, project, service) : undefined;
  const pair = release && pairsOf(release).find((each) => nameOf(each) === 'canary');
  const path = `${file}: ${project}:release`;
  if (pair === undefined) refuse(path, `has no canary of ${service} that could be replaced`, byHand);
  if (!isMap(pair.value)) refuse(path, 'does not write its canary as a map', byHand);
  const [, keyEnd] = (pair.key as Node).range!;
  const [, valueEnd] = pair.value.range!;
  const end = text.slice(0, valueEnd).trimEnd().length;
  return `${text.slice(0, keyEnd)}: ${written(canary)}${text.slice(end)}`;
}

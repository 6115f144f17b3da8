import { fieldPath, isMap, mapAt, type Segment } from '../model/json';
import { judge, together } from '../model/judge';
import type { KubeObject } from '../model/object';
import { everywhere, finding, type Finding, type Policy } from '../model/policy';
import { ofKind } from '../model/view';
import { secretByName, secretShape } from '../view/secrets';

/** What is no secret though it stands in one: certificates and public keys, which everybody may see. */
const OPEN_NAME =
  /(^|[.-])(ca|root-cert|cert-chain|ca-cert|tls)\.(crt|pem|cert)$|^ca\.crt$|\.pub$|^tls\.crt$/;
const OPEN_VALUE = /^-----BEGIN (CERTIFICATE|PUBLIC KEY)-----/;

function isOpen(part: string, key: string, value: unknown): boolean {
  if (typeof value !== 'string') return false;
  const text = part === 'data' ? Buffer.from(value, 'base64').toString('latin1') : value;
  if (text.includes('PRIVATE KEY')) return false;
  return text === '' || OPEN_NAME.test(key) || OPEN_VALUE.test(text);
}

const isMarked = ({ secretFields = [] }: KubeObject, field: string): boolean =>
  secretFields.some(
    (secret) =>
      secret === '' || field === secret || field.startsWith(`${secret}.`) || field.startsWith(`${secret}[`),
  );

const told = (object: KubeObject, field: string): Finding =>
  finding(
    object,
    field,
    'is not marked as a secret: the state, plans and previews hold it in plain text',
    'set it with pulumi config set --secret and read it with config.requireSecret',
  );

function* releaseValues(value: unknown, path: readonly Segment[]): Generator<readonly Segment[]> {
  if (Array.isArray(value)) {
    for (const [place, entry] of value.entries()) yield* releaseValues(entry, [...path, place]);
  } else if (isMap(value)) {
    for (const key of Object.keys(value)) {
      const entry = value[key];
      if (typeof entry === 'string' && (secretByName(key, entry) || secretShape(entry) !== undefined))
        yield [...path, key];
      else yield* releaseValues(entry, [...path, key]);
    }
  }
}

export const tokenNotSecret: Policy = {
  id: 'R18-token-not-secret',
  title: "What goes into a Secret or into a chart's passwords is one of the engine's secrets",
  severity: 'critical',
  enforcement: everywhere('mandatory'),
  scope: 'object',
  remedy:
    'Read it with config.requireSecret, or wrap it in pulumi.secret, so that state and plans hold it encrypted.',
  document: 'Pulumi, Secrets: a plain value is stored in the state, in plans and in previews as it is',
  check: (view) =>
    together(
      judge(ofKind(view, 'Secret', ''), (object) => {
        if (object.secretFields === undefined) return [];
        return ['data', 'stringData'].flatMap((part) =>
          Object.entries(mapAt(object.manifest, part)).map(([key, value]) => {
            const field = fieldPath(part, key);
            return isOpen(part, key, value) || isMarked(object, field) ? undefined : told(object, field);
          }),
        );
      }),
      judge(
        view.objects.filter(({ group }) => group === 'helm.sh'),
        (object) =>
          object.secretFields === undefined
            ? []
            : [...releaseValues(object.manifest['values'], ['values'])].map((path) => {
                const field = fieldPath(...path);
                return isMarked(object, field) ? undefined : told(object, field);
              }),
      ),
    ),
};

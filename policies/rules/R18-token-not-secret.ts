import { fieldPath, mapAt } from '../model/json';
import { judge } from '../model/judge';
import { everywhere, finding, type Policy } from '../model/policy';
import { ofKind } from '../model/view';

/** What is no secret though it stands in one: certificates that everybody may see. */
const open = /^(ca\.crt|tls\.crt)$/;

export const tokenNotSecret: Policy = {
  id: 'R18-token-not-secret',
  title: "What goes into a Secret is one of the engine's secrets",
  severity: 'critical',
  enforcement: everywhere('mandatory'),
  scope: 'object',
  remedy:
    'Read it with config.requireSecret, or wrap it in pulumi.secret, so that state and plans hold it encrypted.',
  document: 'Pulumi, Secrets: a plain value is stored in the state, in plans and in previews as it is',
  check: (view) =>
    judge(ofKind(view, 'Secret', ''), (object) => {
      const { secretFields } = object;
      if (secretFields === undefined) return [];
      const marked = (field: string) =>
        secretFields.some(
          (secret) => field === secret || field.startsWith(`${secret}.`) || field.startsWith(`${secret}[`),
        );
      return ['data', 'stringData'].flatMap((part) =>
        Object.keys(mapAt(object.manifest, part)).map((key) => {
          const field = fieldPath(part, key);
          return open.test(key) || marked(field)
            ? undefined
            : finding(
                object,
                field,
                'is not marked as a secret: the state, plans and previews hold it in plain text',
                'set it with pulumi config set --secret and read it with config.requireSecret',
              );
        }),
      );
    }),
};

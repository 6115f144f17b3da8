import { z } from 'zod';
import { examine, type Examples, type Problem } from '../../components/validation';
import { address, safeAddress, variable, word } from './fields';

const schema = z.strictObject({
  webhook: z.strictObject({ url: safeAddress, secretVariable: variable.optional() }).optional(),
  gitlab: z.strictObject({ tokenVariable: variable.optional() }).optional(),
  datakit: z.strictObject({ url: address, category: word('keyevent', 'logging').optional() }).optional(),
});

const examples: Examples = {
  webhook: '{ url: "https://hooks.example.com/release" }',
  gitlab: '{}',
  datakit: '{ url: "http://datakit-service.datakit:9529" }',
  url: 'https://hooks.example.com/release',
};

/** Who is told of a release. Secrets are named here by the variable that holds them, never given. */
export interface NotifySettings {
  readonly webhook?: {
    readonly url: string;
    /** The variable with the secret that signs, where the stack has no `webhookSecret`. Default RELEASE_WEBHOOK_SECRET. */
    readonly secretVariable: string;
  };
  /** A note on the merge request whose pipeline runs the command; in no other place it does anything. */
  readonly gitlab?: {
    /** The variable with the token, where the stack has no `gitlabToken`. Default GITLAB_TOKEN. */
    readonly tokenVariable: string;
  };
  readonly datakit?: { readonly url: string; readonly category: 'keyevent' | 'logging' };
}

export const notifyProblems = (raw: unknown, path: string): readonly Problem[] =>
  raw === undefined ? [] : examine(schema, raw, path, examples).problems;

/** The settings with every default; called when there are no problems. */
export function resolveNotifySettings(raw: unknown): NotifySettings {
  const { webhook, gitlab, datakit } = schema.parse(raw ?? {});
  return {
    webhook: webhook && {
      url: webhook.url,
      secretVariable: webhook.secretVariable ?? 'RELEASE_WEBHOOK_SECRET',
    },
    gitlab: gitlab && { tokenVariable: gitlab.tokenVariable ?? 'GITLAB_TOKEN' },
    datakit: datakit && {
      url: datakit.url,
      category: datakit.category === 'logging' ? 'logging' : 'keyevent',
    },
  };
}

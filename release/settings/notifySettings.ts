import { z } from 'zod';
import { examine, type Examples, type Problem } from '../../components/validation';
import { address, safeAddress, variable, word } from './fields';

/** The shape of what a stack says of whom to tell. */
export const notifySchema = z.strictObject({
  webhook: z
    .strictObject({
      url: safeAddress,
      secretVariable: variable
        .optional()
        .describe(
          'The variable with the secret that signs, where the stack has no `webhookSecret`. Default `RELEASE_WEBHOOK_SECRET`.',
        ),
    })
    .optional(),
  gitlab: z
    .strictObject({
      tokenVariable: variable
        .optional()
        .describe(
          'The variable with the token, where the stack has no `gitlabToken`. Default `GITLAB_TOKEN`.',
        ),
    })
    .optional(),
  datakit: z
    .strictObject({
      url: address,
      category: word('keyevent', 'logging')
        .optional()
        .describe('What the messages become in the workspace. Default `keyevent`.'),
    })
    .optional(),
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
  raw === undefined ? [] : examine(notifySchema, raw, path, examples).problems;

/** The settings with every default; called when there are no problems. */
export function resolveNotifySettings(raw: unknown): NotifySettings {
  const { webhook, gitlab, datakit } = notifySchema.parse(raw ?? {});
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

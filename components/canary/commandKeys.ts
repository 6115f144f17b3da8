/**
 * Keys of a stack's config that the release command reads and the program does not. They stand beside the release because
 * one review must see the weights and what guards them.
 */
export const commandKeys = ['gates', 'metrics', 'notify', 'releaseLock', 'convergence'] as const;
export type CommandKey = (typeof commandKeys)[number];

/** Those of them that hold a secret and nothing else. */
export const commandSecretKeys = ['metricsKey', 'webhookSecret', 'gitlabToken'] as const;
export type CommandSecretKey = (typeof commandSecretKeys)[number];

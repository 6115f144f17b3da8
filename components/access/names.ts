/** The account that previews. */
export const PREVIEW_ACCOUNT = 'bookinfo-preview';
/** The account that takes steps. */
export const RELEASE_ACCOUNT = 'bookinfo-release';

/** What only lets dry runs of the preview's account through. */
export const DRY_RUN_ONLY = 'bookinfo-preview-dry-run-only';
/** What keeps the release's account to the objects of a release. */
export const RELEASE_OBJECTS_ONLY = 'bookinfo-release-own-objects-only';

/** How the API server names an account in a request. */
export const userName = (namespace: string, account: string): string =>
  `system:serviceaccount:${namespace}:${account}`;

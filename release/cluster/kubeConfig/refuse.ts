import { ReleaseError } from '../../exitCodes';

/**
 * Ends the command because of a kubeconfig. Neither the message nor the remedy may quote the file: any of its lines can hold a
 * credential. Names of contexts, clusters and users, and addresses of servers, are none.
 * @throws ReleaseError (usage), always; it has no cause, for the parsers' own errors quote what they read
 */
export function refuse(message: string, remedy: string): never {
  throw new ReleaseError('usage', message, remedy);
}

/** Names that there are, for a remedy. */
export const namesOf = (known: Iterable<string>): string => [...known].join(', ') || 'none';

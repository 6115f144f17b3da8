/** The user of Bookinfo's images. Any but root would do for the API server. */
const USER_ID = 1000;

/**
 * What the Pod Security Standard `restricted` asks of a pod. The group is left to the image: Liberty's folders are
 * writable for the group root only.
 */
export const podSecurityContext = {
  runAsNonRoot: true,
  runAsUser: USER_ID,
  seccompProfile: { type: 'RuntimeDefault' },
};

/** What `restricted` asks of each container. */
export const containerSecurityContext = {
  ...podSecurityContext,
  allowPrivilegeEscalation: false,
  privileged: false,
  capabilities: { drop: ['ALL'] },
};

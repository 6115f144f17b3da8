'use strict';
/**
 * Has the engine start the Kubernetes provider while the program is still being loaded.
 *
 * The engine starts a provider when it is first asked for one of its resources, and the program waits for that: a quarter
 * of a second of every weight step, during which the other core has nothing to do. So it is asked for something small as
 * early as there is a monitor. Only where the stack has been applied before: a first update that is refused must leave no
 * trace in the state, and a provider is one.
 */
const { getOrganization, getProject, getStack, runtime } = require('@pulumi/pulumi');

/** A function of the official provider that asks no cluster for anything; whatever it answers is of no use here. */
const SMALL_FUNCTION = 'kubernetes:yaml:decode';

/**
 * Resolved when the engine has been asked for the provider; nobody waits for the provider itself.
 *
 * @returns {Promise<{outputs?: object} | undefined>} what the stack remembers, which the program needs as well: the engine
 *   answers no second question before the provider is there. Nothing where it could not be read; the program asks again
 *   and tells why.
 */
async function headStart() {
  try {
    const name = `${getOrganization()}/${getProject()}/${getStack()}`;
    const remembered = await runtime.invoke('pulumi:pulumi:readStackOutputs', { name });
    if (Object.keys(remembered?.outputs ?? {}).length > 0) {
      // The version is part of a default provider's name: without it the engine would start another one.
      const { version } = require('@pulumi/kubernetes/package.json');
      runtime.invoke(SMALL_FUNCTION, { text: '' }, { version }).catch(() => undefined);
      // Loading the program keeps this thread busy; the request has to be on its way before.
      await new Promise((resolve) => setImmediate(resolve));
    }
    return remembered;
  } catch {
    return undefined;
  }
}

module.exports = { headStart };

'use strict';
/**
 * Has the engine start the Kubernetes provider while the program is still being loaded.
 *
 * The engine starts a provider when it is first asked for one of its resources, and the program waits for that: a quarter
 * of a second of every weight step, during which the other core has nothing to do. So it is asked for something small as
 * early as there is a monitor. Only where the stack has been applied before: a first update that is refused must leave no
 * trace in the state, and a provider is one.
 */
const pulumi = require('@pulumi/pulumi');

/** A function of the official provider that asks no cluster for anything; whatever it answers is of no use here. */
const SMALL_FUNCTION = 'kubernetes:yaml:decode';

/** What the program reads again and judges itself; here any trouble only means that there is no head start. */
async function wasApplied() {
  const name = `${pulumi.getOrganization()}/${pulumi.getProject()}/${pulumi.getStack()}`;
  const answer = await pulumi.runtime.invoke('pulumi:pulumi:readStackOutputs', { name });
  return Object.keys(answer?.outputs ?? {}).length > 0;
}

/** Resolved when the engine has been asked; nobody waits for the provider itself. */
async function headStart() {
  try {
    if (!(await wasApplied())) return;
    // The version is part of a default provider's name: without it the engine would start another one.
    const { version } = require('@pulumi/kubernetes/package.json');
    pulumi.runtime.invoke(SMALL_FUNCTION, { text: '' }, { version }).catch(() => undefined);
    // Loading the program keeps this thread busy; the request has to be on its way before.
    await new Promise((resolve) => setImmediate(resolve));
  } catch {
    // Told by the program, which asks the same question and needs the answer.
  }
}

module.exports = { headStart };

'use strict';
// Declares what the file named by CASE holds: objects in their order, with the ids of what each depends on.
const fs = require('node:fs');

const pulumi = require('@pulumi/pulumi');

/** The class is abstract to the type checker only: every typed resource is one of it with a fixed type. */
const Resource = /** @type {any} */ (pulumi.CustomResource);

/** @type {Map<string, import('@pulumi/pulumi').Resource>} */
const declared = new Map();
/** @type {{objects: {id: string, manifest: any, dependsOn: string[], ignoreChanges: string[]}[], release: object, later: string}} */
const { objects, release, later } = JSON.parse(fs.readFileSync(process.env.CASE ?? '', 'utf8'));

/**
 * A manifest in which what a preview cannot know is an output that it cannot know: the id of an object not yet made;
 * and what policies see of a secret is a secret.
 * @param {any} value
 * @returns {any}
 */
function withOutputs(value) {
  // What a policy sees of a secret; here it is one.
  if (value === '[secret]') return pulumi.secret(value);
  if (value === later) return /** @type {any} */ ([...declared.values()][0]).id;
  if (Array.isArray(value)) return value.map(withOutputs);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, withOutputs(entry)]));
}

for (const { id, manifest, dependsOn, ignoreChanges } of objects) {
  const version = manifest.apiVersion.includes('/') ? manifest.apiVersion : `core/${manifest.apiVersion}`;
  const opts = { dependsOn: dependsOn.flatMap((other) => declared.get(other) ?? []), ignoreChanges };
  declared.set(id, new Resource(`kubernetes:${version}:${manifest.kind}`, id, withOutputs(manifest), opts));
}

module.exports = { release };

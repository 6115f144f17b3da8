'use strict';
// Declares what the file named by CASE holds: objects in their order, with the ids of what each depends on.
const fs = require('node:fs');
require(process.env.LEAN_SDK ?? '');
const pulumi = require('@pulumi/pulumi');

/** The class is abstract to the type checker only: every typed resource is one of it with a fixed type. */
const Resource = /** @type {any} */ (pulumi.CustomResource);

/** @type {Map<string, import('@pulumi/pulumi').Resource>} */
const declared = new Map();
/** @type {{objects: {id: string, manifest: any, dependsOn: string[], ignoreChanges: string[]}[], release: object}} */
const { objects, release } = JSON.parse(fs.readFileSync(process.env.CASE ?? '', 'utf8'));
for (const { id, manifest, dependsOn, ignoreChanges } of objects) {
  const version = manifest.apiVersion.includes('/') ? manifest.apiVersion : `core/${manifest.apiVersion}`;
  const opts = { dependsOn: dependsOn.flatMap((other) => declared.get(other) ?? []), ignoreChanges };
  declared.set(id, new Resource(`kubernetes:${version}:${manifest.kind}`, id, manifest, opts));
}

module.exports = { release };

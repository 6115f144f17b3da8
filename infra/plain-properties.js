'use strict';
/**
 * Turns properties that are plain data into what goes to the engine, at once.
 *
 * The SDK looks for promises and outputs in a resource's properties, and waits in turn for each string and number that is
 * none: a Deployment's are two hundred turns of the event loop's inner queue, for each resource that an update does not
 * touch too. Nearly all of what this program declares is plain. What is not goes the SDK's own way, property by property.
 */

/** What plain data is not: outputs, promises, resources, assets, functions, and objects of classes. */
const NOT_PLAIN = Symbol('not plain');

/**
 * A copy as the SDK would make it: without members that are undefined, and with null for such elements of lists.
 * @param {any} value
 * @returns {any} the copy, or NOT_PLAIN
 */
function copyOf(value) {
  switch (typeof value) {
    case 'string':
    case 'number':
    case 'boolean':
    case 'undefined':
      return value;
    case 'object':
      if (value === null) return null;
      return Array.isArray(value) ? copyOfList(value) : copyOfMap(value);
    default:
      return NOT_PLAIN;
  }
}

/** @param {readonly any[]} list */
function copyOfList(list) {
  const made = [];
  // By index, as the SDK goes: a hole is an element that is undefined.
  for (let i = 0; i < list.length; i++) {
    const element = copyOf(list[i]);
    if (element === NOT_PLAIN) return NOT_PLAIN;
    made.push(element ?? null);
  }
  return made;
}

/** @param {Readonly<Record<string, any>>} map */
function copyOfMap(map) {
  const prototype = Object.getPrototypeOf(map);
  if (prototype !== Object.prototype && prototype !== null) return NOT_PLAIN;
  /** @type {Record<string, any>} */
  const made = {};
  for (const key of Object.keys(map)) {
    // By such members the SDK knows outputs and resources of another copy of itself.
    if (key.startsWith('__')) return NOT_PLAIN;
    const member = copyOf(map[key]);
    if (member === NOT_PLAIN) return NOT_PLAIN;
    if (member !== undefined) made[key] = member;
  }
  return made;
}

/**
 * Makes the SDK take plain properties as they are.
 * @param {any} rpc `@pulumi/pulumi/runtime/rpc`
 */
function takePlainProperties(rpc) {
  const serialize = rpc.serializeResourceProperties;
  rpc.serializeResourceProperties = async (
    /** @type {string} */ label,
    /** @type {Readonly<Record<string, any>>} */ props,
    /** @type {unknown} */ opts,
  ) => {
    /** @type {Record<string, any>} */
    const result = {};
    /** @type {Map<string, Set<unknown>>} */
    const dependencies = new Map();
    for (const key of Object.keys(props)) {
      if (key === 'id' || key === 'urn') continue;
      const copy = copyOf(props[key]);
      if (copy === NOT_PLAIN) {
        const [values, found] = await serialize(label, { [key]: props[key] }, opts);
        Object.assign(result, values);
        for (const [name, resources] of found) dependencies.set(name, resources);
      } else if (copy !== undefined) {
        result[key] = copy;
        dependencies.set(key, new Set());
      }
    }
    return [result, dependencies];
  };
}

module.exports = { takePlainProperties };

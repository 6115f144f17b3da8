'use strict';
/**
 * Loads on first use what a program like this one never uses.
 *
 * The SDK's entry loads its Automation API and, through the code that serialises functions for dynamic providers, npm's
 * dependency resolver and TypeScript: 400 modules, 0.4 to 0.5 s of every update. This program does neither. Nothing of the
 * SDK is changed: each of these modules is the SDK's own as soon as something of it is touched.
 * docs/decisions/0001-program-start-up.md has the figures.
 */
const Module = require('node:module');

/** Requests that are answered on first use, and by whom they must be made. */
const lazy = [
  { request: '@npmcli/arborist', from: /@pulumi[\\/]pulumi[\\/]runtime[\\/]closure[\\/]codePaths\.js$/ },
  {
    request: 'normalize-package-data',
    from: /@pulumi[\\/]pulumi[\\/]runtime[\\/]closure[\\/]codePaths\.js$/,
  },
  { request: './automation', from: /@pulumi[\\/]pulumi[\\/]index\.js$/ },
  { request: '../../typescript-shim', from: /@pulumi[\\/]pulumi[\\/]runtime[\\/]closure[\\/]\w+\.js$/ },
];

/**
 * A module that is loaded when something of it is first touched.
 * @param {() => any} load
 */
function onFirstUse(load) {
  /** @type {any} */
  let real;
  const get = () => (real ??= load());
  // `__esModule` keeps the compiler's interop helpers from copying the members, which would load them.
  return new Proxy(
    { __esModule: true },
    {
      get: (_target, key) =>
        key === '__esModule' ? true : key === 'default' ? (get().default ?? get()) : get()[key],
      has: (_target, key) => key in get(),
    },
  );
}

// Node.js has hooks for CommonJS from version 22.15 on (`module.registerHooks`); until then this is where all requires pass.
const loader = /** @type {any} */ (Module);
const load = loader._load;
loader._load = function (
  /** @type {string} */ request,
  /** @type {{filename?: string}} */ parent,
  /** @type {boolean} */ isMain,
) {
  const match = lazy.some((entry) => entry.request === request && entry.from.test(parent?.filename ?? ''));
  return match
    ? onFirstUse(() => load.call(loader, request, parent, isMain))
    : load.call(loader, request, parent, isMain);
};

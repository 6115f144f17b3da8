'use strict';
/**
 * Keeps what a program like this one never uses off the path of every update.
 *
 * The SDK's entry loads its Automation API and, through the code that serialises functions for dynamic providers, npm's
 * dependency resolver: 400 modules. This program does neither, so both are loaded on first use instead, which here is
 * never. The engine's runner also maps every stack trace through source maps, and the SDK takes a stack trace for each
 * resource and each promise; errors meant for people carry none, so the mapping is switched off.
 * It tells the engine nothing for debugging, and property values go there without an object per field in between (plugin/lean-struct.js).
 * docs/decisions/0001-program-start-up.md has the figures.
 */
const Module = require('node:module');
const { makeLean } = require('../plugin/lean-struct');

/** Requests that are answered by a stand-in, and by whom they must be made. */
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

// Module._load has no typed face; it is the one place all requires pass through.
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

/** @type {any} */ (Error).prepareStackTrace = undefined;

// The SDK's own copy of the library: what it loads itself.
makeLean(
  Module.createRequire(require.resolve('@pulumi/pulumi/package.json'))(
    'google-protobuf/google/protobuf/struct_pb',
  ),
);

/**
 * The SDK tells the engine of every request and every answer, the data of Secrets in clear, and the engine writes that into
 * event logs whether anybody asked for debugging or not. It is also several calls for each resource, which an update waits
 * for. Nobody reads them here.
 */
/** @type {any} */ (require('@pulumi/pulumi/log')).debug = () => Promise.resolve();

/**
 * The SDK takes a stack trace for each resource, as deep as there are callers, and for each of its promises. Those of
 * resources go to the engine and into the state with every frame, where they name lines of a compiled bundle; those of
 * promises are printed by `PULUMI_DEBUG_PROMISE_LEAKS` alone. Together a sixth of what a resource takes. That a promise was
 * left open is still found.
 */
const { Resource } = /** @type {any} */ (require('@pulumi/pulumi/resource'));
Resource.stackTrace = () => [];
const debuggable = /** @type {any} */ (require('@pulumi/pulumi/runtime/debuggable'));
const { debuggablePromise } = debuggable;
if (!debuggable.debugPromiseLeaks) {
  debuggable.debuggablePromise = (/** @type {unknown[]} */ ...args) => {
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    try {
      return debuggablePromise(...args);
    } finally {
      Error.stackTraceLimit = stackTraceLimit;
    }
  };
}

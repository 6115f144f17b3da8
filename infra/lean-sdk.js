'use strict';
/**
 * Keeps what a program like this one never uses off the path of every update.
 *
 * The SDK's entry loads its Automation API and, through the code that serialises functions for dynamic providers, npm's
 * dependency resolver: 400 modules. This program does neither, so both are loaded on first use instead, which here is
 * never. The engine's runner also maps every stack trace through source maps; errors meant for people carry none, so the
 * mapping is switched off. The engine is told nothing for debugging, and property values go there without an object per
 * field in between (plugin/lean-struct.js) and without waiting for what is plain (plain-properties.js).
 * docs/decisions/0001-program-start-up.md has the figures.
 */
const Module = require('node:module');
const { makeLean } = require('../plugin/lean-struct');
const { takePlainProperties } = require('./plain-properties');

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
 * The SDK takes a stack trace for each resource, as deep as there are callers. It goes to the engine and into the state with
 * every frame, where it names lines of a compiled bundle.
 */
const { Resource } = /** @type {any} */ (require('@pulumi/pulumi/resource'));
Resource.stackTrace = () => [];

/**
 * The SDK remembers each of its promises until it ends, with a stack trace, a text and a number, which
 * `PULUMI_DEBUG_PROMISE_LEAKS` alone prints, and hands on a promise of a promise of it. Here it is remembered, and no more:
 * that one was left open is still found and fails the program.
 */
const debuggable = /** @type {any} */ (require('@pulumi/pulumi/runtime/debuggable'));
if (!debuggable.debugPromiseLeaks) {
  const { getStore } = /** @type {any} */ (require('@pulumi/pulumi/runtime/state'));
  // The first goes the SDK's own way, which has it look for open ones when the program ends.
  debuggable.debuggablePromise(Promise.resolve(), 'the first');
  debuggable.debuggablePromise = (/** @type {Promise<unknown>} */ promise) => {
    const { leakCandidates } = getStore();
    leakCandidates.add(promise);
    return promise.then(
      (value) => {
        leakCandidates.delete(promise);
        return value;
      },
      (error) => {
        leakCandidates.delete(promise);
        error.promise = promise;
        throw error;
      },
    );
  };
}

takePlainProperties(require('@pulumi/pulumi/runtime/rpc'));

/**
 * The runner attaches a debugger to its own process, to find the text of functions that become part of a resource. This
 * program makes none, and with a debugger attached every promise takes a slower way through the engine of JavaScript.
 */
void (
  /** @type {any} */ (require('@pulumi/pulumi/runtime/closure/v8Hooks'))
    .getSessionAsync()
    .then((/** @type {import('node:inspector').Session} */ session) => session.disconnect())
);

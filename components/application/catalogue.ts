import { JAVA_MULTILINE } from '../datakit/pure';
import { imageOf, type LogForm, type Resources, type TableApplication } from './application';

const small: Resources = {
  requests: { cpu: '50m', memory: '64Mi' },
  limits: { cpu: '500m', memory: '256Mi' },
};

/** gunicorn with eight workers. */
const pages: Resources = {
  requests: { cpu: '100m', memory: '256Mi' },
  limits: { cpu: '1', memory: '512Mi' },
};

/** A JVM: the heap alone needs more than the interpreters take altogether. */
const jvm: Resources = {
  requests: { cpu: '100m', memory: '256Mi' },
  limits: { cpu: '1', memory: '768Mi' },
};

/** Everything here listens on 9080, which a user without privileges may. */
const port = 9080;

/**
 * Lines of reviews. Open Liberty's console begins an entry with its level in brackets; a build with Spring Cloud Sleuth
 * begins it with the time, and has trace and span, which the script finds. What begins otherwise is a stack trace.
 */
const javaLogs: LogForm = { pipeline: 'sleuth.p', multilineMatch: `${JAVA_MULTILINE}|^\\[[A-Z]+\\s*\\] ` };

/** The version of Bookinfo's images that is current; 1.16.2 is what older installations run. */
export const DEFAULT_IMAGE_TAG = '1.20.3';

/**
 * Istio's Bookinfo: names, ports, labels and accounts as in Istio's own sample.
 *
 * Every service answers GET /health without calling another one, so a broken callee never makes its caller unready.
 */
export const bookinfo: TableApplication = {
  name: 'bookinfo',
  image: 'docker.io/istio/examples-bookinfo-{service}-{version}:{tag}',
  imageTag: DEFAULT_IMAGE_TAG,
  services: [
    { name: 'details', port, versions: ['v1'], health: '/health', startSeconds: 30, resources: small },
    { name: 'ratings', port, versions: ['v1'], health: '/health', startSeconds: 30, resources: small },
    {
      name: 'reviews',
      port,
      versions: ['v1', 'v2', 'v3'],
      health: '/health',
      startSeconds: 120,
      resources: jvm,
      logs: javaLogs,
      env: { LOG_DIR: '/tmp/logs' },
      scratch: { tmp: '/tmp', 'wlp-output': '/opt/ibm/wlp/output' },
      calls: [
        // The client's own time-outs in the reviews service: v1 shows no stars, v2 black, v3 red ones.
        { service: 'ratings', versions: ['v2'], clientTimeout: '10s' },
        { service: 'ratings', versions: ['v3'], clientTimeout: '2.5s' },
      ],
    },
    {
      name: 'productpage',
      port,
      versions: ['v1'],
      health: '/health',
      startSeconds: 60,
      resources: pages,
      entry: {
        // Pages are read, and the login form is sent.
        methods: ['GET', 'HEAD', 'POST'],
        paths: [
          { exact: '/productpage' },
          { prefix: '/static' },
          { exact: '/login' },
          { exact: '/logout' },
          { prefix: '/api/v1/products' },
        ],
      },
      scratch: { tmp: '/tmp' },
      calls: [
        { service: 'details', clientTimeout: '3s' },
        // It tries twice, so a page can wait 6 s for its reviews.
        { service: 'reviews', clientTimeout: '3s' },
        // Only for its own API, /api/v1/products/<id>/ratings; the page itself does not show them.
        { service: 'ratings', clientTimeout: '3s' },
      ],
    },
  ],
};

/** The published image of a service's version. */
export const bookinfoImage = (service: string, version: string, tag: string = DEFAULT_IMAGE_TAG): string =>
  imageOf(bookinfo, service, version, tag)!;

import { Platform } from '../../rehearsal/platform/platform';
import { ReleaseCommand } from '../mesh/release/command';
import { namesOf } from '../mesh/release/runningBookinfo';
import { Trial } from '../mesh/release/support';
import { sharedRehearsal, type SharedRehearsal } from '../support/rehearsal';
import { recordScenario } from './figures';

const name = `crds-${process.pid}`;
let platform: Platform;
let bare: SharedRehearsal;

beforeAll(async () => {
  const { toolchain } = await sharedRehearsal();
  platform = await Platform.start({ name, toolchain, mesh: false });
  const shared = process.env.REHEARSAL_NAME;
  process.env.REHEARSAL_NAME = name;
  bare = await sharedRehearsal();
  process.env.REHEARSAL_NAME = shared;
});

afterAll(() => platform.stop());

const id = 'crds-missing';
const title = 'in a cluster without Istio a release fails before it makes anything, and says what is missing';

test(`${id}: ${title}`, async () => {
  const trial = await Trial.prepare(bare, name, {
    'bookinfo:layers': ['application', 'release'],
    'bookinfo:namespaces': undefined,
  });
  await bare.tool('kubectl', ['create', 'namespace', name]);
  const startedAt = Date.now();
  const command = new ReleaseCommand(['advance'], {
    ...{ stack: name, configFile: trial.engine.configFile, env: trial.env },
  });
  const exitCode = await command.ended;
  const figures = { id, title, exitCodes: [exitCode], requests: 0, failures: 0 };
  recordScenario({ ...figures, seconds: (Date.now() - startedAt) / 1_000, passed: exitCode === 1 });
  expect([exitCode, command.output]).toEqual([1, expect.any(String)]);
  expect(command.ending?.summary).toMatch(/networking\.istio\.io|security\.istio\.io/);
  expect(await namesOf(bare, name, 'deployments')).toEqual([]);
  expect(await trial.kubectl('get', 'leases', '-o', 'name')).toBe('');
});

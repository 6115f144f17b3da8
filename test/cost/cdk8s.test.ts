import { CustomResource } from '@pulumi/kubernetes/apiextensions/customResource';
import { ApiObject, App, Chart } from 'cdk8s';
import { Construct } from 'constructs';
import { Cdk8sChart, planChart } from '../../components/cdk8s';
import { requestsOf } from '../unit/components/cdk8s/support';

const OBJECTS = 1000;
/** Registering is the SDK's work and slow; what the bridge adds to it shows with fewer objects too. */
const REGISTERED = 100;

/** Custom resources of the size of a small Deployment, in groups of ten, every group waiting for the one before it. */
function bigApp(objects: number): App {
  const app = new App();
  const chart = new Chart(app, 'big', { namespace: 'shop', labels: { part: 'big' } });
  let before: Construct | undefined;
  for (let g = 0; g < objects / 10; g++) {
    const group = new Construct(chart, `group-${g}`);
    for (let i = 0; i < 10; i++) {
      const name = `app-${g}-${i}`;
      const container = {
        name,
        image: `registry/${name}:1`,
        env: [{ name: 'A', value: 'b' }],
        ports: [{ port: 80 }],
      };
      new ApiObject(group, name, {
        apiVersion: 'example.com/v1',
        kind: 'Workload',
        metadata: { name },
        spec: {
          replicas: 2,
          template: { metadata: { labels: { name } }, spec: { containers: [container] } },
        },
      });
    }
    if (before !== undefined) group.node.addDependency(before);
    before = group;
  }
  return app;
}

async function milliseconds(run: () => unknown): Promise<number> {
  const start = performance.now();
  await run();
  return performance.now() - start;
}

/** The least of some runs: what else the machine does only ever adds to a run. */
async function best(runs: number, prepare: () => () => unknown): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < runs; i++) times.push(await milliseconds(prepare()));
  return Math.min(...times);
}

const apiObjects = (app: App) => app.node.findAll().filter((construct) => ApiObject.isApiObject(construct));

test(`${OBJECTS} objects cost little beside cdk8s' own rendering and the SDK's own registration`, async () => {
  const rendering = await best(2, () => {
    const app = bigApp(OBJECTS);
    return () => apiObjects(app).map((object): unknown => object.toJson());
  });
  const planning = await best(2, () => {
    const app = bigApp(OBJECTS);
    return () => planChart(app);
  });
  const plan = planChart(bigApp(REGISTERED));
  const sdk = await best(
    2,
    () => () =>
      requestsOf(() => {
        const made = new Map<unknown, CustomResource>();
        for (const object of plan) {
          const dependsOn = object.dependsOn.map((other) => made.get(other)!);
          made.set(object, new CustomResource(object.name, object.manifest as never, { dependsOn }));
        }
      }),
  );
  const bridge = await best(2, () => {
    const app = bigApp(REGISTERED);
    return () => requestsOf(() => void new Cdk8sChart('big', { chart: app }));
  });

  const round = (ms: number) => `${Math.round(ms)} ms`;
  console.log(
    `${OBJECTS} objects: cdk8s renders them in ${round(rendering)}, they are planned in ${round(planning)}. ` +
      `${REGISTERED} objects: the SDK alone registers them in ${round(sdk)}, the bridge in ${round(bridge)}.`,
  );
  expect(plan).toHaveLength(REGISTERED);
  expect(planning).toBeLessThan(rendering * 5 + 200);
  expect(bridge).toBeLessThan(sdk * 2 + planning * 3);
});

test('a chart of many objects that waits for another of as many is planned without the edges being costly', async () => {
  const app = new App();
  const [first, second] = ['first', 'second'].map((id) => {
    const chart = new Chart(app, id);
    for (let i = 0; i < OBJECTS / 2; i++) {
      new ApiObject(chart, `${i}`, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: `${id}-${i}` } });
    }
    return chart;
  });
  const without = await best(2, () => () => planChart(app));
  second!.addDependency(first!);
  const time = await best(2, () => () => planChart(app));
  console.log(
    `${(OBJECTS / 2) ** 2} edges: planned in ${Math.round(time)} ms, without them in ${Math.round(without)} ms`,
  );
  const plan = planChart(app);
  expect(plan.reduce((sum, { dependsOn }) => sum + dependsOn.length, 0)).toBe((OBJECTS / 2) ** 2);
  expect(time).toBeLessThan(without * 20 + 1000);
});

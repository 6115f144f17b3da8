import { execFileSync, spawnSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { transformSync } from 'esbuild';

const root = resolve(__dirname, '../../..');
const modules = join(root, 'node_modules');
const compiler = join(modules, 'typescript-native', 'bin', 'tsc');
let folder: string;

/** Runs the program as the engine does, with what the stack remembers, and prints what it declares and returns. */
const host = `
const pulumi = require('@pulumi/pulumi');
const { step, remembered } = JSON.parse(process.argv[2]);
const declared = [];
pulumi.runtime.setMocks({
  newResource: ({ type, name, inputs }) => {
    declared.push(type + ' ' + name);
    return { id: name, state: inputs };
  },
  call: ({ token, inputs }) => token === 'pulumi:pulumi:readStackOutputs' ? { outputs: remembered } : inputs,
}, 'shop', 'dev', false, 'organization');
const release = {
  service: 'cart',
  stable: { version: 'v1', image: 'registry.example.com/cart:1.0.0' },
  canary: { version: 'v2', image: 'registry.example.com/cart:1.1.0' },
  steps: [0, 10, 50, 100],
};
pulumi.runtime.setAllConfig({ 'shop:namespace': 'shop', 'shop:step': step, 'shop:release': JSON.stringify(release) });
require('./index.js')().then(
  (outputs) => pulumi.output(outputs).apply((values) => console.log(JSON.stringify({ declared, ...values }))),
  (error) => { console.error(error.message); process.exitCode = 3; },
);
`;

/** The example's program, with the packed package among its modules and everything else as npm would have installed it. */
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'own-program-'));
  execFileSync(process.execPath, ['bin/package.js'], { cwd: root, stdio: 'pipe' });
  const packed = execFileSync('npm', ['pack', './out/package', '--pack-destination', folder, '--json'], {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [{ filename }] = JSON.parse(packed) as [{ filename: string }];
  execFileSync('tar', ['xzf', filename], { cwd: folder });
  cpSync(join(root, 'examples/own-program'), folder, { recursive: true });
  const own = join(folder, 'node_modules');
  mkdirSync(own);
  for (const name of readdirSync(modules)) {
    if (!name.startsWith('.')) symlinkSync(join(modules, name), join(own, name));
  }
  cpSync(join(folder, 'package'), join(own, 'bookinfo-canary'), { recursive: true });
  const source = readFileSync(join(folder, 'index.ts'), 'utf8');
  writeFileSync(join(folder, 'index.js'), transformSync(source, { loader: 'ts', format: 'cjs' }).code);
  writeFileSync(join(folder, 'host.js'), host);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Printed {
  readonly declared: readonly string[];
  readonly release: Readonly<Record<string, object>>;
}

function program(step: string, remembered: object = {}) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['host.js', JSON.stringify({ step, remembered })],
    { cwd: folder, encoding: 'utf8' },
  );
  return { status, stderr, printed: stdout === '' ? undefined : (JSON.parse(stdout) as Printed) };
}

function compile(file: string) {
  const config = {
    compilerOptions: {
      ...{ module: 'nodenext', target: 'es2022', strict: true, noEmit: true, skipLibCheck: true },
      types: ['node'],
    },
    files: [file],
  };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
  const { status, stdout } = spawnSync(process.execPath, [compiler, '-p', folder], { encoding: 'utf8' });
  return { status, stdout };
}

const manifest = () =>
  JSON.parse(readFileSync(join(folder, 'package/package.json'), 'utf8')) as {
    dependencies: Record<string, string>;
    peerDependencies: Record<string, string>;
    exports: Record<string, { types: string; default: string }>;
  };

test('the package says what it exports and needs, and has nothing else in it', () => {
  const { dependencies, exports, peerDependencies } = manifest();
  expect(Object.keys(peerDependencies)).toEqual(['@pulumi/kubernetes', '@pulumi/pulumi']);
  expect(Object.values(dependencies).every((version) => /^\d/.test(version))).toBe(true);
  expect(Object.keys(dependencies)).not.toContain('echarts');
  const files = readdirSync(join(folder, 'package'), { recursive: true }).map(String);
  for (const file of Object.values(exports['.']!)) expect(files).toContain(file.replace('./', ''));
  expect(files.filter((file) => /\.test\.|rehearsal/.test(file))).toEqual([]);
});

test('the program compiles against its types, and a wrong argument is an error', () => {
  expect(compile('index.ts')).toEqual({ status: 0, stdout: '' });
  writeFileSync(
    join(folder, 'wrong.ts'),
    "import { Canary } from 'bookinfo-canary';\nnew Canary('cart', { steps: 'all' } as never as { steps: string });\n",
  );
  const { status, stdout } = compile('wrong.ts');
  expect(status).not.toBe(0);
  expect(stdout).toContain('wrong.ts(2,');
});

const versions = ['kubernetes:apps/v1:Deployment cart-v1', 'kubernetes:apps/v1:Deployment cart-v2'];
const deployments = ({ declared }: Printed) => declared.filter((each) => each.includes('Deployment '));

test('it declares the versions, the manifests and the routes of a step, and says what is to be remembered', () => {
  const { status, stderr, printed } = program('baseline');
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(deployments(printed!)).toEqual(versions.slice(0, 1));
  expect(printed!.declared).toEqual(
    expect.arrayContaining([
      'bookinfo:release:Canary cart',
      'kubernetes:core/v1:Service Service/shop/cart',
      expect.stringContaining('networking.istio.io/v1:VirtualService cart'),
    ]),
  );
  expect(printed!.release['cart']).toMatchObject({ step: 'baseline', weights: { v1: 100 } });
});

test('the next update is held against what the last one did', () => {
  const { printed: first } = program('baseline');
  const { printed: second } = program('0', { release: first!.release });
  expect(deployments(second!)).toEqual(versions);
  const { printed: third } = program('10', { release: second!.release });
  expect(third!.release['cart']).toMatchObject({ step: '10', weights: { v1: 90, v2: 10 } });
  const skipped = program('100', { release: second!.release });
  expect(skipped.status).toBe(3);
  expect(skipped.stderr).toMatch(/cart.step goes from 0 to 100 and skips 10, 50/);
});

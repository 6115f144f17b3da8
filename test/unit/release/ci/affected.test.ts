import { isAffected } from '../../../../release/ci/affected';

const prod = { name: 'prod', layers: ['application', 'release'] };
const platform = { name: 'platform', layers: ['platform'] };

const shop = { ...prod, name: 'shop', application: 'examples/shop.yaml' };
const ownRoot = { ...prod, name: 'shop', application: './shop.app.yaml' };

describe('whether a change has an effect on a stack', () => {
  it.each([
    [prod, ['stacks/Pulumi.prod.yaml'], true],
    [prod, ['stacks/Pulumi.test.yaml'], false],
    [prod, ['stacks/Pulumi.prod-a.yaml'], false],
    [prod, ['components/canary/plan.ts'], true],
    [prod, ['components/istio/values.ts'], false],
    [platform, ['components/istio/values.ts'], true],
    [platform, ['components/edge/chart.ts'], false],
    [platform, ['components/access/roles.ts'], true],
    [prod, ['policies/rules/a.ts'], true],
    // Settings of policies extend one another.
    [prod, ['policies/config/platform.yaml'], true],
    [prod, ['docs/reference/release.md', 'release/cli.ts', 'test/unit/x.test.ts', 'README.md'], false],
    [prod, ['package-lock.json'], true],
    [prod, [], false],
    // The application file, and whatever may be among the manifests that it leads to.
    [shop, ['examples/shop.yaml'], true],
    [shop, ['examples/own-program/README.md'], true],
    [shop, ['k8s/cart/base/deployment.yaml'], true],
    [ownRoot, ['shop.app.yaml'], true],
    [ownRoot, ['charts/shop/values.yaml'], true],
    [ownRoot, ['docs/reference/release.md', 'release/cli.ts', 'README.md', 'CODEOWNERS'], false],
    [prod, ['examples/shop.yaml'], false],
    [shop, ['stacks/Pulumi.shop.yml'], true],
  ])('%j by %j: %s', (stack, files, affected) => {
    expect(isAffected(stack, files).affected).toBe(affected);
  });

  it('is so where it is not known what changed, and says which file it was', () => {
    expect(isAffected(prod, undefined)).toEqual({ affected: true, why: 'what changed is not known' });
    expect(isAffected(prod, ['infra/stack.ts', 'infra/program.ts']).why).toBe(
      'infra/stack.ts and 1 more changed',
    );
    expect(isAffected(prod, ['README.md']).why).toBe('none of 1 changed files is part of it');
  });
});

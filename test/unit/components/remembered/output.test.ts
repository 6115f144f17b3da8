import * as pulumi from '@pulumi/pulumi';
import { planStep, type AppliedRelease, type Release } from '../../../../components/canary';
import { virtualService } from '../../../../components/routing/istio/virtualService';
import { releaseOutput } from '../../../../components/remembered';
import { record, valueOf } from '../../recorder';

const release: Release = {
  service: 'reviews',
  stable: { version: 'v1', image: 'a:1' },
  canary: { version: 'v2', image: 'a:2' },
  steps: [0, 10, 100],
};
const now = new Date('2026-02-03T04:05:06.000Z');
const spec = (step: number) => virtualService(planStep(release, step), release).spec;

describe('releaseOutput', () => {
  it('remembers a step whose routes are there', async () => {
    await record();
    const output = releaseOutput(
      [{ release, step: 10, routes: pulumi.output(spec(10)) }],
      {},
      undefined,
      now,
    );
    expect(await valueOf(output)).toEqual({
      reviews: {
        service: 'reviews',
        step: '10',
        stable: release.stable,
        canary: release.canary,
        steps: [0, 10, 100],
        weights: { v1: 90, v2: 10 },
        subsets: ['v1', 'v2'],
        mentioned: ['v1', 'v2'],
        since: '2026-02-03T04:05:06.000Z',
      },
    });
  });

  it('goes on remembering the last step where the routes were left as they were', async () => {
    await record();
    const warn = jest.spyOn(pulumi.log, 'warn').mockResolvedValue();
    const last = (await valueOf(
      releaseOutput([{ release, step: 0, routes: pulumi.output(spec(0)) }], {}, undefined, now),
    )) as Record<string, AppliedRelease>;
    const stale = [{ release, step: 10, routes: pulumi.output(spec(0)) }];
    expect(await valueOf(releaseOutput(stale, last, undefined, new Date()))).toEqual(last);
    expect(warn).toHaveBeenCalledTimes(1);
    expect(await valueOf(releaseOutput(stale, {}, undefined, now))).toEqual({});
    warn.mockRestore();
  });

  it('waits for the routes', async () => {
    await record();
    let finish: (value: unknown) => void = () => undefined;
    const routes = pulumi.output(new Promise<unknown>((resolve) => (finish = resolve)));
    let done = false;
    const value = valueOf(releaseOutput([{ release, step: 10, routes }], {}, undefined, now)).then(() => {
      done = true;
    });
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(done).toBe(false);
    finish(spec(10));
    await value;
    expect(done).toBe(true);
  });

  it('leaves the time of a new step open in a preview', async () => {
    await record({ preview: true });
    const declared = [{ release, step: 10, routes: pulumi.output(spec(0)) }];
    const { reviews } = releaseOutput(declared, {}, undefined, now) as unknown as {
      reviews: { step: string; since: pulumi.Output<string> };
    };
    expect(reviews.step).toBe('10');
    expect(pulumi.Output.isInstance(reviews.since)).toBe(true);
  });
});

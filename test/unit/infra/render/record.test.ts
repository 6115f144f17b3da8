import * as core from '@pulumi/kubernetes/core/v1';
import * as pulumi from '@pulumi/pulumi';
import { recordObjects } from '../../../../infra/render/record';

const config = {
  project: 'bookinfo',
  values: { 'bookinfo:token': '[secret]' },
  secretKeys: ['bookinfo:token'],
};

describe('recordObjects', () => {
  it('prints a placeholder in place of every secret, wherever it stands', async () => {
    const objects = await recordObjects('prod', config, () => {
      const secret = pulumi.secret('hunter2');
      new core.ConfigMap('mixed', {
        metadata: { name: 'mixed' },
        data: { plain: 'yes', text: pulumi.interpolate`token=${secret}` },
      });
      new core.Secret('whole', { metadata: { name: 'whole' }, stringData: { token: secret } });
      return Promise.resolve();
    });
    expect(JSON.stringify(objects)).not.toContain('hunter2');
    const byKind = Object.fromEntries(objects.map((object) => [object.kind, object]));
    expect(byKind['Secret']).toEqual({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'whole' },
      stringData: { token: '[secret]' },
    });
    expect(byKind['ConfigMap']).toEqual({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'mixed' },
      data: { plain: '[secret]', text: '[secret]' },
    });
  });

  it('lists only Kubernetes objects, each after what it depends on', async () => {
    const objects = await recordObjects('prod', config, () => {
      const parent = new pulumi.ComponentResource('a:b:C', 'c');
      const first = new core.ConfigMap('first', { metadata: { name: 'first' } }, { parent });
      const third = { metadata: { name: 'third' } };
      const second = new core.ConfigMap('second', { metadata: { name: first.id } });
      new core.ConfigMap('third', third, { dependsOn: second });
      return Promise.resolve();
    });
    expect(objects.map(({ metadata }) => metadata.name)).toEqual(['first', 'first-id', 'third']);
  });

  it('throws what the program threw', async () => {
    const broken = () => Promise.reject(new pulumi.RunError('no'));
    await expect(recordObjects('prod', config, broken)).rejects.toThrow('no');
  });
});

import { getVersion } from '@pulumi/kubernetes/utilities';
import * as pulumi from '@pulumi/pulumi';
import { typeAliases } from './kinds';
import { isJson, type Manifest } from './manifest';
import { isDeferred, OutputText } from './outputs';

/**
 * An object of any kind under the token that the Kubernetes provider knows it by.
 *
 * One class for all kinds instead of the SDK's class of each: those drop every field that their version of the API did
 * not have, and its CustomResource gives objects of the core group a token that no provider knows. What theirs add, the
 * aliases of older API versions, the secrecy of Secrets and the provider's version, is added here too.
 */
export class KubernetesObject extends pulumi.CustomResource {
  declare readonly apiVersion: pulumi.Output<string>;
  declare readonly kind: pulumi.Output<string>;
  declare readonly metadata: pulumi.Output<Readonly<Record<string, unknown>> & { readonly name: string }>;
  declare readonly spec: pulumi.Output<unknown>;
  declare readonly data: pulumi.Output<unknown>;
  declare readonly status: pulumi.Output<unknown>;

  constructor(type: string, name: string, manifest: Manifest, opts: pulumi.CustomResourceOptions = {}) {
    const secret = type === 'kubernetes:core/v1:Secret';
    const own: pulumi.CustomResourceOptions = {
      version: getVersion(),
      aliases: typeAliases(type).map((alias) => ({ type: alias })),
      ...(secret ? { additionalSecretOutputs: ['data', 'stringData'] } : {}),
    };
    const inputs = Object.fromEntries(
      Object.entries(manifest).map(([field, value]) => {
        const input = toInput(value);
        const hidden = secret && (field === 'data' || field === 'stringData');
        return [field, hidden ? pulumi.secret(input) : input];
      }),
    );
    // Fields that only the cluster writes have to be named to be there as outputs.
    super(type, name, { status: undefined, ...inputs }, pulumi.mergeOptions(own, opts));
  }
}

/** Texts with Outputs in them become Outputs; everything else Pulumi understands as it stands. */
function toInput(value: unknown): unknown {
  if (value instanceof OutputText) {
    const text = pulumi.concat(...(value.parts as pulumi.Input<string>[]));
    return value.encoding === 'plain' ? text : text.apply((plain) => Buffer.from(plain).toString('base64'));
  }
  if (isDeferred(value)) return value;
  if (Array.isArray(value)) return value.map(toInput);
  if (!isJson(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, toInput(item)]));
}

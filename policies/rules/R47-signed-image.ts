import { judge } from '../model/judge';
import { everywhere, finding, type Policy } from '../model/policy';
import { imageSubjects } from '../view/images';

const covers = (listed: string, image: string): boolean =>
  `${image}/`.startsWith(listed.endsWith('/') ? listed : `${listed}/`);

export const signedImage: Policy = {
  id: 'R47-signed-image',
  title: 'Where a stack asks for it, something checks the signature of every image',
  severity: 'medium',
  enforcement: everywhere('mandatory'),
  scope: 'object',
  remedy:
    'Name under signatures the admission policy that checks them (Sigstore ClusterImagePolicy, Kyverno verifyImages), and images by digest.',
  document:
    'Sigstore, Policy Controller; Kyverno, Verify images; SLSA: whether a signature is right only the registry can say, so the cluster has to check it',
  check: (view) => {
    // Nobody can see a signature in an object, so without being asked for it this finds nothing.
    if (!view.settings.require.includes('signatures')) return { findings: [], undecided: [] };
    return judge(imageSubjects(view), (subject) =>
      subject.images().flatMap(({ object, field, image }) => {
        const place = `${image.registry}/${image.repository}`;
        const checked = view.settings.signatures.some(({ images }) => covers(images, place));
        return [
          checked
            ? undefined
            : finding(
                object,
                field,
                `comes from ${place}, for which signatures names nothing that checks it`,
                'add { images, verifiedBy } to signatures',
              ),
          checked && image.digest === undefined
            ? finding(
                object,
                field,
                'is named by tag: what was signed is a digest, and the tag may have moved since',
                'add the digest, @sha256:…',
              )
            : undefined,
        ];
      }),
    );
  },
};

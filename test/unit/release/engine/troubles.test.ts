import { troubleOf } from '../../../../release/engine/troubles';

// As pulumi 3.255 prints them: pkg/cmd/pulumi/stack (requireStack), pkg/backend/httpstate (login), pkg/secrets/passphrase.
it.each([
  ["error: no stack named 'prod' found", /no stack prod/, /pulumi stack init prod/],
  [
    'error: PULUMI_ACCESS_TOKEN must be set for login during non-interactive CLI sessions',
    /logged in/,
    /pulumi login/,
  ],
  [
    'error: getting stack configuration: passphrase must be set with PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE environment variables',
    /cannot be decrypted/,
    /PULUMI_CONFIG_PASSPHRASE/,
  ],
  ['error: incorrect passphrase', /cannot be decrypted/, /PULUMI_CONFIG_PASSPHRASE/],
])('%s is said in words', (output, problem, remedy) => {
  const trouble = troubleOf(output, 'prod');
  expect(trouble).toMatchObject({ outcome: 'usage' });
  expect(trouble!.message).toMatch(problem);
  expect(trouble!.remedy).toMatch(remedy);
});

it('what is something else is left as it was said', () => {
  expect(troubleOf('error: the stack is currently locked by 1 lock(s)', 'prod')).toBeUndefined();
});

import { assignsSecret, isRandom, secretByName, secretShapeWithin } from '../../../../policies/view/secrets';

const isSecret = (name: string, value: string): boolean =>
  secretByName(name, value) || isRandom(name, value) || secretShapeWithin(value) !== undefined;

test.each([
  ['DB_PASSWORD', 'hunter2'],
  ['PGPASSWORD', 'postgres'],
  ['smtpPassword', 'letmein'],
  ['ADMIN_PASS', 'admin'],
  ['REDIS_PWD', 's3cr3t'],
  ['PIN_PASSCODE', '123456'],
  ['JWT_SECRET', 'keyboard-cat'],
  ['CLIENT_SECRET', 'a1b2c3d4e5'],
  ['SECRET_KEY_BASE', 'a-long-enough-value'],
  ['MINIO_SECRET_KEY', 'minio123'],
  ['ENCRYPTION_KEY', '0123456789abcdef'],
  ['X', '8fA3kLm9QzRt7VbN2cXw5YpE1sDg6HjU'],
  ['DSN', 'root:secret@tcp(db:3306)/x'],
  ['DATABASE_URL', 'postgres://u:p4ss@db/x'],
  ['HEADER', `Basic ${Buffer.from('user:pass').toString('base64')}`],
  ['FILE', Buffer.from('-----BEGIN PRIVATE KEY-----\nabc').toString('base64')],
])('%s with such a value is a secret', (name, value) => {
  expect(isSecret(name, value)).toBe(true);
});

test.each([
  ['PASSWORD_FILE', '/run/secrets/p'],
  ['PASSWORD', '$(DB_PASSWORD)'],
  ['PASSWORD_MIN_LENGTH', '12'],
  ['REQUIRE_PASSWORD', 'true'],
  ['TOKEN_TTL', '3600'],
  ['TOKEN_URL', 'https://sso.example.com/token'],
  ['TOKENIZER', 'bert'],
  ['MAX_TOKENS', '2048'],
  ['SECRET_NAME', 'db'],
  ['IMAGE_PULL_SECRET', 'regcred'],
  ['TLS_SECRET', 'bookinfo-cert'],
  ['PARTITION_KEY', 'customerId'],
  ['PUBLIC_KEY', 'MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A'],
  ['COMMIT_SHA', '9fceb02d0ae598e95dc970b74767f19372d61af8'],
  ['VAULT_SECRET_PATH', 'secret/data/app'],
])('%s with such a value is none', (name, value) => {
  expect(isSecret(name, value)).toBe(false);
});

test.each([
  ['spring.datasource.password=s3cr3t!', true],
  ['{"db":{"password":"hunter2"}}', true],
  ['[db]\npassword = "abc123"', true],
  ['API_TOKEN=a8f5f167f44f4964e6c998dee827110c', true],
  ['auth:\n  clientSecret: 9a8b7c6d5e4f', true],
  ['# password: hunter2\nfoo: bar', false],
  ['password: ${DB_PASSWORD}', false],
  ['existingSecret: my-secret\nsecretName: db', false],
  ['secretKeyRef:\n  name: a\n  key: password', false],
  ['proxy_set_header Authorization $http_authorization;', false],
  ['token_endpoint: https://x.example.com/y', false],
])('a text such as %j assigns a secret: %s', (text, expected) => {
  expect(assignsSecret(text)).toBe(expected);
});

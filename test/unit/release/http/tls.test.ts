import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { type HttpFailure, send } from '../../../../release/http';
import { prometheusSource } from '../../../../release/metrics';
import { accessOf } from '../../../../release/metrics/sources/prometheus/access';
import { authority, clientCertificate, clientKey, serverCertificate, serverKey } from './certificates';

/** One try, which a busy machine may take its time for. */
const patient = { retries: 0, timeoutMs: 120_000 };

let server: Server;
let url: string;
const asked: string[] = [];

/** Of a private authority, and it asks for a certificate: as a Prometheus with `client_auth_type: RequireAndVerifyClientCert`. */
beforeAll(async () => {
  server = createServer(
    { key: serverKey, cert: serverCertificate, ca: authority, requestCert: true, rejectUnauthorized: true },
    (request, response) => {
      asked.push(
        `${String((request.socket as TLSSocket).getPeerCertificate().subject.CN)} ${request.headers.authorization}`,
      );
      response.end('{"status":"success","data":{"resultType":"vector","result":[]}}');
    },
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());

const whole = { ca: authority, cert: clientCertificate, key: clientKey };

test.each([
  ['the authority and a certificate', whole, true],
  ['a certificate, and nothing that says whom to trust', { cert: clientCertificate, key: clientKey }, false],
  ['the authority alone', { ca: authority }, false],
  ['nothing', undefined, false],
])('with %s', async (_, tls, isAnswered) => {
  const answer = await send({ url, tls }, patient).catch((error: HttpFailure) => error.kind);
  expect(typeof answer === 'object').toBe(isAnswered);
  if (!isAnswered) expect(answer).toBe('unreachable');
});

test('files of a source’s settings are read anew at each look, so that what is in them may rotate', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'tls-'));
  try {
    const path = (name: string) => join(dir, name);
    const put = (name: string, text: string) => writeFileSync(path(name), text);
    put('ca.pem', authority);
    put('tls.crt', clientCertificate);
    put('tls.key', clientKey);
    put('token', 'first\n');
    const settings = {
      ...{ caFile: path('ca.pem'), certFile: path('tls.crt'), keyFile: path('tls.key') },
      tokenFile: path('token'),
    };
    const source = prometheusSource({ url, access: accessOf(settings, {}), http: patient });
    const observation = await source.begin({ service: 's', versions: ['v1'] });
    expect((await observation.look()).evidence['v1']).toMatchObject({ reason: 'empty' });
    put('token', 'second\n');
    await observation.look();
    expect(asked.slice(-2)).toEqual(['client Bearer first', 'client Bearer second']);
    rmSync(path('token'));
    expect((await observation.look()).evidence['v1']).toMatchObject({
      reason: 'refused',
      detail: expect.stringMatching(/file of the token cannot be read \(ENOENT\)/) as string,
    });
  } finally {
    rmSync(dir, { recursive: true });
  }
});

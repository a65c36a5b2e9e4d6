import { createSocket, type Socket } from 'node:dgram';
import type coapLibrary from 'coap';
import { loaderOf } from './loader.ts';

/**
 * `node coapBootstrap.ts FOLDER HOST PORT SERVER`: a bootstrap server out of the packages coap and lwm2m-codec, none of whose
 * messages and TLV bytes are made by this project. SERVER is the URI of the server a device is sent to.
 */
const [, , folder = '', host = '', port = '', uri = ''] = process.argv;

interface Codec {
  encode(format: 'tlv', path: string, resources: object): Buffer;
}

const load = loaderOf(folder);
const coap = load('coap') as typeof coapLibrary;
const codec = load('lwm2m-codec') as Codec;
const tlv = 'application/vnd.oma.lwm2m+tlv';
coap.registerFormat(tlv, 11542);
const security = codec.encode('tlv', '/0/0', { 0: uri, 1: false, 2: 3, 3: '', 4: '', 5: '', 10: 1 });
const account = codec.encode('tlv', '/1/0', { 0: 1, 1: 300, 6: false, 7: 'U' });

const socket: Socket = createSocket('udp4');
socket.bind(Number(port), host, () => {
  const agent = new coap.Agent({ type: 'udp4', socket });
  const server = coap.createServer();
  server.on('request', (request, response) => {
    response.code = request.url.startsWith('/bs') ? '2.04' : '4.04';
    response.end();
    const { address, port: devicePort } = request.rsinfo;
    const ask = (method: 'DELETE' | 'PUT' | 'POST', pathname: string, payload?: Buffer): Promise<void> =>
      new Promise((resolve) => {
        const options = payload ? { 'Content-Format': tlv } : {};
        const step = agent.request({ hostname: address, port: devicePort, method, pathname, options });
        step.on('response', ({ code }) => resolve(console.log(method, pathname, code)));
        step.on('error', ({ message }) => resolve(console.log(method, pathname, message)));
        step.end(payload);
      });
    void (async () => {
      await ask('DELETE', '/');
      await ask('PUT', '/0/0', security);
      await ask('PUT', '/1/0', account);
      await ask('POST', '/bs');
    })();
  });
  server.listen(socket);
  console.log('ready');
});

import type { EventEmitter } from 'node:events';
import { loaderOf } from './loader.ts';

/** `node coapNode.ts FOLDER HOST PORT ENDPOINT`: the client of coap-node, with the objects 1 and 3 of the test. */
const [, , folder = '', host = '', port = '', endpoint = ''] = process.argv;

type Done = (error: Error | undefined, answer: unknown) => void;
interface SmartObject {
  init(objectId: string, instanceId: number, resources: object): void;
  remove(objectId: string, instanceId: number): void;
}
interface CoapNode extends EventEmitter {
  register(host: string, port: number, done: Done): void;
  update(attributes: object, done: Done): void;
  deregister(done: Done): void;
}

const load = loaderOf(folder);
const objects = new (load('smartobject') as new () => SmartObject)();
const Client = load('coap-node') as new (name: string, objects: SmartObject, attributes: object) => CoapNode;
const say =
  (what: string): Done =>
  (error, answer) =>
    console.log(what, error?.message ?? JSON.stringify(answer));

const client = new Client(endpoint, objects, { lifetime: 300, version: '1.0' });
objects.remove('device', 0);
objects.init('device', 0, {
  manuf: 'coap-node',
  currTime: { read: (done: Done) => done(undefined, Math.floor(Date.now() / 1000)) },
});
let lifetime = 300;
objects.init('lwm2mServer', 0, {
  shortServerId: 1,
  lifetime,
  binding: 'U',
  regUpdateTrigger: {
    exec: (...given: unknown[]) => {
      (given.at(-1) as Done)(undefined, 'done');
      // It updates only what has changed.
      setImmediate(() => client.update({ lifetime: ++lifetime }, say('update')));
    },
  },
});
process.on('uncaughtException', (error) => console.log(error.stack));
process.on('SIGINT', () => client.deregister(() => process.exit()));
client.register(host, Number(port), say('register'));

import { CoapEndpoint } from '../../../main/sim/coap/endpoint.ts';
import type { CoapResponse } from '../../../main/sim/coap/response.ts';
import { emptyMessage, type CoapMessage, type CoapType } from '../../../main/sim/coap/message.ts';
import {
  contentFormatOption,
  encodeText,
  observe,
  observeOption,
  optionNumbers,
  textOption,
  uriPath,
  uriPathOptions,
  uriQueryOptions,
  locationPath,
} from '../../../main/sim/coap/options.ts';
import type { CoapPeer } from '../../../main/sim/coap/transmission.ts';

/** How the hand-made module answers; undefined is silence. */
export type Answer = (request: CoapMessage) => CoapResponse | undefined | Promise<CoapResponse | undefined>;

/** The objects of the document's example. */
export const EXAMPLE_OBJECTS = '</>;rt="oma.lwm2m",</0/0>,</3303/0>,</3303/1>,</3306/0>';

/** Method and path in one word: `GET /3303/0/5700`, with what Observe and Accept add: `GET /3303/0 observe=0`. */
export function describeRequest(request: CoapMessage): string {
  const method = { '0.01': 'GET', '0.02': 'POST', '0.03': 'PUT', '0.04': 'DELETE' }[request.code] ?? request.code;
  const isDiscover = request.options.some(({ number, value }) => number === optionNumbers.accept && value[0] === 40);
  const observed = observe(request);
  return [
    `${isDiscover ? 'DISCOVER' : method} /${uriPath(request).join('/')}`,
    ...(observed === undefined ? [] : [`observe=${observed}`]),
  ].join(' ');
}

/** An answer in text. */
export const textAnswer = (text: string): CoapResponse => ({
  code: '2.05',
  options: [contentFormatOption(0)],
  payload: encodeText(text),
});

/** Answers discover and observe as a CIS module does, and everything else by `answer`. */
export function cisAnswers(answer: Answer = () => ({ code: '4.04' })): Answer {
  return (request) => {
    const what = describeRequest(request);
    const own = answer(request);
    if (own === undefined || (own as CoapResponse).code !== '4.04') return own;
    if (what.startsWith('DISCOVER')) {
      const [objectId] = uriPath(request);
      const options = [contentFormatOption(40)];
      return { code: '2.05', options, payload: encodeText(`</${objectId}>,</${objectId}/0>,</${objectId}/0/5700>`) };
    }
    if (what.endsWith('observe=0')) return { code: '2.05', options: [observeOption(0)] };
    if (what.endsWith('observe=1')) return { code: '2.05' };
    return own;
  };
}

/** A hand-made LwM2M client: registers, answers by a function, notifies. */
export class TestModule {
  readonly endpoint: CoapEndpoint;
  /** What the platform asked, as {@link describeRequest} words it. */
  readonly asked: string[] = [];
  readonly requests: CoapMessage[] = [];
  registrationId = '';
  readonly #server: CoapPeer;
  #answer: Answer;

  private constructor(endpoint: CoapEndpoint, server: CoapPeer, answer: Answer) {
    this.endpoint = endpoint;
    this.#server = server;
    this.#answer = answer;
    endpoint.onRequest = (request) => {
      this.asked.push(describeRequest(request));
      this.requests.push(request);
      return this.#answer(request);
    };
  }

  static async open(server: CoapPeer, answer: Answer = cisAnswers()): Promise<TestModule> {
    const endpoint = await CoapEndpoint.open({ host: '127.0.0.1', port: 0, emptyAckAfterMs: Infinity });
    return new TestModule(endpoint, server, answer);
  }

  answerWith(answer: Answer): void {
    this.#answer = answer;
  }

  async register({
    endpoint = '869334030000010;460041234567899',
    queries = ['b=U', 'lt=3600'],
    objects = EXAMPLE_OBJECTS,
    authCode = '',
  } = {}): Promise<CoapMessage> {
    const response = await this.endpoint.request(this.#server, {
      code: '0.02',
      options: [
        ...uriPathOptions('/rd'),
        contentFormatOption(40),
        ...uriQueryOptions([`ep=${endpoint}`, ...queries]),
        ...(authCode === '' ? [] : [textOption(optionNumbers.authCode, authCode)]),
      ],
      payload: encodeText(objects),
    });
    this.registrationId = locationPath(response)[1] ?? '';
    return response;
  }

  /** Registers and waits until the platform has asked all it asks of its own accord. */
  async bringUp(questions = 5): Promise<void> {
    await this.register();
    while (this.asked.length < questions) await new Promise((resolve) => setImmediate(resolve));
    this.asked.length = 0;
  }

  update(queries: string[], objects = ''): Promise<CoapMessage> {
    return this.endpoint.request(this.#server, {
      code: '0.02',
      options: [...uriPathOptions(`/rd/${this.registrationId}`), ...uriQueryOptions(queries)],
      payload: encodeText(objects),
    });
  }

  deregister(): Promise<CoapMessage> {
    return this.endpoint.request(this.#server, {
      code: '0.04',
      options: uriPathOptions(`/rd/${this.registrationId}`),
    });
  }

  /** The token of the latest observation of a path. */
  tokenOf(path: string): Uint8Array {
    const request = this.requests.findLast((one) => `/${uriPath(one).join('/')}` === path && observe(one) === 0);
    if (request === undefined) throw new Error(`${path} is not observed`);
    return request.token;
  }

  async notify(path: string, response: CoapResponse, type: CoapType = 'ACK', sequence = 1): Promise<void> {
    const message: CoapMessage = {
      ...emptyMessage(type, this.endpoint.takeMessageId()),
      code: response.code,
      token: this.tokenOf(path),
      options: [observeOption(sequence), ...(response.options ?? [])],
      payload: response.payload ?? new Uint8Array(),
    };
    if (type === 'CON') await this.endpoint.confirm(message, this.#server);
    else await this.endpoint.send(message, this.#server);
  }

  close(): Promise<void> {
    return this.endpoint.close();
  }
}

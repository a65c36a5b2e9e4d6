import type { ParamsOf } from '../../at/codec.ts';
import { commands } from '../../mipl/messages.ts';
import type { CreateForm, Profile } from '../profile.ts';
import { CommandRefusal } from '../commandRefusal.ts';
import { handle } from './commandHandler.ts';
import type { CommandAnswer, CommandHandler } from './commandHandler.ts';
import { parseServer, serverOfConfig } from './createConfig.ts';
import type { ConfiguredServer } from './createConfig.ts';
import { printAnswer } from './lines.ts';

/** Bit 0 of the flag of CREATEEX: the server is a bootstrap server (mipl-at.md §2). */
const bootstrapFlag = 1;

/** Creates the instance; without a server the module goes where it was made to go. */
export type Create = (
  server: ConfiguredServer | undefined,
  spec: typeof commands.create | typeof commands.createWithConfig | typeof commands.createEx,
) => CommandAnswer;

/** The forms of MIPLCREATE, as far as the module knows them. */
export class Creation {
  readonly #profile: Profile;
  /** Blob of a long CREATE as far as it has come. */
  #config = '';

  constructor(profile: Profile) {
    this.#profile = profile;
  }

  handlers(create: Create): CommandHandler[] {
    return [
      handle(commands.create, () => {
        this.#require('bare');
        return create(undefined, commands.create);
      }),
      handle(commands.createWithConfig, (params) => this.#withConfig(params, create)),
      handle(commands.createEx, (params) => create(this.#named(params), commands.createEx)),
      handle(commands.createExTest, () => ({
        lines: [printAnswer(this.#profile, commands.createExTest, { range: '<server>,(0-3),<authcode>,<PSK>' })],
      })),
    ];
  }

  /** Forgets a blob that never became whole. */
  forget(): void {
    this.#config = '';
  }

  #require(form: CreateForm): void {
    if (!this.#profile.createForms.includes(form))
      throw new CommandRefusal('parameter', `this module knows no ${form} form`);
  }

  #withConfig(params: ParamsOf<typeof commands.createWithConfig.params>, create: Create): CommandAnswer {
    this.#require('blob');
    const { totalSize, config, index, currentSize } = params;
    if (!/^([0-9a-f]{2})*$/i.test(config) || config.length !== 2 * currentSize) {
      throw new CommandRefusal('parameter', `the piece has ${config.length} characters instead of ${2 * currentSize}`);
    }
    this.#config += config;
    if (index > 0) return {};
    const blob = Buffer.from(this.#config, 'hex');
    this.#config = '';
    if (blob.length !== totalSize)
      throw new CommandRefusal('parameter', `${blob.length} bytes instead of ${totalSize}`);
    return create(serverOfConfig(blob), commands.createWithConfig);
  }

  #named({ server, flag, authCode, psk }: ParamsOf<typeof commands.createEx.params>): ConfiguredServer {
    this.#require('extended');
    const address = parseServer(server);
    if (!address) throw new CommandRefusal('parameter', `${server} is no address`);
    const isSecret = (text: string | undefined): boolean => text === undefined || /^[A-Za-z0-9]{0,16}$/.test(text);
    if (!isSecret(authCode) || !isSecret(psk)) throw new CommandRefusal('parameter', 'up to 16 letters and digits');
    return {
      ...address,
      isBootstrap: (flag & bootstrapFlag) !== 0,
      ...(authCode === undefined || authCode === '' ? {} : { authCode }),
    };
  }
}

import { Buffer } from 'node:buffer';
import { CodedError } from '../../shared/errors.ts';
import { startTimer } from '../time/timers.ts';
import type { Timer } from '../time/timers.ts';
import type { Link } from './link.ts';
import { makeLinkEnd } from './linkEnd.ts';
import { withoutTelnet } from './telnet.ts';

/** A server asks at the beginning; what has said more is a module. */
const longestGreeting = 2048;
/** A question stands at the end of what came, and nothing follows it for this long. */
const quietMs = 150;

/**
 * The question for a name or a password that text ends with: `login:` of Digi, Opengear, Avocent and any Linux, `Username:` and `Password:` of
 * Cisco, `Username>` of Lantronix, `Please keyin your password:` of Moxa; their words in Chinese. Undefined for anything else: no
 * module ends a line so.
 */
const question =
  /(?:^|[\r\n])([^\r\n]*(?:\b(?:log ?in|user(?:[ _-]?(?:name|id))?|account|pass(?:word|code|phrase|wd))|用户名?|账号|帐号|密码)[^\r\n:>?：]{0,30}[:>?：]) *$/i;
const notAsked = /^[+*^%#$&]/;

/** The question for a login at the end of what a server has said; undefined where there is none. Pure. */
export function loginQuestion(bytes: Uint8Array): string | undefined {
  const text = Buffer.from(withoutTelnet(bytes)).toString('utf8').replaceAll('\0', '');
  const asked = question
    .exec(text)?.[1]
    ?.replace(/[\x00-\x1f\x7f]/g, '')
    .trim();
  return asked === undefined || notAsked.test(asked) ? undefined : asked.slice(-80);
}

/**
 * The same link, as it is under telnet or without, which ends with PORT_LOGIN where the far end asks for a login before it lets anybody to its serial port. We have
 * none to give, and without this the module would only seem silent.
 */
export function unlessLogin(far: Link, name: string): Link {
  let said: Buffer | undefined = Buffer.alloc(0);
  let timer: Timer | undefined;
  const end = makeLinkEnd({
    write: (bytes) => far.write(bytes),
    close: () => {
      timer?.stop();
      return far.close();
    },
  });
  const refuse = (asked: string): void => {
    end.lose(
      new CodedError(
        'PORT_LOGIN',
        `${name}: the server asks “${asked}” before it lets anybody to the serial port`,
        name,
      ),
    );
    void far.close();
  };
  const listen = (bytes: Uint8Array): void => {
    timer?.stop();
    if (!said) return;
    said = said.length > longestGreeting ? undefined : Buffer.concat([said, bytes]);
    const asked = said && loginQuestion(said);
    timer = asked === undefined ? undefined : startTimer(() => refuse(asked), quietMs);
  };
  far.onClose = (reason) => {
    timer?.stop();
    end.lose(reason);
  };
  far.onData = (bytes) => {
    listen(bytes);
    end.receive(bytes);
  };
  return end.link;
}

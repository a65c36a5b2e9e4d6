import { isOnNetwork } from '../../../shared/networkStatus.ts';
import type { CaseDefinition } from './caseDefinition.ts';
import { answerHolds, commandOk, failed, met, missing } from './checks.ts';
import type { Check } from './checks.ts';
import { echoFound, networkFound } from './found.ts';
import { exchangesOf, isOk, numberIn, urcsOf } from '../run/evidence.ts';
import { say } from './words.ts';

/** Ten bytes, `0123456789`, as in the document. */
const payload = '30313233343536373839';
const destination = '{udpAddress},{udpPort}';

const restarted: Check = {
  criterion: say('模组输出启动信息', 'the module prints its boot lines'),
  source: 'event',
  judge({ lines }) {
    const banners = lines.filter(({ decoded }) => decoded?.kind === 'banner');
    return banners.length > 0 ? met(...banners) : failed(say('模组没有输出启动信息', 'no boot line was seen'));
  },
};

const answersAfterRestart: Check = {
  criterion: say('启动后 AT 返回 OK', 'AT is answered with OK afterwards'),
  source: 'at',
  judge(evidence) {
    const boot = evidence.lines.find(({ decoded }) => decoded?.kind === 'banner')?.seq ?? 0;
    const greetings = exchangesOf(evidence, 'AT').filter(({ command }) => command.seq > boot);
    const answered = greetings.find(isOk);
    if (answered?.final) return met(answered.command, answered.final);
    return failed(
      say('启动后 AT 没有返回 OK', 'AT was not answered OK after the restart'),
      ...greetings.slice(-1).map(({ command }) => command),
    );
  },
};

const onNetwork: Check = {
  criterion: say('+CEREG 状态为 1（本地）或 5（漫游）', '+CEREG says 1 (home) or 5 (roaming)'),
  source: 'event',
  judge(evidence) {
    const asked = exchangesOf(evidence, '+CEREG', 'read').flatMap(({ lines }) => lines);
    const told = [...asked, ...urcsOf(evidence, '+CEREG')]
      .filter((line) => numberIn(line, 'status') !== undefined)
      .sort((one, other) => one.seq - other.seq);
    const last = told.at(-1);
    if (!last) return failed(say('没有 +CEREG 信息', 'nothing was heard of +CEREG'));
    const status = numberIn(last, 'status') ?? 0;
    if (isOnNetwork(status)) return met(last);
    return failed(say(`+CEREG 状态为 ${status}，未入网`, `+CEREG: the status is ${status}, not on the network`), last);
  },
};

const received: Check = {
  criterion: say(
    '收到测试服务器返回的数据，其中含有发送的内容',
    "the test server's answer arrives and contains what was sent",
  ),
  source: 'event',
  judge(evidence) {
    const hints = urcsOf(evidence, '+NSONMI');
    if (hints.length === 0) {
      const none = say('未收到 +NSONMI，没有数据到达', 'no +NSONMI: no data arrived');
      // The document does not promise that its server still answers.
      return evidence.memory['udpIsOwn'] === '1' ? failed(none) : missing(none);
    }
    // Where the UDP page listens, too, it may have been quicker: what one reads the other cannot.
    const reads = exchangesOf(evidence, '+NSORF').flatMap(({ command, lines }) =>
      lines.filter(({ decoded }) => decoded?.params?.['data'] !== undefined).map((line) => ({ command, line })),
    );
    const read = reads.at(-1);
    if (!read) return failed(say('AT+NSORF 没有读到数据', 'AT+NSORF gave no data'), ...hints);
    const { line } = read;
    const data = String(line.decoded?.params?.['data']);
    if (data.toUpperCase().endsWith(payload)) return met(...hints, read.command, line);
    return failed(say('读到的数据与发送的不一致', 'the data read is not the data sent'), read.command, line);
  },
};

const sentTen = (name: string): Check =>
  answerHolds(name, say('返回已发送 10 字节', 'the answer says 10 bytes were sent'), ({ length }) => length === 10);

/** Chapters 1 and 2 of the document. */
export const networkCases: readonly CaseDefinition[] = [
  {
    id: 'power-on',
    section: '1',
    title: say('上电初始化', 'Power-on'),
    need: 'module',
    limitSeconds: 60,
    steps: [{ do: 'restart' }],
    checks: [restarted, answersAfterRestart],
  },
  {
    id: 'network',
    section: '1',
    title: say('入网注册', 'Network registration'),
    need: 'module',
    limitSeconds: 150,
    steps: [
      { do: 'send', line: 'AT+CSCON=1' },
      { do: 'send', line: 'AT+CEREG=1' },
      { do: 'awaitNetwork' },
      { do: 'send', line: 'AT+CGDCONT?', final: 'any' },
    ],
    found: networkFound,
    checks: [commandOk('+CSCON', 'AT+CSCON=1', 'write'), commandOk('+CEREG', 'AT+CEREG=1', 'write'), onNetwork],
  },
  {
    id: 'udp-create',
    section: '2.1',
    title: say('创建 UDP Socket', 'Create a UDP socket'),
    need: 'noSocket',
    requires: 'sockets',
    limitSeconds: 30,
    steps: [{ do: 'send', line: 'AT+NSOCR="DGRAM",17,2334,1', remember: 'socket' }],
    checks: [
      commandOk('+NSOCR', 'AT+NSOCR'),
      answerHolds(
        '+NSOCR',
        say('返回 socket 编号 0–6', 'a socket number 0–6 is given'),
        ({ socket }) => typeof socket === 'number' && socket <= 6,
      ),
    ],
  },
  {
    id: 'udp-send',
    section: '2.2',
    title: say('发送 UDP 数据', 'Send UDP data'),
    need: 'socket',
    requires: 'sockets',
    limitSeconds: 30,
    steps: [{ do: 'send', line: `AT+NSOST={socket},${destination},10,${payload}` }],
    checks: [commandOk('+NSOST', 'AT+NSOST'), sentTen('+NSOST')],
  },
  {
    id: 'udp-send-flag',
    section: '2.2',
    title: say('发送 UDP 数据（带释放标志）', 'Send UDP data with a release flag'),
    need: 'socket',
    requires: 'sockets',
    limitSeconds: 30,
    steps: [{ do: 'send', line: `AT+NSOSTF={socket},${destination},0x400,10,${payload}` }],
    checks: [commandOk('+NSOSTF', 'AT+NSOSTF'), sentTen('+NSOSTF')],
  },
  {
    id: 'udp-receive',
    section: '2.3',
    title: say('接收 UDP 数据', 'Receive UDP data'),
    need: 'freshSocket',
    requires: 'sockets',
    limitSeconds: 60,
    steps: [
      { do: 'send', line: `AT+NSOST={socket},${destination},10,${payload}` },
      { do: 'expect', pattern: '^\\+NSONMI: ?{socket}, ?(?<length>\\d+)', seconds: 30 },
      { do: 'send', line: 'AT+NSORF={socket},{length}' },
    ],
    found: echoFound,
    checks: [received, commandOk('+NSORF', 'AT+NSORF')],
  },
  {
    id: 'udp-close',
    section: '2.4',
    title: say('关闭 UDP Socket', 'Close the UDP socket'),
    need: 'socket',
    requires: 'sockets',
    limitSeconds: 30,
    steps: [{ do: 'send', line: 'AT+NSOCL={socket}' }],
    checks: [commandOk('+NSOCL', 'AT+NSOCL')],
  },
];

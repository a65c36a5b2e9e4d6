import type { MacroStep, ShippedMacro, SoughtLine } from './macros.ts';

type Plain = Exclude<MacroStep, { readonly do: 'repeat' }>;
const send = (line: string): Plain => ({ do: 'send', line, goesOnAfterError: false });
/** Modules that do not know it, or have nothing to end, refuse it: the macro goes on. */
const trySend = (line: string): Plain => ({ do: 'send', line, goesOnAfterError: true });
const pattern = (text: string): SoughtLine => ({ text, isPattern: true });
const wait = (text: string, withinSeconds: number): Plain => ({ do: 'wait', sought: pattern(text), withinSeconds });

/** As AT+CEREG? answers: mode, then status (TS 27.007 §10.1.22); unasked, the status stands first. */
const isRegistered = pattern(String.raw`^\+CEREG: ?\d, ?[15](,|$)`);
const event = (number: number): string => String.raw`^\+MIPLEVENT: ?0, ?${number}(,|$)`;

/** The steps of the document (OneNET, M5310 over LwM2M) as macros, by its chapters. */
export const shippedMacros: readonly ShippedMacro[] = [
  {
    id: 'answering',
    name: { en: '1 · AT until the module answers', zh: '1 · 循环发送 AT 直到应答' },
    note: {
      en: 'After power-on: AT every second until OK. Then reports of connection and registration are switched on.',
      zh: '上电后每秒发送 AT，直到返回 OK；随后打开连接和注册信息的自动上报。',
    },
    steps: [
      {
        do: 'repeat',
        steps: [trySend('AT')],
        everyMs: 1000,
        forSeconds: 60,
        until: pattern('^OK$'),
        untilError: false,
      },
      send('AT+CSCON=1'),
      send('AT+CEREG=1'),
    ],
  },
  {
    id: 'network',
    name: { en: '1 · Wait for the network', zh: '1 · 等待入网' },
    note: {
      en: 'AT+CEREG? every 2 s until registered, home or roaming; 20 to 120 s are usual.',
      zh: '每 2 秒查询 AT+CEREG?，直到本地或漫游注册成功；通常 20–120 秒。',
    },
    steps: [
      {
        do: 'repeat',
        steps: [send('AT+CEREG?')],
        everyMs: 2000,
        forSeconds: 120,
        until: isRegistered,
        untilError: false,
      },
      send('AT+CGDCONT?'),
    ],
  },
  {
    id: 'identity',
    name: { en: 'Who is it?', zh: '模组与 SIM 卡信息' },
    note: { en: 'Maker, model, firmware, IMEI, IMSI, ICCID.', zh: '厂商、型号、固件、IMEI、IMSI、ICCID。' },
    steps: [
      send('AT+CGMI'),
      send('AT+CGMM'),
      send('AT+CGMR'),
      trySend('AT+CGSN=1'),
      trySend('AT+CIMI'),
      trySend('AT+NCCID'),
    ],
  },
  {
    id: 'signal',
    name: { en: 'Signal every 5 s for a minute', zh: '每 5 秒测一次信号，共 1 分钟' },
    note: { en: 'AT+CSQ and AT+NUESTATS, twelve rounds.', zh: 'AT+CSQ 与 AT+NUESTATS，共 12 轮。' },
    steps: [
      {
        do: 'repeat',
        steps: [send('AT+CSQ'), trySend('AT+NUESTATS')],
        everyMs: 5000,
        times: 12,
        untilError: false,
      },
    ],
  },
  {
    id: 'udpEcho',
    name: { en: '2 · UDP: ten bytes to the test server', zh: '2 · UDP：向测试服务器发送 10 字节' },
    note: {
      en: "The document's server 183.230.40.150:36000 sends them back; it makes no promise to be there.",
      zh: '文档中的服务器 183.230.40.150:36000 会原样返回，但不保证可用。',
    },
    steps: [
      send('AT+NSOCR="DGRAM",17,2334,1'),
      send('AT+NSOST=0,183.230.40.150,36000,10,30313233343536373839'),
      { do: 'wait', sought: { text: '+NSONMI:', isPattern: false }, withinSeconds: 20 },
      send('AT+NSORF=0,512'),
      trySend('AT+NSOCL=0'),
    ],
  },
  {
    id: 'register',
    name: { en: '3.2 · Register step by step', zh: '3.2 · 逐步注册到 OneNET' },
    note: {
      en: 'Ends a session that stands, creates the suite, adds 3303 and 3306, opens, and waits for event 6.',
      zh: '结束现有会话，创建通信套件，添加 3303 和 3306，发起注册并等待事件 6。',
    },
    steps: [
      trySend('AT+MIPLCLOSE=0'),
      trySend('AT+MIPLDELETE=0'),
      send('AT+MIPLVER?'),
      send('AT+MIPLCREATE'),
      send('AT+MIPLADDOBJ=0,3303,2,"11",6,1'),
      send('AT+MIPLADDOBJ=0,3306,1,"1",5,0'),
      send('AT+MIPLOPEN=0,3600,30'),
      wait(event(6), 90),
    ],
  },
  {
    id: 'renew',
    name: { en: '3.2 · Update the registration', zh: '3.2 · 更新注册' },
    note: {
      en: 'Without and with parameters, event 11 each time.',
      zh: '先不带参数，再带参数，各等待事件 11。',
    },
    steps: [send('AT+MIPLUPDATE=0,0,0'), wait(event(11), 60), send('AT+MIPLUPDATE=0,3600,1'), wait(event(11), 60)],
  },
  {
    id: 'deregister',
    name: { en: '3 · Deregister and delete the suite', zh: '3 · 注销并删除通信套件' },
    note: { en: 'The device is offline on the platform afterwards.', zh: '之后设备在平台上显示离线。' },
    steps: [send('AT+MIPLCLOSE=0'), { do: 'pause', pauseMs: 1000 }, send('AT+MIPLDELETE=0')],
  },
];

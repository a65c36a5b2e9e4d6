import type { PartName } from './driverSession.ts';

/**
 * What drivers in the field take for granted about the bytes of a module, and that the virtual module keeps to it. Each
 * row is one assumption of one public driver, named by its chip, platform or module where the file has no name.
 */
export interface Assumption {
  readonly driver: string;
  /** Profile, habits and bootstrap of the module the driver was made for. */
  readonly module: string;
  readonly assumes: string;
  readonly part: PartName;
  /** Must be there. */
  readonly has?: RegExp;
  /** Must not be there. */
  readonly lacks?: RegExp;
}

/** Ends its commands with CR alone, as tmote does. */
export const bc28 = 'bc28?bootstrap&cmee=1';
const bc95 = 'bc28?bootstrap&cmee=0';
const me3616 = 'me3616?bootstrap';
const nb73 = 'nb73?bootstrap';
const nb86 = 'nb73?deregistered=after';

/** Events in this order, each on a line of its own, with whatever else between. */
const inOrder = (head: string, events: readonly number[], space = ''): RegExp =>
  new RegExp(events.map((event) => `\\r\\n${head}0,${space}${event}\\r\\n`).join('[^]*'));

/** Drivers whose host answers every request: dialect A of public-drivers.md, section 1. */
export const cisDriverAssumptions: readonly Assumption[] = [
  // OneOS, Quectel BC28 and BC95: sscanf with one space, commas without.
  {
    driver: 'OneOS BC28',
    module: bc28,
    assumes: 'one space after the colon, none after commas',
    part: 'read',
    has: /\r\n\+MIPLREAD: 0,\d+,3200,0,-1\r\n/,
  },
  {
    driver: 'OneOS BC28',
    module: bc28,
    assumes: 'WRITE ends with flag and index, first line',
    part: 'write',
    has: /\r\n\+MIPLWRITE: 0,\d+,3200,0,5500,2,1,01,1,1\r\n/,
  },
  {
    driver: 'OneOS BC28',
    module: bc28,
    assumes: 'WRITE ends with flag and index, last line',
    part: 'write',
    has: /\r\n\+MIPLWRITE: 0,\d+,3200,0,5750,2,2,6F6E,0,0\r\n/,
  },
  {
    driver: 'OneOS BC28',
    module: bc28,
    assumes: 'arguments of EXECUTE in double quotes',
    part: 'execute',
    has: /\r\n\+MIPLEXECUTE: 0,\d+,3200,0,5505,5,"reset"\r\n/,
  },
  {
    driver: 'OneOS BC28',
    module: bc28,
    assumes: 'PARAMETER in double quotes',
    part: 'parameter',
    has: /\+MIPLPARAMETER: 0,\d+,3200,0,5500,37,"pmin=15;pmax=60;lt=0\.0;gt=50\.0;st=2\.0"\r\n/,
  },
  {
    driver: 'OneOS BC28',
    module: bc28,
    assumes: 'ids of observations fit a signed integer above 65535',
    part: 'open',
    has: /\+MIPLOBSERVE: 0,(6553[6-9]|655[4-9]\d|65[6-9]\d\d|6[6-9]\d{3}|[7-9]\d{4}|\d{6,9}),1,3200,0,-1\r\n/,
  },
  {
    driver: 'OneOS BC28',
    module: bc28,
    assumes: 'MIPLCONFIG? tells one line per mode, in order',
    part: 'identity',
    has: /\+MIPLCONFIG: 0,[^]*\+MIPLCONFIG: 1,183\.230\.40\.39,5683[^]*\+MIPLCONFIG: 2,[^]*\+MIPLCONFIG: 3,[^]*\+MIPLCONFIG: 7,/,
  },
  {
    driver: 'OneOS BC95',
    module: bc95,
    assumes: 'EVENT has up to six fields',
    part: 'open',
    lacks: /\+MIPLEVENT:[^\r]*(,[^\r,]*){6}\r/,
  },
  // tmote workspace, BC28 and BC95.
  {
    driver: 'tmote',
    module: bc28,
    assumes: 'after the colon one optional space',
    part: 'create',
    has: /\r\n\+MIPLCREATE: ?0\r\n/,
  },
  {
    driver: 'tmote',
    module: bc28,
    assumes: 'errors as +CME ERROR with a number',
    part: 'unobserved',
    has: /\r\n\+CME ERROR: \d+\r\n/,
  },
  {
    driver: 'tmote',
    module: bc28,
    assumes: 'event 26 with the ackid',
    part: 'notify',
    has: /\r\n\+MIPLEVENT: 0,26,7\r\n/,
  },
  {
    driver: 'tmote',
    module: bc28,
    assumes: 'OBSERVE and DISCOVER follow OPEN',
    part: 'open',
    has: /(?=[^]*\+MIPLOBSERVE)(?=[^]*\+MIPLDISCOVER)/,
  },
  {
    driver: 'tmote',
    module: 'm5310-seed',
    assumes: 'NUESTATS in a fixed order',
    part: 'identity',
    has: /Signal power:[^]*Total power:[^]*TX power:[^]*TX time:[^]*RX time:[^]*Cell ID:[^]*ECL:[^]*SNR:[^]*EARFCN:[^]*PCI:[^]*RSRQ:/,
  },
  // mbed, BC95-B.
  {
    driver: 'mbed BC95-B',
    module: bc95,
    assumes: 'events 1, 2, 4, 6 in this order, with a space',
    part: 'open',
    has: inOrder('\\+MIPLEVENT: ', [1, 2, 4, 6]),
  },
  {
    driver: 'mbed BC95-B',
    module: bc95,
    assumes: 'REBOOTING after the command',
    part: 'reboot',
    has: /\r\nREBOOTING\r\n/,
  },
  {
    driver: 'mbed BC95-B',
    module: bc95,
    assumes: 'the hex of a WRITE has twice as many characters as bytes',
    part: 'write',
    has: /,2,2,[0-9A-F]{4},/,
  },
  // RT-Thread, BC26 and BC28: object 3200.
  {
    driver: 'RT-Thread BC26',
    module: bc28,
    assumes: 'an observe names object and instance',
    part: 'open',
    has: /\+MIPLOBSERVE: 0,\d+,1,3200,0,/,
  },
  {
    driver: 'RT-Thread BC26',
    module: bc28,
    assumes: 'arguments of 3200/0/5505 in quotes',
    part: 'execute',
    has: /\+MIPLEXECUTE: 0,\d+,3200,0,5505,5,"reset"/,
  },
  {
    driver: 'RT-Thread BC26',
    module: bc28,
    assumes: 'events 20 and 25 are a failure of the network, so there are none',
    part: 'notify',
    lacks: /\+MIPLEVENT: 0,(20|25)/,
  },
  // BC20, BC26, BC260 drivers with fixed offsets.
  {
    driver: 'BC20 strstr',
    module: bc28,
    assumes: 'the text "MIPLCREATE: 0" with the space',
    part: 'create',
    has: /MIPLCREATE: 0/,
  },
  {
    driver: 'BC20 strstr',
    module: bc28,
    assumes: 'the text "MIPLOBSERVE: 0," with the space',
    part: 'open',
    has: /MIPLOBSERVE: 0,/,
  },
  {
    driver: 'BC26 offset',
    module: bc28,
    assumes: 'the id of DISCOVER at offset 17',
    part: 'open',
    has: /\r\n\+MIPLDISCOVER: 0,\d{1,5},3200\r\n/,
  },
  {
    driver: 'BC260 comma count',
    module: bc28,
    assumes: 'length after the sixth comma of a WRITE, data after the seventh',
    part: 'write',
    has: /\+MIPLWRITE: (?:[^,\r]*,){6}\d+,[0-9A-F]+,/,
  },
  {
    driver: 'BC20 repeating',
    module: `${bc28}&blanks=all`,
    assumes: '+CGATT: 1 and +CGSN: with a space',
    part: 'identity',
    has: /\r\n\+CGSN: \d{15}\r\n[^]*\r\n\+CGATT: 1\r\n/,
  },
  // Polysense N306.
  {
    driver: 'Polysense N306',
    module: bc28,
    assumes: 'event 11 tells that the session is up',
    part: 'update',
    has: /\+MIPLEVENT: 0,11\r\n/,
  },
  {
    driver: 'Polysense N306',
    module: bc28,
    assumes: 'a notification ends with 26 or 25',
    part: 'notify',
    has: /\+MIPLEVENT: 0,2[56],7\r\n/,
  },
  // ME3616.
  {
    driver: 'nRF FreeRTOS ME3616',
    module: me3616,
    assumes: 'exactly one space after every colon of MIPL',
    part: 'read',
    has: /\r\n\+MIPLREAD: \d/,
  },
  {
    driver: 'nRF FreeRTOS ME3616',
    module: me3616,
    assumes: 'exactly one space after every colon of MIPL',
    part: 'open',
    lacks: /\+MIPL\w+:(?! \S)/,
  },
  {
    driver: 'ESP32 ME3616',
    module: me3616,
    assumes: '+MIPLEVENT: 0, 6 with both spaces',
    part: 'open',
    has: /\r\n\+MIPLEVENT: 0, 6\r\n/,
  },
  {
    driver: 'ESP32 ME3616',
    module: me3616,
    assumes: 'the object is the fourth field of OBSERVE',
    part: 'open',
    has: /\+MIPLOBSERVE: 0, \d+, 1, 3200, 0, -1\r\n/,
  },
  {
    driver: 'ME3616 SDK',
    module: me3616,
    assumes: 'fields between colon and commas',
    part: 'execute',
    has: /\+MIPLEXECUTE: 0, \d+, 3200, 0, 5505, 5, "reset"\r\n/,
  },
  {
    driver: 'ME3616 SDK',
    module: me3616,
    assumes: 'an unobserved notify is OK, and then event 25',
    part: 'unobserved',
    has: /\r\nOK\r\n[^]*\+MIPLEVENT: 0, 25, 666\r\n/,
  },
  {
    driver: 'ME3616 SDK',
    module: me3616,
    assumes: 'the boot mark *MATREADY',
    part: 'reboot',
    has: /\r\n\*MATREADY: 1\r\n/,
  },
  // blinker, WH-NB73.
  {
    driver: 'blinker NB73',
    module: nb73,
    assumes: 'no space after +MIPLCREATE:',
    part: 'create',
    has: /\r\n\+MIPLCREATE:0\r\n/,
  },
  {
    driver: 'blinker NB73',
    module: nb73,
    assumes: 'no space after +CGATT:',
    part: 'identity',
    has: /\r\n\+CGATT:1\r\n/,
  },
  {
    driver: 'blinker NB73',
    module: nb73,
    assumes: 'events 1, 2, 4, 6 without a space',
    part: 'open',
    has: inOrder('\\+MIPLEVENT:', [1, 2, 4, 6]),
  },
  {
    driver: 'blinker NB73',
    module: nb73,
    assumes: 'event 15 stands before the OK of DELETE',
    part: 'delete',
    has: /\+MIPLEVENT:0,15\r\n\r\nOK\r\n$/,
  },
  // Lierda.
  {
    driver: 'Lierda NB86',
    module: nb86,
    assumes: 'lines from +MIPL to CR LF',
    part: 'read',
    has: /\+MIPLREAD:0,\d+,3200,0,-1\r\n/,
  },
  {
    driver: 'Lierda NB86',
    module: nb86,
    assumes: 'failures as +CIS ERROR',
    part: 'unobserved',
    has: /\r\n\+CIS ERROR:\d+\r\n/,
  },
  {
    driver: 'Lierda NB08',
    module: 'nb73?standard-objects',
    assumes: 'object 4 is observed',
    part: 'open',
    has: /\+MIPLOBSERVE:0,\d+,1,4,0,/,
  },
  {
    driver: 'Lierda NB08',
    module: nb86,
    assumes: 'bare arguments of EXECUTE',
    part: 'execute',
    has: /\+MIPLEXECUTE:0,\d+,3200,0,5505,5,reset\r\n/,
  },
  // Quectel OpenCPU and STM32L4 with fixed offsets.
  {
    driver: 'BC26 OpenCPU',
    module: bc28,
    assumes: 'each URC begins with CR LF',
    part: 'open',
    lacks: /(?<!\r\n)\+MIPL/,
  },
  {
    driver: 'STM32L4 BC20',
    module: bc28,
    assumes: 'the comma after ref stands at offset 17 of the frame',
    part: 'open',
    has: /\r\n\+MIPLOBSERVE: 0,\d{1,10},/,
  },
  {
    driver: 'STM32 comma count',
    module: bc28,
    assumes: 'ten fields in a WRITE',
    part: 'write',
    has: /\+MIPLWRITE: [^,\r]*(,[^,\r]*){9}\r\n/,
  },
  // ESP32 sketches.
  {
    driver: 'ESP32 M5310',
    module: 'm5310-seed',
    assumes: '+CEREG:0,1 without a space',
    part: 'identity',
    has: /\r\n\+CEREG:0,1\r\n/,
  },
  {
    driver: 'ESP32 M5310',
    module: 'm5310-seed',
    assumes: 'the figure of +CSQ at offset 6 of the line',
    part: 'identity',
    has: /\r\n\+CSQ:\d/,
  },
  { driver: 'STM32 M5310', module: nb73, assumes: '+MIPLEVENT:0,6 somewhere', part: 'open', has: /\+MIPLEVENT:0,6/ },
];

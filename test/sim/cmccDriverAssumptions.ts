import type { Assumption } from './cisDriverAssumptions.ts';

const m5310a = 'm5310a?bootstrap';
const m5311 = 'm5311';

/** Drivers of modules that answer by themselves: dialect B of public-drivers.md, section 2. */
export const cmccDriverAssumptions: readonly Assumption[] = [
  // OneOS, M5310-A.
  {
    driver: 'OneOS M5310-A',
    module: m5310a,
    assumes: 'no space anywhere in MIPL lines',
    part: 'open',
    lacks: /\+MIPL[^\r]* /,
  },
  {
    driver: 'OneOS M5310-A',
    module: m5310a,
    assumes: '+MIPLCREATEEX:0 without a space',
    part: 'create',
    has: /\r\n\+MIPLCREATEEX:0\r\n/,
  },
  {
    driver: 'OneOS M5310-A',
    module: m5310a,
    assumes: 'OK, event 2 and event 6 are the first three lines after OPEN',
    part: 'open',
    has: /^\r\nOK\r\n\r\n\+MIPLEVENT:0,2\r\n\r\n\+MIPLEVENT:0,6\r\n/,
  },
  {
    driver: 'OneOS M5310-A',
    module: m5310a,
    assumes: 'OK and then event 26 with the ackid',
    part: 'notify',
    has: /\r\nOK\r\n\r\n\+MIPLEVENT:0,26,7\r\n/,
  },
  {
    driver: 'OneOS M5310-A',
    module: m5310a,
    assumes: 'the first event line of an UPDATE is 11',
    part: 'update',
    has: /^\r\nOK\r\n\r\n\+MIPLEVENT:0,11\r\n/,
  },
  {
    driver: 'OneOS M5310-A',
    module: m5310a,
    assumes: 'MIPLNMI? tells ref and two numbers',
    part: 'identity',
    has: /\+MIPLNMI:0,\d,\d\r\n/,
  },
  {
    driver: 'OneOS M5310-A',
    module: m5310a,
    assumes: 'seven integers in a WRITE and the rest as text',
    part: 'write',
    has: /\+MIPLWRITE:(\d+,){7}on,0\r\n/,
  },
  {
    driver: 'OneOS M5310-A general',
    module: m5310a,
    assumes: 'no space after +CGSN:, +CSQ:, +CEREG:, +CGATT:',
    part: 'identity',
    has: /\+CGSN:\d{15}\r\n[^]*\+CSQ:\d+,99\r\n[^]*\+CEREG:0,1\r\n[^]*\+CGATT:1\r\n/,
  },
  {
    driver: 'OneOS M5310-A general',
    module: m5310a,
    assumes: 'statistics without plus',
    part: 'identity',
    has: /\r\nSignal power:-\d+\r\n/,
  },
  // OneOS, M5311.
  {
    driver: 'OneOS M5311',
    module: m5311,
    assumes: 'event 6 or 7 without a space',
    part: 'open',
    has: /\r\n\+MIPLEVENT:0,[67]\r\n/,
  },
  {
    driver: 'OneOS M5311',
    module: m5311,
    assumes: 'event 15 after CLOSE',
    part: 'close',
    has: /\r\n\+MIPLEVENT:0,15\r\n/,
  },
  {
    driver: 'OneOS M5311',
    module: m5311,
    assumes: 'event 26 after NOTIFY',
    part: 'notify',
    has: /\r\n\+MIPLEVENT:0,26,7\r\n/,
  },
  {
    driver: 'OneOS M5311 network',
    module: m5311,
    assumes: '+CSQ: , +CEREG: , +CGATT: with a space',
    part: 'identity',
    has: /\+CSQ: \d+,99\r\n[^]*\+CEREG: 0,1\r\n[^]*\+CGATT: 1\r\n/,
  },
  {
    driver: 'OneOS M5311 network',
    module: m5311,
    assumes: '+ICCID: with a space',
    part: 'identity',
    has: /\r\n\+ICCID: \d{20}\r\n/,
  },
  {
    driver: 'OneOS M5311 network',
    module: m5311,
    assumes: 'the URCs *ATREADY and +CPIN after a start',
    part: 'reboot',
    has: /\r\n\*ATREADY: 1\r\n[^]*\r\n\+CPIN: READY\r\n/,
  },
  {
    driver: 'OneOS M5311 network',
    module: m5311,
    assumes: 'the URC +IP once there is a network',
    part: 'boot',
    has: /\r\n\+IP: [\d.]+\r\n/,
  },
  // QSDK, RT-Thread: one code for four modules.
  {
    driver: 'QSDK',
    module: m5310a,
    assumes: 'a banner with the cause after AT+NRB',
    part: 'reboot',
    has: /\r\nREBOOTING\r\n[^]*\r\nREBOOT_CAUSE_APPLICATION_AT\r\n/,
  },
  {
    driver: 'QSDK',
    module: m5310a,
    assumes: 'the answer of +CFUN stands on line 2, after an empty one',
    part: 'identity',
    has: /\r\n\+CFUN:1\r\n/,
  },
  {
    driver: 'TencentOS M5310-A',
    module: m5310a,
    assumes: 'M5310-A after AT+NRB',
    part: 'reboot',
    has: /\r\nM5310-A\r\n/,
  },
  // OneNET's demo of 2019.
  {
    driver: 'OneNET demo',
    module: m5310a,
    assumes: 'the value of a WRITE stands between the seventh and the eighth comma',
    part: 'write',
    has: /\+MIPLWRITE:(?:[^,\r]*,){7}on,0\r\n/,
  },
  {
    driver: 'OneNET demo',
    module: m5310a,
    assumes: 'ids of up to eight characters',
    part: 'open',
    lacks: /\+MIPL(?:OBSERVE|DISCOVER):0,\d{9}/,
  },
  {
    driver: 'OneNET demo',
    module: m5310a,
    assumes: 'event 0,15 at the end',
    part: 'close',
    has: /\+MIPLEVENT:0,15\r\n/,
  },
  // M5311 sketches.
  {
    driver: 'STM32 M5311',
    module: m5311,
    assumes: 'the value of a WRITE stands between the last two commas',
    part: 'write',
    has: /\+MIPLWRITE:[^\r]*,on,0\r\n/,
  },
  {
    driver: 'TypeScript AT tester',
    module: m5310a,
    assumes: '+MIPLOBSERVE:0,(id),1,(object),(instance),-1',
    part: 'open',
    has: /\+MIPLOBSERVE:0,\d+,1,3200,0,-1\r\n/,
  },
];

import type { BilingualName } from '../../../shared/lwm2m.ts';
import type { TestSetup } from '../run/testSetup.ts';
import { say } from './words.ts';

/** What is done otherwise than the document shows, on purpose; for the report. */
export function deviationsOf(setup: TestSetup, memory: Readonly<Record<string, string>>): readonly BilingualName[] {
  const { dialect } = setup.state;
  return [
    say(
      '不发送 AT+COPS=1,2,"46000" 和 AT+NEARFCN：锁定会保留在模组中，锁错后设备无法入网。',
      'AT+COPS=1,2,"46000" and AT+NEARFCN are not sent: a lock stays in the module, and a wrong one keeps it off the network.',
    ),
    say('以重启命令代替断电上电。', 'The module is restarted by command in place of being switched off and on.'),
    say(
      'observe 接口使用 POST（OneNET API），文档示例为 GET。',
      'The observe call is a POST, as the API has it; the document shows a GET.',
    ),
    say(
      '读取对象时应答全部可读资源，文档示例只列出两个。',
      'A read of the object is answered with all readable resources; the document shows two.',
    ),
    ...(dialect.name === 'cmcc'
      ? [
          say(
            '该固件自行应答 discover、observe 与写属性；对象的资源在注册前用 AT+MIPLDISCOVERRSP 声明。',
            'This firmware answers discover, observe and write-attributes itself; resources are announced with AT+MIPLDISCOVERRSP before registration.',
          ),
        ]
      : []),
    ...(memory['udpIsOwn'] === '1' && setup.platform.kind !== 'simulated'
      ? [
          say(
            `UDP 数据发往 ${memory['udpAddress']}:${memory['udpPort']}，而非文档的测试服务器。`,
            `UDP data goes to ${memory['udpAddress']}:${memory['udpPort']} in place of the document's test server.`,
          ),
        ]
      : []),
    ...(setup.platform.kind === 'simulated'
      ? [
          say(
            '平台为内置模拟平台：本次为练习，不作验收依据。',
            'The platform is the built-in simulated one: a practice run, not for sign-off.',
          ),
        ]
      : []),
  ];
}

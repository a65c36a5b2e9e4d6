import type { Language } from '../shared/settings.ts';

/** What main has to say by itself, when there is no page that could. */
export interface LastWords {
  readonly notStarted: string;
  readonly fault: string;
  readonly journalWritten: string;
  readonly journalUncertain: string;
  readonly startAgain: string;
  readonly windowCrashes: string;
  readonly sessionGoesOn: string;
  readonly openAgain: string;
  readonly quit: string;
  readonly reachPort: string;
  readonly reachPlatform: string;
  readonly reachDetail: string;
  readonly reach: string;
  readonly cancel: string;
}

/** In both languages of the interface. */
export const lastWords: Readonly<Record<Language, LastWords>> = {
  en: {
    notStarted: 'The program could not start.',
    fault: 'The program has a fault and ends.',
    journalWritten: 'The journal has been written.',
    journalUncertain: 'The journal may lack its last lines.',
    startAgain: 'Start the program again.',
    windowCrashes: 'The window crashes again and again.',
    sessionGoesOn: 'The session with the module goes on and the journal is kept.',
    openAgain: 'Open the window again',
    quit: 'Quit',
    reachPort: 'Connect to this address?',
    reachPlatform: 'Send platform calls to this address?',
    reachDetail: 'Only go on if it is the address that you entered. It is not asked again.',
    reach: 'Go on',
    cancel: 'Cancel',
  },
  zh: {
    notStarted: '程序无法启动。',
    fault: '程序出现故障，即将退出。',
    journalWritten: '日志已写入。',
    journalUncertain: '日志可能缺少最后几行。',
    startAgain: '重新启动程序。',
    windowCrashes: '窗口反复崩溃。',
    sessionGoesOn: '与模组的会话仍在继续，日志照常记录。',
    openAgain: '重新打开窗口',
    quit: '退出',
    reachPort: '连接到此地址？',
    reachPlatform: '向此地址发送平台调用？',
    reachDetail: '请确认这是您输入的地址后再继续。确认后不再询问。',
    reach: '继续',
    cancel: '取消',
  },
};

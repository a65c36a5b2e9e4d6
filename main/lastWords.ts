import type { Language } from '../shared/settings.ts';

/** What main has to say by itself, when there is no page that could. */
export interface LastWords {
  readonly notStarted: string;
  readonly noFolder: string;
  readonly runsAlready: string;
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
  readonly reachUpdates: string;
  readonly reachQueue: string;
  readonly reachDetail: string;
  readonly reach: string;
  readonly cancel: string;
  readonly unsaved: string;
  readonly unsavedDetail: string;
  readonly quitUnsaved: string;
  /** `{earfcns}`: the channels. */
  readonly locked: string;
  readonly lockedDetail: string;
  readonly testing: string;
  readonly testingDetail: string;
  readonly quitTesting: string;
  readonly quitLocked: string;
  readonly clearAndQuit: string;
}

/** In both languages of the interface. */
export const lastWords: Readonly<Record<Language, LastWords>> = {
  en: {
    notStarted: 'The program could not start.',
    noFolder:
      'Neither the folder for settings nor the temporary folder can be written to. Make room or have one made writable, or start it with --user-data-dir=FOLDER.',
    runsAlready: 'The program runs already: its window has come to the front.',
    fault: 'The program has an error and will quit.',
    journalWritten: 'The journal has been saved.',
    journalUncertain: 'The last lines of the journal may be missing.',
    startAgain: 'Start the program again.',
    windowCrashes: 'The window crashes again and again.',
    sessionGoesOn: 'The connection to the module goes on and the journal is being written.',
    openAgain: 'Open the window again',
    quit: 'Quit',
    reachPort: 'Connect to this address?',
    reachPlatform: 'Send platform calls to this address?',
    reachUpdates: 'Ask this address for the list of releases?',
    reachQueue: 'Connect to the queue of stations at this address?',
    reachDetail: 'Only go on if it is the address that you entered. It is not asked again.',
    reach: 'Go on',
    cancel: 'Cancel',
    unsaved: 'The device model has changes that are not saved.',
    unsavedDetail: 'The page keeps them and shows them again at the next start.',
    quitUnsaved: 'Close',
    locked: 'A module is locked to EARFCN {earfcns}',
    lockedDetail:
      'The lock stays in the module. At a place where this channel is not heard it finds no network. Clearing it takes about a minute.',
    testing: 'An acceptance run is under way.',
    testingDetail: 'Quitting stops it, and its verdicts are gone; the report can be written first.',
    quitTesting: 'Quit, stop the run',
    quitLocked: 'Quit, keep the lock',
    clearAndQuit: 'Clear the lock, quit',
  },
  zh: {
    notStarted: '程序无法启动。',
    noFolder:
      '设置文件夹和临时文件夹都无法写入。请腾出空间或将其中之一改为可写，或在启动时加上 --user-data-dir=文件夹。',
    runsAlready: '程序已在运行，其窗口已置于最前。',
    fault: '程序发生错误，即将退出。',
    journalWritten: '会话日志已保存。',
    journalUncertain: '会话日志可能缺少最后几行。',
    startAgain: '请重新启动程序。',
    windowCrashes: '窗口反复崩溃。',
    sessionGoesOn: '与模组的连接仍在继续，会话日志照常记录。',
    openAgain: '重新打开窗口',
    quit: '退出',
    reachPort: '连接到此地址？',
    reachPlatform: '向此地址发送平台调用？',
    reachUpdates: '向此地址查询版本列表？',
    reachQueue: '连接此地址的工位队列？',
    reachDetail: '请确认这是您输入的地址后再继续。确认后不再询问。',
    reach: '继续',
    cancel: '取消',
    unsaved: '设备模型有未保存的更改。',
    unsavedDetail: '页面会保留这些更改，下次启动时再次显示。',
    quitUnsaved: '关闭',
    locked: '有模组已锁定频点 {earfcns}',
    lockedDetail: '锁定会留在模组中。在搜不到该频点的地点，模组无法入网。清除约需一分钟。',
    testing: '验收正在进行。',
    testingDetail: '退出会停止验收，已有的判定不再保留；可以先写报告。',
    quitTesting: '停止验收并退出',
    quitLocked: '退出，保留锁定',
    clearAndQuit: '清除锁定后退出',
  },
};

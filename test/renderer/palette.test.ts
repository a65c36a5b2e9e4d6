import { describe, expect, it } from 'vitest';
import { commandRows } from '../../renderer/app/palette/commandRows.ts';
import type { PaletteCommand } from '../../renderer/app/palette/commandRows.ts';

const command = (id: string, name: string, why?: string): PaletteCommand => ({
  id,
  group: 'action',
  name,
  run: () => undefined,
  ...(why === undefined ? {} : { why }),
});
const all = [command('connect', '连接', '串口已打开'), command('disconnect', '断开'), command('antenna', '天线辅助')];
const ids = (query: string): string[] => commandRows(all, query).map((row) => row.command.id);

describe('the commands of the palette', () => {
  it('stand all and in their order while nothing is typed', () => {
    expect(ids('  ')).toEqual(['connect', 'disconnect', 'antenna']);
  });

  it('are found by the name on the screen and by English words', () => {
    expect(ids('天')).toEqual(['antenna']);
    expect(ids('ant')).toEqual(['antenna']);
    expect(ids('nothing like it')).toEqual([]);
  });

  it('begin a word behind Chinese punctuation as behind a blank', () => {
    const both = [command('macro udp', '运行宏：2 · UDP：向测试服务器发送 10 字节'), command('page udp', '页面：UDP')];
    expect(commandRows(both, 'udp').map((row) => row.command.id)).toEqual(['page udp', 'macro udp']);
  });

  it('that cannot be done stand behind those that can, where both fit alike', () => {
    const same = [command('one', 'Same', 'because'), command('two', 'Same')];
    expect(commandRows(same, 'same').map((row) => row.command.id)).toEqual(['two', 'one']);
  });

  it('show which characters fit, whatever else is in the name', () => {
    const [row] = commandRows([command('x', '<b>Stop</b> it')], 'st it');
    expect(row?.pieces).toEqual([
      { text: '<b>', fits: false },
      { text: 'St', fits: true },
      { text: 'op</b> ', fits: false },
      { text: 'it', fits: true },
    ]);
  });
});

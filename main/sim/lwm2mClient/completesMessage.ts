import type { Dialect } from '../../mipl/dialects.ts';
import { CommandRefusal } from '../commandRefusal.ts';

/** Release assistance numbers that China Mobile modules take in place of a flag (mipl-at.md §5). */
const releaseFlags: readonly string[] = ['0x200', '0x400'];

/**
 * Whether a READRSP or NOTIFY line completes its message. The CIS core counts the index down and wants flag 0 at the end;
 * China Mobile firmware keeps what has flag 1 or 2 and sends at 0, whatever the index (mipl-at.md §5, who looks at what).
 */
export function completesMessage(dialect: Dialect['name'], index: number, flag: string): boolean {
  if (dialect === 'cis') {
    if (index === 0 && (flag === '1' || flag === '2')) throw new CommandRefusal('parameter', `flag ${flag} at index 0`);
    return index === 0;
  }
  if (flag === '0' || releaseFlags.includes(flag.toLowerCase())) return true;
  if (flag !== '1' && flag !== '2') throw new CommandRefusal('parameter', `flag ${flag} is none of 0, 1, 2`);
  return false;
}

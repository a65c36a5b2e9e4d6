import { describe, expect, it } from 'vitest';
import { isReachableByPlatform } from '../../main/mipl/registration.ts';
import { registered, rig, settle } from './rig.ts';

const OBSERVE = '+MIPLOBSERVE:0,65537,1,3303,0,-1';
const ANEW = '+MIPLOBSERVE:0,131074,1,3303,0,-1';

describe('the observations of a session whose server has started anew', () => {
  it.each<[string, readonly string[], readonly string[]]>([
    ['tells 12, 4, 6', ['+MIPLEVENT:0,12', '+MIPLEVENT:0,4', '+MIPLEVENT:0,6'], []],
    ['tells 4, 6', ['+MIPLEVENT:0,4', '+MIPLEVENT:0,6'], []],
    ['tells 12, 6', ['+MIPLEVENT:0,12', '+MIPLEVENT:0,6'], []],
    ['tells 6 alone, as AT+MIPLOPEN? prints it', ['+MIPLEVENT:0,6'], ['/3303/0 65537']],
    ['bootstraps again', ['+MIPLEVENT:0,1', '+MIPLEVENT:0,2', '+MIPLEVENT:0,4', '+MIPLEVENT:0,6'], []],
    ['is observed anew after 6', ['+MIPLEVENT:0,12', '+MIPLEVENT:0,4', '+MIPLEVENT:0,6', ANEW], ['/3303/0 131074']],
    ['is observed anew before 6', ['+MIPLEVENT:0,12', '+MIPLEVENT:0,4', ANEW, '+MIPLEVENT:0,6'], ['/3303/0 131074']],
    ['has not registered yet', ['+MIPLEVENT:0,12'], ['/3303/0 65537']],
    ['tells 4 and goes on with the session', ['+MIPLEVENT:0,4'], ['/3303/0 65537']],
    ['updates after all', ['+MIPLEVENT:0,12', '+MIPLEVENT:0,11'], ['/3303/0 65537']],
    ['tells 14', ['+MIPLEVENT:0,14,93'], ['/3303/0 65537']],
  ])('are those that the server has asked for since, when the module %s', async (_, lines, observed) => {
    const station = await registered({}, [OBSERVE]);
    expect(station.observed()).toEqual(['/3303/0 65537']);
    station.say(...lines);
    await settle();
    expect(station.observed()).toEqual(observed);
    expect(isReachableByPlatform(station.engine.registration)).toBe(true);
  });

  it('are not taken away when a module that registers for the first time tells 4 and 6 after them', async () => {
    const station = rig();
    station.say(OBSERVE, '+MIPLEVENT:0,4', '+MIPLEVENT:0,6');
    await settle();
    expect(station.observed()).toEqual(['/3303/0 65537']);
  });

  it('let a request with a msgid of before be answered: it is none of its repeats', async () => {
    const READ = '+MIPLREAD:0,5,3303,0,5700';
    const { say, sent } = await registered({}, [OBSERVE]);
    say(READ, READ);
    await settle();
    expect(sent).toHaveLength(1);
    say('+MIPLEVENT:0,12', '+MIPLEVENT:0,4', '+MIPLEVENT:0,6', READ);
    await settle();
    expect(sent).toHaveLength(2);
  });
});

import type { AntennaState } from '../../../shared/antenna.ts';
import type { AcceptanceResult } from '../../../shared/acceptanceResult.ts';
import { namelessFileName } from '../../journal/fileNames.ts';
import { Masker } from '../../journal/masking.ts';
import { say } from '../cases/words.ts';
import { unnamedOperator } from '../plan/plan.ts';
import { skippedBy } from '../run/caseResult.ts';

function eachText(value: unknown, see: (text: string) => void): void {
  if (typeof value === 'string') see(value);
  else if (typeof value === 'object' && value !== null) for (const part of Object.values(value)) eachText(part, see);
}

function mapped(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map((part) => mapped(part, change));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, mapped(part, change)]));
}

/** Without site and operator; who skipped a case is then the operator. */
function nameless(result: AcceptanceResult): AcceptanceResult {
  const { details } = result;
  if (!details) return result;
  const { operator } = details;
  const [named, nobody] = [skippedBy(operator), skippedBy(unnamedOperator)];
  const cases = result.cases.map((one) => {
    if (operator === '' || one.verdict !== 'skipped' || !one.reason) return one;
    const { zh, en } = one.reason;
    return { ...one, reason: say(zh.replace(named.zh, nobody.zh), en.replace(named.en, nobody.en)) };
  });
  return { ...result, cases, details: { ...details, site: '', operator: '' } };
}

/** Where the journal lies tells the user's name, and its own name may tell place and module. */
function namelessJournal(result: AcceptanceResult): AcceptanceResult {
  const { journal } = result;
  if (!journal) return result;
  const { name, left, file } = journal;
  return {
    ...result,
    journal: {
      ...journal,
      name: namelessFileName(name),
      ...(left === undefined ? {} : { left: left.map((path) => namelessFileName(fileNameOf(path))) }),
      ...(file === undefined ? {} : { file: namelessFileName(fileNameOf(file)) }),
    },
  };
}

/** What a person calls the places of the antenna tells of the site. */
function namelessPlaces(result: AcceptanceResult): AcceptanceResult {
  const { antenna } = result;
  if (!antenna) return result;
  const places = Object.entries(antenna.positions).map(([letter, place]) => [letter, { ...place, name: '' }]);
  return { ...result, antenna: { ...antenna, positions: Object.fromEntries(places) as AntennaState['positions'] } };
}

const fileNameOf = (path: string): string => path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);

/**
 * The result with identities, addresses and keys replaced by stand-ins, the same for the same everywhere; who ran it
 * and where is left out. The checksum of the journal stays: it is no identity, though its digits may look like one. With
 * one masker for several results the same stand-ins mean the same in all of them.
 */
export function maskedResult(result: AcceptanceResult, masker = new Masker()): AcceptanceResult {
  masker.collectIdentity(result.identity);
  masker.collectNames([result.details?.site, result.details?.operator]);
  eachText(result, (text) => masker.collect(text));
  const masked = mapped(namelessPlaces(namelessJournal(nameless(result))), (text) =>
    masker.mask(text),
  ) as AcceptanceResult;
  const sha256 = result.journal?.sha256;
  if (!masked.journal || sha256 === undefined) return masked;
  return { ...masked, journal: { ...masked.journal, sha256 } };
}

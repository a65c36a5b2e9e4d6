import { phrase } from '../../shared/phrase.ts';
import type { Phrase } from '../../shared/phrase.ts';
import type { DialectState } from '../../shared/state.ts';
import type { Problem } from '../mirror/problems.ts';
import { faultText } from '../ui/faults.ts';
import { visible } from '../ui/format.ts';

/** A problem of a tab in one sentence. */
export function problemWords(problem: Problem, dialect: DialectState['name']): Phrase {
  switch (problem.what) {
    case 'stage': {
      const stage = phrase(`stage.${problem.stage}`);
      if (!problem.fault) return phrase('tab.problem.stage', { stage });
      return phrase('tab.problem.stageFault', { stage, what: faultText(problem.fault, dialect).what });
    }
    case 'link':
      return problem.fault ? faultText(problem.fault, dialect).what : phrase('tab.problem.link');
    case 'journal':
      return phrase('status.journalNotWritten');
    case 'answer': {
      const { kind, path, late } = problem.request;
      const values = { kind: phrase(`request.kind.${kind}`), path: visible(path) };
      return phrase(late ? 'tab.problem.late' : 'tab.problem.unanswered', values);
    }
    case 'notification':
      return phrase('tab.problem.notification', { path: visible(problem.notification.path) });
    case 'case':
      return phrase('tab.problem.case', { id: problem.one.info.id });
  }
}

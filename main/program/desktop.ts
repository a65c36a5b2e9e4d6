import type { PlaceName } from '../../shared/about.ts';
import type { ReportFormat } from '../../shared/acceptance.ts';
import type { ExportFormat } from '../../shared/contract/log.ts';
import type { Language } from '../../shared/settings.ts';

/** What a file can be written as. */
export type FileFormat = ExportFormat | ReportFormat | 'plan' | 'model' | 'macros';

/** What needs the desktop around us. */
export interface Desktop {
  /** Asks for a file name; undefined when the person cancelled. */
  chooseExportFile(suggestedName: string, format: FileFormat): Promise<string | undefined>;
  /** Asks for a plan file that is there; undefined when the person cancelled. */
  choosePlanFile(): Promise<string | undefined>;
  /** Asks for a device model that is there; undefined when the person cancelled. */
  chooseModelFile(): Promise<string | undefined>;
  /** Asks for object files of the OMA registry, or a folder of them; undefined when the person cancelled. */
  chooseObjectFiles(from: 'file' | 'folder'): Promise<readonly string[] | undefined>;
  /** Asks for a file of macros that is there; undefined when the person cancelled. */
  chooseMacroFile(): Promise<string | undefined>;
  /** Asks for a `.creds` file or an nkey seed; undefined when the person cancelled. */
  chooseCredentialsFile(): Promise<string | undefined>;
  /** Asks for the certificate of an authority; undefined when the person cancelled. */
  chooseAuthorityFile(): Promise<string | undefined>;
  /** Asks for a table of work; undefined when the person cancelled. */
  chooseTableFile(): Promise<string | undefined>;
  /** Asks where a file of any kind is to be saved; undefined when the person cancelled. */
  chooseSaveFile(suggestedName: string): Promise<string | undefined>;
  /** Shows a self-contained page of a stranger in a window of its own that runs no script and reaches nothing. */
  showPage(html: string, title: string): Promise<void>;
  /** Asks for the log of another tool; undefined when the person cancelled. */
  chooseLogFile(): Promise<string | undefined>;
  /** Asks for a folder, of which this one is shown first; undefined when the person cancelled. */
  chooseFolder(shown: string): Promise<string | undefined>;
  /** Where things are kept. */
  readonly places: Readonly<Record<PlaceName, string>>;
  /** Opens a folder in the system's own program for that. @throws CodedError `FILE_NOT_FOUND`, detail: the folder. */
  showPlace(place: PlaceName): Promise<void>;
  /** The same of any folder of ours. @throws CodedError `FILE_NOT_FOUND`, detail: the folder. */
  showFolder(folder: string): Promise<void>;
  /** A self-contained page as PDF. @throws CodedError `INTERNAL`. */
  printPdf(html: string): Promise<Uint8Array>;
}

/** Writes a journal to a file in a format. */
export type ExportJournal = (options: {
  journal: string;
  file: string;
  format: ExportFormat;
  mask: boolean;
  /** Of the sentences in html. */
  language: Language;
  /** Ends it with `CANCELLED`; nothing stays behind. */
  signal: AbortSignal;
  /** 0 to 1. */
  onProgress: (done: number) => void;
}) => Promise<{ lines: number }>;

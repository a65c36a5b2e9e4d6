import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { BrowserWindow, session } from 'electron';

/** Prints a self-contained page on A4, in a window nobody sees that runs no script and reaches nothing but that page. */
export async function printPdf(html: string): Promise<Uint8Array> {
  // A file, since an address that holds the page itself may not be longer than 2 MB.
  const directory = await mkdtemp(join(tmpdir(), 'mipl-report-'));
  const file = join(directory, 'report.html');
  const own = session.fromPartition('report-printer', { cache: false });
  own.setPermissionRequestHandler((_contents, _permission, answer) => answer(false));
  own.webRequest.onBeforeRequest(({ url }, answer) => answer({ cancel: !isReport(url) }));
  const window = new BrowserWindow({
    show: false,
    webPreferences: { session: own, sandbox: true, contextIsolation: true, nodeIntegration: false, javascript: false },
  });
  try {
    await writeFile(file, html, { mode: 0o600 });
    await window.loadURL(pathToFileURL(file).href);
    return await window.webContents.printToPDF({
      pageSize: 'A4',
      printBackground: true,
      displayHeaderFooter: true,
      headerTemplate: '<span></span>',
      // A page that was lost from the pile says of which report it is.
      footerTemplate:
        '<div style="display: flex; justify-content: space-between; width: 100%; margin: 0 0.5in; font: 8px sans-serif; color: #51606f"><span class="title"></span><span><span class="pageNumber"></span> / <span class="totalPages"></span></span></div>',
      margins: { top: 0.5, bottom: 0.6, left: 0.5, right: 0.5 },
      generateTaggedPDF: true,
      generateDocumentOutline: true,
    });
  } finally {
    window.destroy();
    await rm(directory, { recursive: true, force: true });
  }
}

const isReport = (url: string): boolean => /^file:\/\/\/.*\/mipl-report-[^/]+\/report\.html$/.test(url);
